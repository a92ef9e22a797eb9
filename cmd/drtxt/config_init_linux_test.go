package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// startConfigInit asks for what args do not say, in a folder of its own.
func startConfigInit(t *testing.T, args ...string) *session {
	t.Helper()
	cmd := command(t, append([]string{"config", "init", "--config", "new/drtxt.yaml"}, args...)...)
	cmd.Dir = t.TempDir()
	return startAtTerminal(t, cmd)
}

const writingQuestion = "yes to write it, no to end: "

// initReplies lead to a domain whose records are signed with a key file, and published in
// a zone file.
func initReplies(t *testing.T) []reply {
	return []reply{
		{"For which disaster recovery domain?", "dr.example.com"},
		{"Which of the vendor's products", ""},
		{"What happens to Internet Access traffic", "fail-close"},
		{"In which file is the public key?", keyFile(t, "test-a.public.pem")},
		{"What signs the records?", "file"},
		{"In which file is the private key?", keyFile(t, "test-a.private.pem")},
		{"How long do on and test last", ""},
		{"Where are the records published?", "file"},
		{"Which zone file?", writeTemp(t, "example.com.zone", "")},
		{"In which zone does the domain lie?", ""},
		{writingQuestion, "yes"},
	}
}

// written are the settings of the file that a session has written.
func (s *session) written() []string {
	s.t.Helper()
	path := filepath.Join(s.cmd.Dir, "new", "drtxt.yaml")
	for _, name := range []string{path, filepath.Dir(path)} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			s.t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	return settingsIn(s.t, path)
}

// Every path through the questions.
func TestConfigInitAsks(t *testing.T) {
	t.Parallel()
	replies := initReplies(t)
	public, private, zone := replies[3].answer, replies[5].answer, replies[8].answer
	tsig := writeTemp(t, "update.key", updateKeyFile)
	for name, test := range map[string]struct {
		args    []string
		replies []reply
		want    []string
		works   string
		lacks   []string // commands that do not work
	}{
		"a key file and a zone file": {
			replies: replies,
			want:    []string{"type=all", "forwarding=fail-close", "for=8h", "public=" + public, "key=" + private, "zone=example.com", "publish.zone-file=" + zone},
			works:   "drtxt record off --format json --config new/drtxt.yaml | drtxt publish --config new/drtxt.yaml",
		},
		"an agent and a server": {
			replies: append(slices.Clone(replies[:4]),
				reply{"What signs the records?", "agent"},
				reply{"How long", "2d"},
				reply{"Where are", "1"},
				reply{"Which server?", "ns1.example.com"},
				reply{"In which zone", "com"},
				reply{"TSIG key", tsig},
				reply{writingQuestion, "yes"}),
			want:  []string{"type=all", "forwarding=fail-close", "for=2d", "public=" + public, "signer-agent=true", "zone=com", "publish.server=ns1.example.com", "publish.tsig-file=" + tsig},
			works: "| drtxt publish",
		},
		"a program, and nowhere to publish": {
			replies: append(slices.Clone(replies[:4]),
				reply{"What signs the records?", "program"},
				reply{"absolute path: ", private},
				reply{"How long", "none"},
				reply{"Where are", "none"},
				reply{writingQuestion, "yes"}),
			want:  []string{"type=all", "forwarding=fail-close", "public=" + public, "signer-command=" + private},
			works: "drtxt record off --format json --config new/drtxt.yaml",
		},
		"as little as can be": {
			replies: []reply{
				{"For which", "dr.example.com"},
				{"Which of", "zpa"},
				{"In which file is the public key?", "none"},
				{"What signs", "none"},
				{"How long", "none"},
				{"Where are", "none"},
				{writingQuestion, "yes"},
			},
			want:  []string{"type=zpa"},
			works: "drtxt config show --config new/drtxt.yaml",
			lacks: []string{"drtxt verify", "drtxt kit", "drtxt record", "drtxt publish"},
		},
		"what flags say is not asked": {
			args: []string{"dr.example.com", "--type", "all", "--public", public, "--key", private, "--for", "1h", "--publish-server", "ns1.example.com"},
			replies: []reply{
				{"Question 1: What happens to Internet Access traffic", "portal"},
				{"Question 2: In which zone does the domain lie?", ""},
				{"Question 3: In which file is the TSIG key", "none"},
				{writingQuestion, "yes"},
			},
			want:  []string{"type=all", "for=1h", "public=" + public, "key=" + private, "zone=example.com", "publish.server=ns1.example.com"},
			works: "drtxt record off --format json --config new/drtxt.yaml",
			lacks: []string{"| drtxt publish"}, // there is no TSIG key
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startConfigInit(t, test.args...)
			s.reply(test.replies...)
			s.expect("These work now:")
			from := s.seen
			s.expect(test.works)
			s.end(0)
			for _, command := range test.lacks {
				if strings.Contains(s.screen()[from:], command) {
					t.Errorf("%s does not work, and is shown", command)
				}
			}
			var want []string
			for _, w := range test.want {
				want = append(want, "dr.example.com "+w)
			}
			if got := s.written(); !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// At every question: Ctrl-C, the end of input and quit end it, and nothing was written.
func TestConfigInitEnded(t *testing.T) {
	skipLongWalk(t)
	t.Parallel()
	replies := initReplies(t)
	for name, test := range map[string]struct {
		keys   string
		status int
	}{"Ctrl-C": {"half\x03", 130}, "Ctrl-D": {"\x04", 2}, "quit": {"quit\n", 2}} {
		for n := range replies {
			t.Run(name+" at question "+strconv.Itoa(n+1), func(t *testing.T) {
				t.Parallel()
				s := startConfigInit(t)
				s.reply(replies[:n]...)
				s.expect(replies[n].question)
				if replies[n].question != writingQuestion {
					s.expect(": ")
				}
				s.press(test.keys)
				s.expect("nothing was written")
				s.end(test.status)
				s.wroteNothing()
			})
		}
	}
}

// From the last question back to the first, then nothing but Enter.
func TestConfigInitBack(t *testing.T) {
	t.Parallel()
	replies := initReplies(t)
	s := startConfigInit(t)
	s.reply(replies[:len(replies)-1]...)
	s.backAndForth(replies)
	s.reply(reply{writingQuestion, "yes"})
	s.end(0)
	if got := strings.Join(s.written(), " "); !strings.Contains(got, "forwarding=fail-close") || !strings.Contains(got, replies[8].answer) {
		t.Errorf("it says %q", got)
	}
}

// An answer that is changed on the way back takes away what hung on it.
func TestConfigInitChangedAnswers(t *testing.T) {
	t.Parallel()
	replies := initReplies(t)
	s := startConfigInit(t)
	s.reply(replies[:9]...)
	for _, question := range []string{"In which zone", "Which zone file?", "Where are", "How long", "In which file is the private", "What signs", "In which file is the public", "What happens"} {
		s.reply(reply{question, "back"})
	}
	s.reply(
		reply{"Which of", "zpa"},
		reply{"In which file is the public", ""},
		reply{"none [file]: ", "none"},
		reply{"How long", ""},
		reply{"none [file]: ", "none"},
		reply{writingQuestion, "yes"},
	)
	s.end(0)
	if got, want := s.written(), []string{"dr.example.com type=zpa", "dr.example.com for=8h", "dr.example.com public=" + replies[3].answer}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Each question says at once what is wrong with an answer.
func TestConfigInitBadAnswers(t *testing.T) {
	t.Parallel()
	bad := map[string][]reply{
		"For which":                    {{"", "Enter stands for"}, {"dr", "single label"}},
		"Which of":                     {{"z", "none of the answers"}},
		"What happens":                 {{"fail", "none of the answers"}},
		"In which file is the public":  {{"", "Enter stands for"}, {"none.pem", "cannot be read"}, {keyFile(t, "test-a.private.pem"), "holds a private key"}},
		"What signs":                   {{"", "Enter stands for"}, {"x", "none of the answers"}},
		"In which file is the private": {{"none.pem", "cannot be read"}, {keyFile(t, "test-b.private.pem"), "no pair"}},
		"How long":                     {{"8", "not a positive duration"}, {"-1h", "not a positive duration"}},
		"Where are":                    {{"", "Enter stands for"}},
		"Which zone file?":             {{"none.zone", "no such file"}, {t.TempDir(), "not a regular file"}},
		"In which zone":                {{"example.net", "does not lie in the zone"}, {"a..b", "is not the name of a zone"}},
		writingQuestion:                {{"", "Enter stands for"}, {"y", "neither yes nor no"}},
	}
	s := startConfigInit(t)
	for _, r := range initReplies(t) {
		i := slices.IndexFunc(mapKeys(bad), func(prefix string) bool { return strings.HasPrefix(r.question, prefix) })
		if i < 0 {
			t.Fatalf("no bad answers to %q", r.question)
		}
		s.expect(r.question)
		s.press("?\n")
		s.expect("back for the question before")
		for _, wrong := range append(bad[mapKeys(bad)[i]], reply{strings.Repeat("x", 3000), "more than 1023 bytes"}) {
			s.pressLater(r.question, wrong.question+"\n")
			s.expectWords(wrong.answer)
			s.expect("hint: ")
		}
		s.pressLater(r.question, r.answer+"\n")
	}
	s.expect("These work now:")
	s.end(0)
	s.written()
}

// A file that appears while the last question stands is not replaced.
func TestConfigInitNeverReplaces(t *testing.T) {
	t.Parallel()
	s := startConfigInit(t)
	replies := initReplies(t)
	s.reply(replies[:len(replies)-1]...)
	s.expect(writingQuestion)
	path := filepath.Join(s.cmd.Dir, "new", "drtxt.yaml")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("for: 1h\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.press("yes\n")
	s.expect("drtxt: ")
	s.expect("hint: ")
	s.end(2)
	if data, err := os.ReadFile(path); string(data) != "for: 1h\n" || err != nil {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

// The place to write to is looked at before the first question; and where writing fails
// nevertheless, a line has all that was answered.
func TestConfigInitCannotWrite(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "file", "")
	for name, path := range map[string]string{
		"below a file":                      filepath.Join(file, "new", "drtxt.yaml"),
		"no system of files that takes one": "/proc/drtxt/drtxt.yaml",
	} {
		r := call{terminal: typist("quit")}.run("config", "init", "--config", path)
		r.refused(t, 2, "writing into", "hint: ")
		if strings.Contains(r.stderr, "Question 1") {
			t.Errorf("%s: it asks: %s", name, r.stderr)
		}
	}

	s := startConfigInit(t)
	replies := initReplies(t)
	s.reply(replies[:len(replies)-1]...)
	s.expect(writingQuestion)
	folder := filepath.Join(s.cmd.Dir, "new")
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a file where the folder is to be
		t.Fatal(err)
	}
	s.press("yes\n")
	s.expect("nothing was written; this writes the same without the questions:")
	s.expect("    ")
	s.end(2)
	line, _, _ := strings.Cut(s.screen()[s.seen:], "\r\n")
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), "sh", "-c", line)
	again.Dir = s.cmd.Dir
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", line, err, out)
	}
	want := []string{"type=all", "forwarding=fail-close", "for=8h", "public=" + replies[3].answer, "key=" + replies[5].answer, "zone=example.com", "publish.zone-file=" + replies[8].answer}
	if got := strings.Join(s.written(), " "); got != "dr.example.com "+strings.Join(want, " dr.example.com ") {
		t.Errorf("%s writes %s", line, got)
	}
}
