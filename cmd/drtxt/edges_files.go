package main

import (
	"context"
	"errors"
	"slices"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// readPages reads the files of an export, of which one may be standard input.
func readPages(ctx context.Context, env *environment, paths []string) ([]apiexport.Page, error) {
	if i := slices.Index(paths, "-"); i >= 0 && slices.Contains(paths[i+1:], "-") {
		return nil, refusal(errors.New("standard input is given twice"), "give - once; save the other pages to files")
	}
	pages := make([]apiexport.Page, len(paths))
	for i, path := range paths {
		// One byte too many, for whoever reads on to refuse.
		data, err := unlessDone(ctx, 0, func() ([]byte, error) { return readFirst(env, path, apiexport.MaxSize+1) })
		if err != nil {
			return nil, err
		}
		if path == "-" {
			path = "standard input"
		}
		pages[i] = apiexport.Page{Name: path, Data: data}
	}
	return pages, nil
}
