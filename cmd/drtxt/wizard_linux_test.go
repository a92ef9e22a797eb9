package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A reply is the answer to a question, which is known by its words.
type reply struct{ question, answer string }

// lastQuestion is where what was typed before counts no more.
const lastQuestion = "no to end: "

// wizardReplies lead to on for eight hours, signed with this key file.
func wizardReplies(key, folder string) []reply {
	return []reply{
		{"For which disaster recovery domain?", "dr.example.com"},
		{"Are the records to be signed?", ""},
		{"Is a new key pair to be made?", "no"},
		{"In which file is the private key?", key},
		{"Is Internet Access deployed?", ""},
		{"What happens to Internet Access traffic", "1"},
		{"Is Private Access deployed?", ""},
		{"What are the records to say?", "on"},
		{"When do they begin?", ""},
		{"When do they end?", "8h"},
		{"Into which folder", folder},
		{lastQuestion, "yes"},
	}
}

// answering replaces answers to questions, and leaves out those whose answer is "-".
func answering(replies []reply, others map[string]string) []reply {
	var all []reply
	for _, r := range replies {
		for question, answer := range others {
			if strings.HasPrefix(r.question, question) {
				r.answer = answer
			}
		}
		if r.answer != "-" {
			all = append(all, r)
		}
	}
	return all
}

func (s *session) reply(replies ...reply) {
	s.t.Helper()
	for _, r := range replies {
		s.expect(r.question)
		s.press(r.answer + "\n")
	}
}

// backAndForth goes from the last question, which is asked, back to the first, and up to the
// last again with nothing but Enter.
func (s *session) backAndForth(replies []reply) {
	s.t.Helper()
	last := len(replies) - 1
	for i, r := range slices.Backward(replies) {
		s.expect(r.question)
		if i < last {
			s.expect(": ")
		}
		s.press("back\n")
	}
	s.expect("this is the first question")
	s.press("\n")
	for _, r := range replies[1:last] {
		s.reply(reply{r.question, ""})
	}
}

// pressLater presses keys once the question is asked again, where they count only then.
func (s *session) pressLater(question, keys string) {
	s.t.Helper()
	if question == lastQuestion || question == writingQuestion {
		s.expect(question)
	}
	s.press(keys)
}

// expectWords is expect for a text that may be broken into lines.
func (s *session) expectWords(text string) {
	s.t.Helper()
	var words []string
	for _, word := range strings.Fields(text) {
		words = append(words, regexp.QuoteMeta(word))
	}
	pattern := regexp.MustCompile(strings.Join(words, `\s+`))
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if at := pattern.FindStringIndex(s.screen()[s.seen:]); at != nil {
			s.seen += at[1]
			return
		}
	}
	s.t.Fatalf("%q is not shown, but %q", text, s.screen()[s.seen:])
}

// startWizard starts it in a folder of its own.
func startWizard(t *testing.T, args ...string) *session {
	t.Helper()
	cmd := command(t, append([]string{"wizard"}, args...)...)
	cmd.Dir = t.TempDir()
	return startAtTerminal(t, cmd)
}

// line is the command that makes the same, as the session shows it.
func (s *session) line() string {
	s.t.Helper()
	pattern := regexp.MustCompile(`The same without the questions:\r\n    (.*)\r\n`)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if match := pattern.FindStringSubmatch(s.screen()); match != nil {
			return match[1]
		}
	}
	s.t.Fatalf("no line is shown: %q", s.screen())
	return ""
}

// sameAgain has the shell run the line that was shown, and compares what it makes.
func (s *session) sameAgain(more string, environment ...string) {
	s.t.Helper()
	for _, format := range []string{"text", "json"} {
		cmd := exec.Command("sh", "-c", s.line()+" --format "+format+more)
		cmd.Dir, cmd.Env = s.cmd.Dir, append(os.Environ(), environment...)
		got, err := cmd.Output()
		if err != nil {
			s.t.Fatalf("%s: %v", cmd, err)
		}
		want := s.file(map[string]string{"text": ".txt", "json": ".json"}[format])
		if string(got) != want {
			s.t.Errorf("%s prints %s, and the file is %s", cmd, got, want)
		}
		if format == "text" && string(got) != s.stdout.String() {
			s.t.Errorf("the wizard prints %q, and %s %q", s.stdout.String(), cmd, got)
		}
	}
}

// file is the content of the only file below the session's folder with that ending, which
// only its owner may read.
func (s *session) file(ending string) string {
	s.t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.cmd.Dir, "*", "*"+ending))
	if err != nil || len(paths) != 1 {
		s.t.Fatalf("%d files %s, %v", len(paths), ending, err)
	}
	info, err := os.Stat(paths[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		s.t.Errorf("%s: %v, %v", paths[0], info.Mode(), err)
	}
	if above, err := os.Stat(filepath.Dir(paths[0])); err != nil || above.Mode().Perm() != 0o700 {
		s.t.Errorf("the folder of %s: %v, %v", paths[0], above.Mode(), err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

// wroteNothing fails the test if there is anything in the session's folder, or printed.
func (s *session) wroteNothing() {
	s.t.Helper()
	if left := files(s.t, s.cmd.Dir); left != "" || s.stdout.Len() > 0 {
		s.t.Errorf("there is %q, printed %q", left, s.stdout.String())
	}
}

// Every path through the questions: what the records then say, and that the line shown
// makes the same bytes.
func TestWizard(t *testing.T) {
	t.Parallel()
	plain := keyFile(t, "test-a.private.pem")
	locked := encryptedKey(t)
	const start, end = "2099-01-01T00:00:00Z", "2099-01-02 00:00:00"
	for name, test := range map[string]struct {
		others map[string]string
		want   string // how the first record begins
		hidden []string
		more   string
	}{
		"zia, fail-close, test, none": {
			others: map[string]string{"In which": plain, "Is Private": "no", "What happens": "fail-close", "What are": "3", "When do they end": "none"},
			want:   "v=1;k=zia;b=test;m=fc;n=2;p=1;bh=",
		},
		"zpa, off": {
			others: map[string]string{"In which": plain, "Is Internet": "n", "What happens": "-", "What are": "off", "When do they end": ""},
			want:   "v=1;k=zpa;b=off;n=2;p=1;bh=",
		},
		"portal, from when to when": {
			others: map[string]string{"In which": plain, "What happens": "", "When do they begin": start, "When do they end": end},
			want:   "v=1;k=all;b=on;t=4070908800;x=4070995200;n=2;p=1;bh=",
		},
		"a length counts from the start": {
			others: map[string]string{"In which": plain, "When do they begin": start, "When do they end": "1d"},
			want:   "v=1;k=all;b=on;m=fo;t=4070908800;x=4070995200;n=2;p=1;bh=",
		},
		"off with an end": {
			others: map[string]string{"In which": plain, "What are": "off", "When do they end": end},
			want:   "v=1;k=all;b=off;m=fo;x=4070995200;n=2;p=1;bh=",
		},
		"unsigned": {
			others: map[string]string{"Are the": "no", "Is a new": "-", "In which": "-", "When do they end": end},
			want:   "v=1;k=all;b=on;m=fo;x=4070995200\n",
		},
		"encrypted": {
			others: map[string]string{"In which": locked, "When do they end": end},
			want:   "v=1;k=all;b=on;m=fo;x=4070995200;n=2;p=1;bh=",
			hidden: []string{"mistyped-TEST-ONLY", testPassphrase},
			more:   " --passphrase-file " + passphraseFile(t),
		},
		"a folder with a quote and a blank": {
			others: map[string]string{"In which": plain, "Into which": "it's here", "When do they end": "none"},
			want:   "v=1;k=all;b=on;m=fo;n=2;p=1;bh=",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startWizard(t)
			s.reply(answering(wizardReplies(plain, ""), test.others)...)
			for _, passphrase := range test.hidden {
				s.answer("Passphrase of ", passphrase+"\n")
			}
			s.expect("Nothing is published yet.")
			s.end(0)
			if got := s.stdout.String(); !strings.HasPrefix(got, test.want) {
				t.Errorf("printed %q, want %q", got, test.want)
			}
			s.sameAgain(test.more)
		})
	}
}

// A new key pair: encrypted, with a passphrase that may be mistyped; the line signs with it.
func TestWizardNewKey(t *testing.T) {
	t.Parallel()
	s := startWizard(t)
	replies := answering(wizardReplies("-", "new/folder"), map[string]string{"Is a new": "yes"})
	s.reply(replies[:len(replies)-2]...)
	s.reply(reply{"folder [drtxt-records]: ", filepath.Dir(encryptedKey(t))})
	s.expect("exists already")
	s.reply(reply{"folder [drtxt-records]: ", "new/folder"}, replies[len(replies)-1])
	s.answer("New passphrase: ", "\n")
	s.expect("once more")
	s.answer("New passphrase: ", testPassphrase+"\n")
	s.answer("The same again: ", "another-TEST-ONLY\n")
	s.expect("the two passphrases differ: once more")
	s.answer("New passphrase: ", testPassphrase+"\n")
	s.answer("The same again: ", testPassphrase+"\n")
	s.expect("upload it in the portal")
	s.end(0)
	s.waitForEcho(true)
	folder := filepath.Join(s.cmd.Dir, "new", "folder")
	if got, want := files(t, folder), "dr.example.com-on.json dr.example.com-on.txt dr_privatekey.pem dr_publickey.pem"; got != want {
		t.Errorf("there is %s, want %s", got, want)
	}
	private, err := os.ReadFile(filepath.Join(folder, "dr_privatekey.pem"))
	if err != nil || !strings.HasPrefix(string(private), "-----BEGIN ENCRYPTED PRIVATE KEY-----") {
		t.Errorf("the private key: %.40q, %v", private, err)
	}
	drtxt("verify", "--file", filepath.Join(folder, "dr.example.com-on.json"), "--public", filepath.Join(folder, "dr_publickey.pem")).want(t, 0)
	cmd := exec.Command("sh", "-c", s.line()+" --passphrase-file "+passphraseFile(t))
	cmd.Dir = s.cmd.Dir
	if got, err := cmd.Output(); err != nil || string(got) != s.stdout.String() {
		t.Errorf("%s prints %q, %v; the wizard printed %q", cmd, got, err, s.stdout.String())
	}
}

// At every question: Ctrl-C, the end of input, quit and no end it, and nothing was written.
func TestWizardEnded(t *testing.T) {
	skipLongWalk(t)
	t.Parallel()
	replies := wizardReplies(keyFile(t, "test-a.private.pem"), "")
	for name, test := range map[string]struct {
		keys, says string
		status     int
	}{
		"Ctrl-C":             {"\x03", "nothing was written", 130},
		"Ctrl-C in words":    {"half\x03", "nothing was written", 130},
		"Ctrl-\\":            {"\x1c", "nothing was written", 130},
		"Ctrl-D":             {"\x04", "nothing was written", 2},
		"words, then Ctrl-D": {"half\x04\x04", "nothing was written", 2},
		"quit":               {"quit\n", "nothing was written", 2},
	} {
		for n := range replies {
			t.Run(name+" at question "+strconv.Itoa(n+1), func(t *testing.T) {
				t.Parallel()
				s := startWizard(t)
				s.reply(replies[:n]...)
				s.expect(replies[n].question)
				if replies[n].question != lastQuestion {
					s.expect(": ")
				}
				s.press(test.keys)
				s.expect(test.says)
				s.end(test.status)
				s.wroteNothing()
				s.waitForEcho(true)
			})
		}
	}
	t.Run("no", func(t *testing.T) {
		t.Parallel()
		s := startWizard(t)
		s.reply(answering(replies, map[string]string{lastQuestion: "no"})...)
		s.expect("ended as you asked; nothing was written")
		s.end(2)
		s.wroteNothing()
	})
}

// From the last question back to the first, and then nothing but Enter: what was answered
// is offered again.
func TestWizardBack(t *testing.T) {
	t.Parallel()
	replies := wizardReplies(keyFile(t, "test-a.private.pem"), "elsewhere")
	s := startWizard(t)
	s.reply(replies[:len(replies)-1]...)
	s.backAndForth(replies)
	s.reply(reply{lastQuestion, "yes"})
	s.expect("Nothing is published yet.")
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=all;b=on;m=fo;x=") {
		t.Errorf("printed %q", got)
	}
	if got := files(t, s.cmd.Dir); got != "elsewhere" {
		t.Errorf("there is %s", got)
	}
	s.sameAgain("")
}

// An answer that is changed on the way back changes what is asked and offered then.
func TestWizardChangedAnswers(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	s := startWizard(t)
	s.reply(wizardReplies(key, "x")[:10]...)
	s.reply(
		reply{"Into which folder", "back"},
		reply{"[8h]: ", "back"},
		reply{"When do they begin?", "back"},
		reply{"[on]: ", "off"},
		reply{"When do they begin?", ""},
		reply{"[none]: ", "back"}, // off offers none, whatever was answered for on
		reply{"When do they begin?", "back"},
		reply{"[off]: ", "test"},
		reply{"When do they begin?", ""},
		reply{"or none [8h]: ", "none"},
		reply{"Warning: no end.", "back"},
	)
	s.expect("or a time, or none: ") // none has to be typed each time
	s.press("1h\n")
	s.reply(reply{"Into which folder", "x"}, reply{lastQuestion, "yes"})
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=all;b=test;m=fo;x=") {
		t.Errorf("printed %q", got)
	}
}

// Each question explains itself, and says at once what is wrong with an answer.
func TestWizardBadAnswers(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	exposed := keyFile(t, "test-a.private.pem")
	if err := os.Chmod(exposed, 0o640); err != nil {
		t.Fatal(err)
	}
	full := t.TempDir()
	for _, name := range []string{"dr.example.com-on.json"} {
		if err := os.WriteFile(filepath.Join(full, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("x", 3000)
	bad := map[string][]reply{
		"For which":          {{"", "Enter stands for no answer"}, {"dr", "single label"}, {"192.0.2.1", "an address"}, {"dr..example.com", "drtxt: "}, {"dr example.com", "drtxt: "}},
		"Are the":            {{"maybe", "none of the answers"}},
		"Is a new":           {{"", "Enter stands for no answer"}, {"1", "none of the answers"}},
		"In which":           {{"", "Enter stands for"}, {"no-such-file", "cannot be read"}, {keyFile(t, "test-a.public.pem"), "holds a public key"}, {exposed, "can be used by group or others"}, {full, "not a regular file"}},
		"Is Internet":        {{"perhaps", "none of the answers"}},
		"What happens to":    {{"fail", "none of the answers"}, {"4", "none of the answers"}},
		"Is Private":         {{"2", "none of the answers"}},
		"What are":           {{"", "Enter stands for no answer"}, {"o", "none of the answers"}},
		"When do they begin": {{"tomorrow", "is not a time"}, {"+1500ms", "not a whole second"}},
		"When do they end": {{"", "Enter stands for"}, {"8", "has no unit"}, {"tomorrow", "is not a time"}, {"0s", "not a positive"}, {"-8h", "not a positive"},
			{"2020-01-01 00:00:00", "lies in the past"}, {"99999999d", "drtxt: "}},
		"Into which": {{full, "exists already, and nothing is ever overwritten"}, {key, "not a folder"}, {filepath.Join(key, "below"), "not a folder"}},
		lastQuestion: {{"", "Enter stands for"}, {"y", "neither yes nor no"}, {"yes please", "neither yes nor no"}},
	}
	s := startWizard(t)
	for _, r := range wizardReplies(key, "") {
		i := slices.IndexFunc(mapKeys(bad), func(prefix string) bool { return strings.HasPrefix(r.question, prefix) })
		if i < 0 {
			t.Fatalf("no bad answers to %q", r.question)
		}
		s.expect(r.question)
		s.press("?\n")
		s.expect("back for the question before")
		for _, wrong := range append(bad[mapKeys(bad)[i]], reply{long, "more than 1023 bytes"}, reply{"\x1b[A", "does not print"}, reply{"\xfe", "not UTF-8"}) {
			s.pressLater(r.question, wrong.question+"\n")
			s.expectWords(wrong.answer)
			s.expect("hint: ")
		}
		s.pressLater(r.question, r.answer+"\n")
	}
	s.expect("Nothing is published yet.")
	s.end(0)
	if data, err := os.ReadFile(filepath.Join(full, "dr.example.com-on.json")); string(data) != "mine" || err != nil {
		t.Errorf("the file that was there: %q, %v", data, err)
	}
	s.sameAgain("")
}

func mapKeys(m map[string][]reply) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Neither of the products is an error at once, and back mends it.
func TestWizardNothingToSwitch(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	s := startWizard(t)
	s.reply(wizardReplies(key, "")[:4]...)
	s.reply(
		reply{"Is Internet Access deployed?", "no"},
		reply{"Is Private Access deployed?", "no"},
		reply{"leaves nothing to switch", "back"},
		reply{"Is Internet Access deployed?", "yes"},
		reply{"What happens", "portal"},
		reply{"Is Private Access deployed?", "no"},
		reply{"What are", "off"},
		reply{"When do they begin?", ""},
		reply{"When do they end?", ""},
		reply{"Into which", ""},
		reply{lastQuestion, "yes"},
	)
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=zia;b=off;n=2") {
		t.Errorf("printed %q", got)
	}
}

// What was typed ahead answers the questions, but for the last one.
func TestWizardTypedAhead(t *testing.T) {
	t.Parallel()
	cmd := command(t, "wizard")
	cmd.Dir, cmd.Stdin = t.TempDir(), strings.NewReader("quit\n") // which is not the terminal
	s := startAtTerminal(t, cmd)
	var all strings.Builder
	for _, r := range wizardReplies(keyFile(t, "test-a.private.pem"), "") {
		all.WriteString(r.answer + "\n")
	}
	s.expect("domain: ")
	s.press(all.String() + "yes\nyes\n")
	s.expect(lastQuestion)
	s.press("no\na command for the shell\n")
	s.end(2)
	s.wroteNothing()
	wantNothingTyped(t, s)
}

// What comes along with a wrong last answer is no answer either.
func TestWizardPasteAtTheEnd(t *testing.T) {
	t.Parallel()
	replies := wizardReplies(keyFile(t, "test-a.private.pem"), "")
	s := startWizard(t)
	s.reply(answering(replies, map[string]string{lastQuestion: "maybe\nyes"})...)
	s.expect("neither yes nor no")
	s.reply(reply{lastQuestion, "no"})
	s.end(2)
	s.wroteNothing()
}

// A paste that goes on and on answers the last question neither.
func TestWizardPasteWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]time.Duration{"lines": 100 * time.Millisecond, "bursts": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startWizard(t)
			s.reply(answering(wizardReplies(keyFile(t, "test-a.private.pem"), ""), map[string]string{lastQuestion: "-"})...)
			const refused = "input keeps coming, and nothing was changed"
			for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.screen(), refused) && time.Now().Before(deadline); time.Sleep(pause) {
				s.press("yes\n")
			}
			s.expect(refused)
			s.end(2)
			s.wroteNothing()
		})
	}
}

// Wrong passphrases end it with nothing written, and with the line that asks nothing else
// again.
func TestWizardPassphrases(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		newKey bool
		typed  []reply
		status int
		says   string
	}{
		"three times wrong":      {false, []reply{{"Passphrase of ", "a\n"}, {"Passphrase of ", "b\n"}, {"Passphrase of ", "c\n"}}, 2, "drtxt record on dr.example.com"},
		"Ctrl-C":                 {false, []reply{{"Passphrase of ", "\x03"}}, 130, "nothing was written"},
		"Ctrl-D":                 {false, []reply{{"Passphrase of ", "\x04"}}, 2, "nothing was written"},
		"new, Ctrl-C":            {true, []reply{{"New passphrase: ", "\x03"}}, 130, "nothing was written"},
		"new, Ctrl-C the second": {true, []reply{{"New passphrase: ", testPassphrase + "\n"}, {"The same again: ", "\x03"}}, 130, "nothing was written"},
		"new, Ctrl-D":            {true, []reply{{"New passphrase: ", "\x04"}}, 2, "nothing was written"},
		"new, three times empty": {true, []reply{{"New passphrase: ", "\n"}, {"New passphrase: ", "\n"}, {"New passphrase: ", "\n"}}, 2, "nothing was written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replies := wizardReplies(encryptedKey(t), "new")
			if test.newKey {
				replies = answering(replies, map[string]string{"Is a new": "yes", "In which": "-"})
			}
			s := startWizard(t)
			s.reply(replies...)
			for _, r := range test.typed {
				s.answer(r.question, r.answer)
			}
			s.expect(test.says)
			s.end(test.status)
			s.waitForEcho(true)
			s.wroteNothing()
		})
	}
}

// A file that is put there while the last question stands is not overwritten, and what
// was written is taken back; a full disk and a closed output leave nothing either.
func TestWizardCannotWrite(t *testing.T) {
	t.Parallel()
	replies := wizardReplies(keyFile(t, "test-a.private.pem"), "new")
	t.Run("a file that appears", func(t *testing.T) {
		t.Parallel()
		s := startWizard(t)
		s.reply(replies[:len(replies)-1]...)
		s.expect(lastQuestion)
		folder := filepath.Join(s.cmd.Dir, "new")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "dr.example.com-on.json")
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.press("yes\n")
		s.expect("nothing was written")
		s.expect("file exists")
		s.end(2)
		if data, err := os.ReadFile(path); string(data) != "mine" || err != nil {
			t.Errorf("the file holds %q, %v", data, err)
		}
		if got := files(t, folder); got != "dr.example.com-on.json" {
			t.Errorf("there is %s", got)
		}
	})
	for name, line := range map[string]string{
		"a full disk":                    "exec drtxt-limited wizard",
		"a standard output that is full": "exec drtxt wizard >/dev/full",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Dir = t.TempDir()
			s := startAtTerminal(t, cmd)
			s.reply(replies...)
			s.expect("nothing was written")
			s.expect("hint: ")
			s.end(2)
			s.wroteNothing()
		})
	}
	t.Run("a new pair stays", func(t *testing.T) {
		t.Parallel()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", "exec drtxt wizard >/dev/full")
		cmd.Dir = t.TempDir()
		s := startAtTerminal(t, cmd)
		s.reply(answering(replies, map[string]string{"Is a new": "yes", "In which": "-"})...)
		s.answer("New passphrase: ", testPassphrase+"\n")
		s.answer("The same again: ", testPassphrase+"\n")
		s.expect("the new key pair was, and may stay")
		s.end(2)
		if got := files(t, filepath.Join(s.cmd.Dir, "new")); got != "dr_privatekey.pem dr_publickey.pem" {
			t.Errorf("there is %s", got)
		}
	})
}

// What is configured, and what stands in variables, is offered: domains by their number,
// and what signs; the line makes the same under the same configuration.
func TestWizardConfigured(t *testing.T) {
	t.Parallel()
	signer, err := exec.LookPath("drtxt-test-signer")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for from, to := range map[string]string{"test-a.private.pem": "a.pem", "test-a.public.pem": "dr_publickey.pem"} {
		data, err := os.ReadFile(filepath.Join(keysDir, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, to), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(folder, "mine.yaml")
	text := `scheme: trimmed
for: 2h
forwarding: fail-close
domains:
  dr.example.com:
    key: a.pem
    public: dr_publickey.pem
    bind-domain: true
    ttl: 60s
    type: zia
  dr.example.net:
    signer-command: ` + signer + `
    signer-arg: ['` + filepath.Join(folder, "a.pem") + `', raw]
    public: dr_publickey.pem
    publish:
      zone-file: mine.yaml
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	s := startWizard(t, "--config", config)
	s.reply(
		reply{"1) dr.example.com", "1"},
		reply{"signed?", ""},
		reply{"yes or no [no]: ", ""},
		reply{"file [" + filepath.Join(folder, "a.pem") + "]: ", ""},
		reply{"Is Internet Access deployed?", ""},
		reply{"portal [fail-close]: ", "portal"},
		reply{"yes or no [no]: ", ""},
		reply{"What are the records to say?", "on"},
		reply{"When do they begin?", ""},
		reply{"none [2h]: ", ""},
		reply{"Into which", ""},
		reply{lastQuestion, "yes"},
	)
	s.expect("Nothing is published yet.")
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=zia;b=on;d=dr.example.com;x=") {
		t.Errorf("printed %q", got)
	}
	s.sameAgain("")
	if line := s.line(); !strings.Contains(line, "--bind-domain --ttl 60s") {
		t.Errorf("the line is %s", line)
	}

	s = startWizard(t, "--config", config)
	s.reply(
		reply{"2) dr.example.net", "DR.example.com."},
		reply{"signed?", "back"},
		reply{"number [dr.example.com]: ", "2"}, // the answers for the other one count no more
		reply{"signed?", ""},
		reply{"yes or no [no]: ", ""},
		reply{"1) configured: the program", ""},
		reply{"Is Internet Access deployed?", ""},
		reply{"portal [fail-close]: ", ""},
		reply{"yes or no [yes]: ", ""},
		reply{"What are the records to say?", "off"},
		reply{"When do they begin?", ""},
		reply{"When do they end?", ""},
		reply{"Into which", ""},
		reply{lastQuestion, "yes"},
	)
	trust := " --public " + filepath.Join(folder, "dr_publickey.pem") + " --config " + config
	s.expect("drtxt publish --records drtxt-records/dr.example.net-off.json" + trust)
	s.expect("drtxt watch --records drtxt-records/dr.example.net-off.json" + trust)
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=all;b=off;m=fc;n=2") {
		t.Errorf("printed %q", got)
	}
	s.sameAgain("")

	t.Run("another key than what is configured", func(t *testing.T) {
		s := startWizard(t, "--config", config)
		s.reply(
			reply{"or its number", "2"}, reply{"signed?", ""}, reply{"yes or no [no]: ", ""},
			reply{"1) configured: the program", "file"},
			reply{"file: ", keyFile(t, "test-b.private.pem")},
			reply{"they are no pair", filepath.Join(folder, "a.pem")},
		)
		s.reply(answering(wizardReplies("-", ""), map[string]string{"For": "-", "Are": "-", "Is a": "-"})...)
		s.end(0)
		if line := s.line(); strings.Contains(line, "signer") || !strings.Contains(line, "--key "+filepath.Join(folder, "a.pem")) {
			t.Errorf("the line is %s", line)
		}
		s.sameAgain("")
	})

	t.Run("a new pair in place of the configured one", func(t *testing.T) {
		s := startWizard(t, "--config", config)
		s.reply(reply{"or its number", "1"}, reply{"signed?", ""}, reply{"yes or no [no]: ", "yes"})
		s.reply(answering(wizardReplies("-", ""), map[string]string{"For": "-", "Are": "-", "Is a": "-", "Is Private": "yes"})...)
		s.answer("New passphrase: ", testPassphrase+"\n")
		s.answer("The same again: ", testPassphrase+"\n")
		s.end(0)
		s.sameAgain(" --passphrase-file " + passphraseFile(t))
	})

}

// Files that are configured and missing are said where the key is asked for, and nobody is
// kept from making records with another file, with a new pair, or without signature.
func TestWizardMissingFiles(t *testing.T) {
	skipLongWalk(t)
	t.Parallel()
	private, public := keyFile(t, "test-a.private.pem"), keyFile(t, "test-a.public.pem")
	const missing = "Type another file, or one of these."
	const key, agent = "    key: gone.pem\n", "    signer-agent: true\n    public: gone.pem\n"
	withPublic := "    key: gone.pem\n    public: gone.pem\n"
	aPublic := reply{"In which file is the public key?", public}
	newPair := []reply{{"yes or no: ", "yes"}}
	for name, test := range map[string]struct {
		settings  string
		beginning []reply // from the question for a new pair to the key
		newKey    bool
		unsigned  bool
		notAgain  bool // the line that makes the same does not run
		notNext   bool // nor do those that come next
	}{
		"said at the key question":   {settings: key, beginning: []reply{{"yes or no: ", "no"}, {"What is configured cannot be used:", private}}},
		"another key":                {settings: key, beginning: []reply{{"yes or no: ", "no"}, {missing, private}}},
		"a new pair":                 {settings: key, beginning: newPair, newKey: true},
		"a new pair after all":       {settings: key, beginning: []reply{{"yes or no: ", "no"}, {missing, "new"}}, newKey: true},
		"unsigned after all":         {settings: key, beginning: []reply{{"yes or no: ", "no"}, {"file, or new, or unsigned: ", "unsigned"}}, unsigned: true},
		"neither key nor public key": {settings: withPublic, beginning: []reply{{"yes or no: ", "no"}, {missing, private}, aPublic}},
		"no public key at hand":      {settings: withPublic, beginning: []reply{{"yes or no: ", "no"}, {missing, private}, {"In which file is the public key?", "none"}}, notAgain: true},
		"a public key of another": {settings: withPublic, beginning: []reply{{"yes or no: ", "no"}, {missing, private},
			{"In which file is the public key?", keyFile(t, "test-b.public.pem")}, {"they are no pair", "gone.pem"}, {"cannot be read", public}}},
		"one of two public keys":          {settings: "    key: gone.pem\n    public: ['" + public + "', gone.pem]\n", beginning: []reply{{"yes or no: ", "no"}, {missing, private}}},
		"a new pair, with public":         {settings: withPublic, beginning: newPair, newKey: true},
		"unsigned, with public":           {settings: withPublic, beginning: []reply{{"yes or no: ", "no"}, {missing, "2"}}, unsigned: true, notNext: true},
		"only the public key":             {settings: "    key: '" + private + "'\n    public: gone.pem\n", beginning: []reply{{"yes or no [no]: ", ""}, {"[" + private + "]: ", ""}, aPublic}},
		"a program":                       {settings: "    signer-command: /gone/sign\n    signer-arg: [x]\n    public: '" + public + "'\n", beginning: []reply{{"yes or no: ", "no"}, {missing, private}}},
		"an agent without its public key": {settings: agent, beginning: []reply{{"yes or no: ", "no"}, {missing, private}, aPublic}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startWizard(t, "--config", writeTemp(t, "mine.yaml", "domains:\n  dr.example.com:\n"+test.settings))
			s.reply(reply{"domain [dr.example.com]: ", ""}, reply{"signed?", ""})
			s.reply(test.beginning...)
			s.reply(answering(wizardReplies("-", ""), map[string]string{"For": "-", "Are": "-", "Is a": "-"})...)
			more := ""
			if test.newKey {
				s.answer("New passphrase: ", testPassphrase+"\n")
				s.answer("The same again: ", testPassphrase+"\n")
				more = " --passphrase-file " + passphraseFile(t)
			}
			if test.notAgain {
				s.expect("It runs once the configured public key is there.")
			}
			s.expect("Nothing is published yet.")
			s.end(0)
			if strings.Contains(s.screen(), "They run once the configured public key is there.") != test.notNext {
				t.Errorf("of the lines that come next it is said %q", s.screen())
			}
			if signed := strings.Contains(s.stdout.String(), "bh="); signed == test.unsigned {
				t.Errorf("printed %q", s.stdout.String())
			}
			if !test.notAgain {
				s.sameAgain(more)
			}
		})
	}
}

// The lines that come next are run as they stand there: they end in 0, also with a start
// that lies ahead, where the records do not say on yet.
func TestWizardNextLines(t *testing.T) {
	t.Parallel()
	template := newExampleFolder(t)
	next := regexp.MustCompile(`(?m)^    (drtxt (?:publish|watch) .*)\r$`)
	for name, test := range map[string]struct {
		configuration string
		others        map[string]string
	}{
		"filled in":           {"", nil},
		"filled in, unsigned": {"", map[string]string{"Are the": "no", "Is a new": "-", "In which": "-"}},
		"configured": {"domains:\n  dr.example.com:\n    zone: example.com\n    public: dr_publickey.pem\n    publish: {server: 'ns1.example.com', tsig-file: update.key}\n",
			map[string]string{"When do they begin": "+48h", "When do they end": "1d"}},
		"off": {"", map[string]string{"What are": "off", "When do they end": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := template.copy(t, "")
			cmd := command(t, "wizard")
			if test.configuration != "" {
				f.configure("mine.yaml", test.configuration)
				cmd = command(t, "wizard", "--config", "mine.yaml")
			}
			cmd.Dir = f.dir
			s := startAtTerminal(t, cmd)
			s.reply(answering(wizardReplies("dr_privatekey.pem", "records"), test.others)...)
			s.end(0)
			lines := next.FindAllStringSubmatch(s.screen(), -1)
			if len(lines) != 2 {
				t.Fatalf("%d lines: %q", len(lines), s.screen())
			}
			for _, line := range lines {
				if strings.Contains(line[1], "NAME_SERVER") && test.configuration != "" {
					t.Errorf("%s leaves to be filled in what is configured", line[1])
				}
				filled := f.filledIn(line[1])
				f.converse(filled, asked(filled))
			}
		})
	}
}

// What stands in variables is offered, too, but for what the questions ask; the line makes
// the same under them.
func TestWizardVariables(t *testing.T) {
	t.Parallel()
	private, passphrases := encryptedKey(t), passphraseFile(t)
	variables := []string{"DRTXT_START=2099-01-01T00:00:00Z", "DRTXT_END=2099-01-02T00:00:00Z", "DRTXT_FORMAT=zone", "DRTXT_OUT=elsewhere", "DRTXT_BIND_DOMAIN=true", "DRTXT_FORWARDING=portal", "DRTXT_KEY=" + private, "HOME=" + filepath.Dir(private), "DRTXT_PASSPHRASE_FILE=" + passphrases, "DRTXT_FOR=3h", "DRTXT_TTL=2m", "DRTXT_SCHEME=values+nok", "DRTXT_TYPE=zpa"}
	cmd := command(t, "wizard")
	cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), variables...)
	s := startAtTerminal(t, cmd)
	s.reply(
		reply{"It takes nothing from DRTXT_START, DRTXT_END, DRTXT_FOR, DRTXT_FORMAT,\r\nDRTXT_OUT.", "dr.example.com"},
		reply{"signed?", ""}, reply{"yes or no [no]: ", ""}, reply{"file [" + private + "]: ", "~/dr_privatekey.pem"},
		reply{"yes or no [no]: ", ""}, reply{"yes or no [yes]: ", ""},
		reply{"What are", "off"}, reply{"When do they begin?", ""}, reply{"none [none]: ", ""}, reply{"Into which", ""}, reply{lastQuestion, "yes"},
	)
	s.end(0)
	if got := s.stdout.String(); !strings.HasPrefix(got, "v=1;k=zpa;b=off;d=dr.example.com;n=2") {
		t.Errorf("printed %q", got)
	}
	s.sameAgain("", variables...)
	s.sameAgain(" --passphrase-file " + passphrases) // it says all that they do
	if got := files(t, s.cmd.Dir); got != "drtxt-records" {
		t.Errorf("there is %s", got)
	}
}

// A passphrase in a variable is not that of a new pair, nor of a program that signs.
func TestWizardLineWithoutPassphrase(t *testing.T) {
	t.Parallel()
	variables := []string{"DRTXT_PASSPHRASE_FILE=" + writeTemp(t, "other.txt", "another-TEST-ONLY\n"), "DRTXT_SCHEME=prefix"}
	config := writeTemp(t, "mine.yaml", "scheme: trimmed\nsigner-agent: false\n")
	cmd := command(t, "wizard", "--config", config)
	cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), variables...)
	s := startAtTerminal(t, cmd)
	s.reply(answering(wizardReplies("-", ""), map[string]string{"Is a new": "yes"})...)
	s.answer("New passphrase: ", testPassphrase+"\n")
	s.answer("The same again: ", testPassphrase+"\n")
	s.end(0)
	if line := s.line(); !strings.HasPrefix(line, "DRTXT_PASSPHRASE_FILE= drtxt record ") {
		t.Errorf("the line is %s", line)
	}
	s.sameAgain(" --passphrase-file "+passphraseFile(t), variables...)
	s.sameAgain(" --passphrase-file " + passphraseFile(t)) // the scheme is said
}
