package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/drtxt/drtxt/keygen"
)

func (w *wizard) askFolder() *question {
	q := &question{
		title:  "Into which folder are the files to be written?",
		about:  "They are " + strings.Join(w.fileNames(), " and ") + ". A folder that is not there is made.",
		prompt: "folder",
		preset: w.folder,
		help:   "The records are written as plain text, and as JSON for drtxt publish. Only you can read the files: whoever has them and can change the DNS can publish them. Nothing is ever overwritten.",
		accept: w.acceptFolder,
	}
	if w.newKey {
		q.about += " The new key pair is written there, too."
	}
	if q.preset == "" || w.checkFolder(q.preset) != nil {
		q.preset = w.vacantFolder()
	}
	return q
}

// vacantFolder is a folder in this one into which everything can be written, empty if
// none is found.
func (w *wizard) vacantFolder() string {
	const most = 99
	for n := 1; n <= most; n++ {
		folder := "drtxt-records"
		if n > 1 {
			folder += fmt.Sprintf("-%d", n)
		}
		if w.checkFolder(folder) == nil {
			return folder
		}
	}
	return ""
}

func (w *wizard) acceptFolder(answer string) error {
	folder := expandHome(answer)
	if err := w.checkFolder(folder); err != nil {
		return err
	}
	w.folder = folder
	return nil
}

// fileNames are those of the records' files.
func (w *wizard) fileNames() []string {
	const longest = 200 // the longest domain would leave no room for the rest of a name
	stem := w.domain[:min(len(w.domain), longest)] + "-" + w.status
	return []string{stem + ".txt", stem + ".json"}
}

// files are the records' files.
func (w *wizard) files() []string {
	var paths []string
	for _, name := range w.fileNames() {
		paths = append(paths, filepath.Join(w.folder, name))
	}
	return paths
}

// checkFolder refuses a folder into which something cannot be written.
func (w *wizard) checkFolder(folder string) error {
	const other = "type another folder"
	above := nearestFolder(folder)
	if info, err := os.Stat(above); err != nil {
		return refusal(pathError("writing into", folder, err), other)
	} else if !info.IsDir() {
		return refusal(fmt.Errorf("%s is not a folder", quoted(above)), other)
	}
	for _, name := range w.fileNames() {
		path := filepath.Join(folder, name)
		switch _, err := os.Lstat(path); {
		case err == nil:
			return refusal(fmt.Errorf("%s exists already, and nothing is ever overwritten", quoted(path)), other)
		case !errors.Is(err, os.ErrNotExist):
			return refusal(pathError("writing into", folder, err), other)
		}
	}
	if !w.newKey {
		return nil
	}
	if err := keygen.CheckVacant(folder); err != nil {
		return refusal(err, other+", or back to sign with a key that is there")
	}
	return nil
}
