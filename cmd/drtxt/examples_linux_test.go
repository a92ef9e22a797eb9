package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every example of every command's help is run as it stands there, by the shell, at a
// terminal, in a folder with the files that it takes for granted. In place of the name
// servers that examples name there is one of the test, which is also the one that is asked
// where none is named.
func TestExamples(t *testing.T) {
	skipLongWalk(t)
	t.Parallel()
	template := newExampleFolder(t)
	for _, lines := range examples() {
		for _, example := range lines {
			t.Run(strings.ReplaceAll(example.line, "/", "|"), func(t *testing.T) {
				t.Parallel()
				template.copy(t, example.line).act(example.line)
			})
		}
	}
}

// An exampleFolder is one with the files that examples take for granted, and the name server
// that stands for theirs.
type exampleFolder struct {
	t           *testing.T
	dir, server string
}

const examplePassphrase = "of the examples TEST-ONLY"

func newExampleFolder(t *testing.T) *exampleFolder {
	t.Helper()
	f := &exampleFolder{t: t, dir: t.TempDir(), server: servePrimary(t)}
	for name, content := range map[string]string{
		"configured.yaml":  "domains:\n  dr.example.com:\n    public: dr_publickey.pem\n",
		"passphrase.txt":   examplePassphrase + "\n",
		"old.txt":          examplePassphrase + "\n",
		"new.txt":          "another " + examplePassphrase + "\n",
		"update.key":       updateKeyFile,
		"edges.json":       shownBlock(t, "edges.md", "json"),
		"inventory.yaml":   shownBlock(t, "edges.md", "yaml"),
		"edges-1.json":     `{"totalPages":2,"list":[{"id":"1","useInDrMode":true,"enabled":true,"serviceEdges":[{"id":"11","enabled":true,"publishIps":["203.0.113.10"]}]}]}`,
		"edges-2.json":     `{"totalPages":2,"list":[{"id":"2","useInDrMode":false,"enabled":true,"serviceEdges":[]}]}`,
		"profiles.json":    readText(t, filepath.Join("../../testdata/vendor/policies", "all-right.json")),
		"status.txt":       shownBlock(t, "check.md", "text"),
		"domains.csv":      "domain,expect\ndr.example.com,on\n",
		"dr_publickey.pem": readText(t, publicKey("test-a.public.pem")), "dr_privatekey.pem": readText(t, filepath.Join(keysDir, "test-a.private.pem")),
		"example.com.zone": "$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n",
	} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"trial-key", "config", "state", ".zsh-completions", ".config/fish/completions"} {
		if err := os.MkdirAll(filepath.Join(f.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	f.act("cp dr_privatekey.pem trial-key")
	f.act("drtxt keygen --dir keys --passphrase-file passphrase.txt")
	f.act("drtxt record on dr.example.com --for 8h --key dr_privatekey.pem --format json --out on.json")
	f.act("drtxt record off dr.example.com --key dr_privatekey.pem --format json --out off.json")
	f.act("drtxt record on dr.example.com --for 8h --key dr_privatekey.pem --out on.txt")
	f.act("cp on.txt vendor.txt")
	f.act("drtxt kit dr.example.com --out kit --key dr_privatekey.pem")
	return f
}

const toServer = " --public dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key --undo-dir undo --confirm dr.example.com"

// furnishings are the lines that are run before examples that begin in some way, for what
// only these need, or must not find.
var furnishings = []struct{ before, run string }{
	{"drtxt wizard --config", "mv configured.yaml drtxt.yaml"},
	{"drtxt config show", "mkdir config/drtxt && mv configured.yaml config/drtxt/drtxt.yaml && cp dr_publickey.pem config/drtxt"},
	{"drtxt keygen --dir keys", "rm -r keys"},
	{"drtxt keygen --dir keys --generate", "rm -f passphrase.txt"},
	{"drtxt kit dr.example.com", "rm -r kit"},
	{"drtxt verify", "drtxt publish --records on.json" + toServer},
	{"drtxt watch", "drtxt publish --records on.json" + toServer},
	{"drtxt check", "drtxt publish --records off.json" + toServer},
	{"drtxt check", "drtxt edges edges.json --domain dr.example.com --format json --out addresses.json && drtxt publish --records addresses.json" + toServer},
	{"drtxt check", "cp dr_privatekey.pem dr_publickey.pem keys"},
	{"drtxt publish", "drtxt publish --records off.json" + toServer},
	{"drtxt publish --undo", "rm -r undo && drtxt publish --records on.json" + toServer + " && mv undo/* UNDO_FILE"},
}

// copy is the folder for one example.
func (f *exampleFolder) copy(t *testing.T, line string) *exampleFolder {
	t.Helper()
	c := &exampleFolder{t: t, dir: t.TempDir(), server: servePrimary(t)}
	c.act("cp -pR '" + f.dir + "'/. .")
	for _, more := range furnishings {
		if strings.HasPrefix(line, more.before) {
			c.act(more.run)
		}
	}
	return c
}

// An exchange is a question at the terminal, and what somebody types.
type exchange struct {
	question, reply string
	hidden          bool
}

// shownPassphrase is a reply: the passphrase that is on the screen.
const shownPassphrase = "\x00"

var tenWords = regexp.MustCompile(`[a-z]+(-[a-z]+){9}`)

func (e exchange) typed(screen string) string {
	if e.reply == shownPassphrase {
		return tenWords.FindString(screen)
	}
	return e.reply
}

var (
	choosePassphrase = []exchange{
		{"New passphrase: ", examplePassphrase, true},
		{"The same again: ", examplePassphrase, true},
	}
	typeDomain = []exchange{{"Type the domain's name ", "dr.example.com", false}}
	makeOff    = []exchange{
		{"For which disaster recovery domain?", "dr.example.com", false},
		{"Are the records to be signed?", "", false},
		{"Is a new key pair to be made?", "no", false},
		{"In which file is the private key?", "dr_privatekey.pem", false},
		{"Is Internet Access deployed?", "", false},
		{"What happens to Internet Access traffic meanwhile?", "fail-open", false},
		{"Is Private Access deployed?", "", false},
		{"What are the records to say?", "off", false},
		{"When do they begin?", "", false},
		{"When do they end?", "", false},
		{"Into which folder are the files to be written?", "", false},
		makeIt,
	}
	aboutDomain = defaults("Which of the vendor's products do the records switch?", "What happens to Internet Access traffic during disaster recovery?")
	aboutFiles  = defaults("In which file is the public key?", "What signs the records?", "In which file is the private key?", "How long do on and test last")
	makeIt      = exchange{"yes to make it, no to end: ", "yes", false}
	writeIt     = exchange{"yes to write it, no to end: ", "yes", false}
)

// conversations are those that lines lead to which ask something.
var conversations = map[string][]exchange{
	"drtxt keygen --dir keys":                       choosePassphrase,
	"drtxt keygen --dir keys --generate-passphrase": {{"Type it, with its hyphens", shownPassphrase, true}},
	"drtxt keygen passwd keys/dr_privatekey.pem":    append([]exchange{{"Passphrase of ", examplePassphrase, true}}, choosePassphrase...),
	"drtxt publish --records on.json --public dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key": typeDomain,
	"drtxt publish --undo UNDO_FILE --tsig-file update.key":                                                                        typeDomain,
	"drtxt wizard":                     makeOff,
	"drtxt wizard --config drtxt.yaml": makeOff,
	"drtxt config init": slices.Concat([]exchange{{"For which disaster recovery domain?", "dr.example.com", false}}, aboutDomain, aboutFiles,
		[]exchange{{"Where are the records published?", "none", false}, writeIt}),
	"drtxt config init dr.example.com --public dr_publickey.pem --key dr_privatekey.pem --for 8h": slices.Concat(aboutDomain,
		[]exchange{{"Where are the records published?", "none", false}, writeIt}),
	"drtxt config init dr.example.com --public dr_publickey.pem --publish-server ns1.example.com --zone example.com --tsig-file update.key": slices.Concat(aboutDomain,
		aboutFiles[1:], []exchange{writeIt}),
}

// defaults are exchanges in which Enter takes what is offered.
func defaults(questions ...string) []exchange {
	exchanges := make([]exchange, len(questions))
	for i, question := range questions {
		exchanges[i].question = question
	}
	return exchanges
}

// replaced is a line with the servers of the test in place of those that it names, and a
// zone file in the folder.
func (f *exampleFolder) replaced(line string) string {
	return strings.NewReplacer(
		"ns1.example.com", f.server,
		"tls://dns.example.net", "udp://"+f.server,
		"/etc/bind/", "",
	).Replace(line)
}

// act has the shell run a line, with whoever answers what it asks.
func (f *exampleFolder) act(line string) {
	f.t.Helper()
	f.converse(line, conversations[line])
}

// converse has the shell run a line, which must end with status 0 once all was said.
func (f *exampleFolder) converse(line string, conversation []exchange) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", f.replaced(line))
	cmd.Dir = f.dir
	cmd.Env = append(os.Environ(), "HOME="+f.dir, "XDG_CONFIG_HOME="+filepath.Join(f.dir, "config"), "XDG_STATE_HOME="+filepath.Join(f.dir, "state"))
	asks := func(command string) bool { return strings.HasPrefix(line, "drtxt "+command) }
	if asks("verify") || asks("watch") || asks("check") {
		cmd.Env = append(cmd.Env, "DRTXT_SERVER="+f.server)
	}
	session := startAtTerminal(f.t, cmd)
	for _, exchange := range conversation {
		session.expect(exchange.question)
		if exchange.hidden {
			session.waitForEcho(false)
		}
		session.press(exchange.typed(session.screen()) + "\n")
	}
	session.end(0)
}
