package signer_test

import (
	"strconv"
	"testing"

	"github.com/drtxt/drtxt/keygen/signer"
)

// As many links are followed as Linux follows, in links to folders too.
func TestAsManyLinksAsTheSystemFollows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.program("program")
	s.link("1", "program")
	s.link("folder-1", ".")
	for i := 2; i <= 41; i++ {
		s.link(strconv.Itoa(i), strconv.Itoa(i-1))
		s.link("folder-"+strconv.Itoa(i), "folder-"+strconv.Itoa(i-1))
	}
	s.wantTaken("40")
	s.wantTaken("folder-20/20")
	s.wantTaken("folder-40/program")
	s.wantRefused("41", signer.ErrNotFound, "")
	s.wantRefused("folder-20/21", signer.ErrNotFound, "")
}
