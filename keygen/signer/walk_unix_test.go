//go:build unix

package signer_test

import (
	"crypto"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen/signer"
)

// A site is a folder with what ways to a program are made of. The path of the folder
// itself has no links.
type site struct {
	t   *testing.T
	dir string
}

func newSite(t *testing.T) *site {
	t.Helper()
	dir, err := filepath.EvalSymlinks(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, dir}
}

// path joins without simplifying.
func (s *site) path(way string) string { return s.dir + "/" + way }

func (s *site) mkdir(way string, mode fs.FileMode) {
	s.t.Helper()
	if err := os.Mkdir(s.path(way), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chmod(s.path(way), mode); err != nil { // whatever the umask
		s.t.Fatal(err)
	}
}

// program writes one that signs.
func (s *site) program(way string) {
	s.t.Helper()
	writeExecutable(s.t, s.path(way), "#!/bin/sh\ncat "+s.path("raw")+"\n")
}

// link makes a link. In its target DIR is the site's folder.
func (s *site) link(way, target string) {
	s.t.Helper()
	linkTo(s.t, strings.ReplaceAll(target, "DIR", s.dir), s.path(way))
}

// wantRefused checks what NewCommand says about a way.
func (s *site) wantRefused(way string, kind *signer.Kind, found string) {
	s.t.Helper()
	_, err := signer.NewCommand(s.t.Context(), signer.CommandOptions{Path: s.path(way), PublicKey: &testKey(s.t, "test-a").PublicKey})
	failure := wantError(s.t, err, kind)
	if want := strings.ReplaceAll(found, "DIR", s.dir); failure.Found != want {
		s.t.Errorf("%s: found %q, want %q", way, failure.Found, want)
	}
}

// wantTaken checks that the program at the end of a way signs.
func (s *site) wantTaken(way string) {
	s.t.Helper()
	if _, err := signRetrying(newCommand(s.t, s.path(way)), crypto.SHA256); err != nil {
		s.t.Errorf("%s: %v", way, err)
	}
}

// An open folder anywhere on the way lets everybody choose what runs, also where the
// way leads out of it again.
func TestOpenFolderOnTheWay(t *testing.T) {
	t.Parallel()
	const open = `"DIR/open", mode 0777`
	for title, c := range map[string]struct {
		prepare func(*site)
		way     string
	}{
		"in the middle of links": {func(s *site) {
			s.link("open/hop", "DIR/program")
			s.link("link", "DIR/open/hop")
		}, "link"},
		"relative links": {func(s *site) {
			s.link("open/hop", "../program")
			s.link("link", "open/hop")
		}, "link"},
		"a folder by links": {func(s *site) {
			s.link("open/hop", "DIR/safe")
			s.link("link", "DIR/open/hop")
		}, "link/program"},
		"left again":              {func(*site) {}, "open/../program"},
		"left again further down": {func(s *site) { s.mkdir("open/inner", 0o755) }, "open/inner/../../program"},
		"left again by a link":    {func(s *site) { s.link("link", "DIR/open/../program") }, "link"},
		"left again by a relative link": {func(s *site) {
			s.mkdir("open/inner", 0o755)
			s.link("link", "open/inner/../../safe")
		}, "link/program"},
		"a link out of it": {func(s *site) { s.link("open/hop", "DIR/program") }, "open/hop"},
		"come to by ..":    {func(s *site) { s.mkdir("open/inner", 0o755); s.link("hop", "open/inner"); s.program("open/program") }, "hop/../program"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.mkdir("open", 0o777)
			s.mkdir("safe", 0o755)
			s.program("program")
			s.program("safe/program")
			c.prepare(s)
			s.wantRefused(c.way, signer.ErrOpenFolder, open)
			if err := os.Chmod(s.path("open"), 0o775); err != nil {
				t.Fatal(err)
			}
			s.wantTaken(c.way)
		})
	}
}

// Behind a link ".." is where the link leads, not where it lies.
func TestParentOfALink(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.mkdir("elsewhere", 0o755)
	s.mkdir("elsewhere/inner", 0o755)
	s.link("hop", "elsewhere/inner")
	s.program("elsewhere/program")
	s.wantRefused("program", signer.ErrNotFound, "")
	s.wantTaken("hop/../program")
	s.wantTaken("./hop//.././program")
	s.program("program")
	if err := os.Chmod(s.path("elsewhere/program"), 0o777); err != nil {
		t.Fatal(err)
	}
	s.wantRefused("hop/../program", signer.ErrWritable, "mode 0777")
	s.wantTaken("elsewhere/../program")
	s.wantTaken(strings.Repeat("../", 100) + strings.TrimPrefix(s.path("program"), "/"))
}

// A way that the system cannot go is not gone here either.
func TestWaysThatEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.program("program")
	s.link("link", "program")
	s.link("slash", "program/")
	s.link("itself", "itself")
	s.link("there", "back")
	s.link("back", "there")
	for way, want := range map[string]error{
		"program/":           unix.ENOTDIR,
		"program/.":          unix.ENOTDIR,
		"program/../program": unix.ENOTDIR,
		"link/":              unix.ENOTDIR,
		"link/..":            unix.ENOTDIR,
		"slash":              unix.ENOTDIR,
		"itself":             unix.ELOOP,
		"there":              unix.ELOOP,
		"itself/..":          unix.ELOOP,
		"none/../program":    unix.ENOENT,
		"\x00":               unix.EINVAL,
	} {
		_, err := signer.NewCommand(t.Context(), signer.CommandOptions{Path: s.path(way), PublicKey: &testKey(t, "test-a").PublicKey})
		if wantError(t, err, signer.ErrNotFound); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", way, err, want)
		}
	}
}

func TestLinksAreCounted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.program("0")
	for i := range 41 {
		s.link(strconv.Itoa(i+1), strconv.Itoa(i))
	}
	s.wantTaken("20")
	s.wantRefused("41", signer.ErrNotFound, "")
}

// In a sticky folder everybody can leave a link or a folder, and put another in its place.
func TestAnotherUsersLinkInAStickyFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	const other = 12345
	for title, c := range map[string]struct {
		prepare func(*site)
		given   string // what belongs to the other user
		way     string
	}{
		"link":              {func(s *site) { s.link("sticky/hop", "DIR/program") }, "sticky/hop", "sticky/hop"},
		"link behind links": {func(s *site) { s.link("sticky/hop", "../program"); s.link("link", "sticky/hop") }, "sticky/hop", "link"},
		"link to a folder":  {func(s *site) { s.link("sticky/hop", "DIR") }, "sticky/hop", "sticky/hop/program"},
		"folder":            {func(s *site) { s.mkdir("sticky/hop", 0o755); s.program("sticky/hop/program") }, "sticky/hop", "sticky/hop/program"},
		"come to by ..":     {func(s *site) { s.mkdir("sticky/inner", 0o755); s.link("sticky/hop", "DIR/program") }, "sticky/hop", "sticky/inner/../hop"},
		"folder left again": {func(s *site) { s.mkdir("sticky/hop", 0o755) }, "sticky/hop", "sticky/hop/../../program"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.mkdir("sticky", 0o777|fs.ModeSticky)
			s.program("program")
			c.prepare(s)
			s.wantTaken(c.way)
			if err := os.Lchown(s.path(c.given), other, -1); err != nil {
				t.Fatal(err)
			}
			s.wantRefused(c.way, signer.ErrReplaceable, `"DIR/sticky/hop", user 12345`)
			for _, mode := range []fs.FileMode{0o775 | fs.ModeSticky, 0o755} { // nobody but its owner puts anything there
				if err := os.Chmod(s.path("sticky"), mode); err != nil {
					t.Fatal(err)
				}
				s.wantTaken(c.way)
			}
		})
	}
}

// A sticky folder may itself lie in a folder of another user's: that is not looked at.
func TestOwnersOfFoldersAreNotLookedAt(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	s := newSite(t)
	s.mkdir("folder", 0o755)
	s.mkdir("folder/sticky", 0o777|fs.ModeSticky)
	s.program("folder/program")
	s.program("folder/sticky/program")
	if err := os.Chown(s.path("folder"), 12345, -1); err != nil {
		t.Fatal(err)
	}
	s.wantTaken("folder/sticky/program")
	s.wantTaken("folder/sticky/../program")
}

// What is left open of a line is ended, however the program ends.
func TestLineIsEnded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"printf end >&2; exit 1":                "end\n",
		"printf 'one\\ntwo' >&2; kill -KILL $$": "one\ntwo\n",
		"echo end >&2; exit 1":                  "end\n",
		"printf end >&2; cat /dev/zero":         "end\n",
		"exit 1":                                "",
	} {
		var said strings.Builder
		command := commandOf(t, signer.CommandOptions{Path: script(t, folder(t), text), Stderr: &said})
		if _, err := signRetrying(command, crypto.SHA256); err == nil {
			t.Errorf("%s: no error", text)
		}
		if said.String() != want {
			t.Errorf("%s: %q, want %q", text, said.String(), want)
		}
	}
}
