package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The page's commands are run as they stand there, in their order, by the shell, at a
// terminal: without a configuration, and with many.
func TestIncidentLines(t *testing.T) {
	skipLongWalk(t)
	t.Parallel()
	template := newExampleFolder(t)
	signer, err := exec.LookPath("drtxt-test-signer")
	if err != nil {
		t.Fatal(err)
	}
	const (
		domain = "domains:\n  dr.example.com:\n"
		public = "    public: dr_publickey.pem\n"
		key    = domain + public
		server = "    zone: example.com\n    publish:\n      server: ns1.example.com\n      tsig-file: update.key\n"
		user   = "config/drtxt/drtxt.yaml"
		page   = "drtxt help incident"
		named  = "drtxt help incident --config mine.yaml"
	)
	for name, test := range map[string]struct {
		page, file, configuration string
		has, lacks                []string // words of the commands
		unserved                  bool     // nothing serves what is published
	}{
		"none": {page: page, has: []string{"DOMAIN", "NAME_SERVER", "ZONE", "UPDATE_KEY", "--public", "--key", "--for 8h"}, lacks: []string{"--config"}},
		"key": {page: page, file: user, configuration: key,
			has: []string{"--key", "NAME_SERVER"}, lacks: []string{"DOMAIN", "--public", "--config"}},
		"all": {page: page, file: user, configuration: key + "    for: 2h\n    ttl: 5m\n    key: dr_privatekey.pem\n" + server,
			lacks: []string{"DOMAIN", "NAME_SERVER", "ZONE", "UPDATE_KEY", "--public", "--key", "--for ", "--server", "--zone", "--tsig-file", "--config"}},
		"zone file": {page: page, file: user, configuration: key + "    key: dr_privatekey.pem\n    zone: example.com\n    publish:\n      zone-file: example.com.zone\n",
			lacks: []string{"DOMAIN", "NAME_SERVER", "ZONE", "UPDATE_KEY", "--public", "--key", "--server", "--zone", "--tsig-file"}, unserved: true},
		"zone file without its zone": {page: page, file: user, configuration: key + "    publish:\n      zone-file: example.com.zone\n",
			lacks: []string{"ZONE", "NAME_SERVER"}, unserved: true},
		"named": {page: named, file: "mine.yaml", configuration: key + "    key: dr_privatekey.pem\n" + server,
			has: []string{"--config mine.yaml"}, lacks: []string{"--key", "--server"}},
		"named by a variable": {page: "DRTXT_CONFIG=mine.yaml drtxt help incident", file: "mine.yaml", configuration: key + "    key: dr_privatekey.pem\n" + server,
			has: []string{"--config mine.yaml"}, lacks: []string{"--key", "--server"}},
		"named with a blank": {page: "drtxt help incident --config 'my own.yaml'", file: "my own.yaml", configuration: key + server,
			has: []string{"--config 'my own.yaml'", "--key"}},
		"found in the folder": {page: page, file: "drtxt.yaml", configuration: "ttl: 1m\n" + domain + "    zone: example.com\n",
			has: []string{"--public", "--key", "NAME_SERVER"}, lacks: []string{"DOMAIN", "ZONE", "--config"}},
		"no agent": {page: named, file: "mine.yaml", configuration: key + "    signer-agent: false\n",
			has: []string{"--key dr_privatekey.pem"}},
		"a program": {page: named, file: "mine.yaml", configuration: key + "    signer-command: " + signer + "\n    signer-arg: [dr_privatekey.pem, raw]\n",
			lacks: []string{"--key", "--public"}},
		"a program, and two public keys": {page: named, file: "mine.yaml", configuration: domain + "    public: [dr_publickey.pem, keys/dr_publickey.pem]\n    signer-command: " + signer + "\n    signer-arg: [dr_privatekey.pem, raw]\n",
			has: []string{"--public dr_publickey.pem --format"}, lacks: []string{"--key"}},
		"a zone file that the domain sets aside": {page: named, file: "mine.yaml", configuration: "publish:\n  zone-file: example.com.zone\n" + key + "    publish:\n      tsig-file: update.key\n",
			has: []string{"NAME_SERVER", "ZONE"}, lacks: []string{"UPDATE_KEY"}},
		"a server that the domain sets aside": {page: named, file: "mine.yaml", configuration: "publish:\n  server: ns1.example.com\n  tsig-file: update.key\n" + key + "    publish:\n      zone-file: example.com.zone\n",
			lacks: []string{"NAME_SERVER", "ZONE"}, unserved: true},
		"a signer that the domain sets aside": {page: named, file: "mine.yaml", configuration: "signer-command: " + signer + "\n" + key + "    key: dr_privatekey.pem\n",
			lacks: []string{"--key"}},
		"for every domain": {page: named, file: "mine.yaml", configuration: "key: dr_privatekey.pem\npublic: dr_publickey.pem\nfor: 1h\n",
			has: []string{"DOMAIN"}, lacks: []string{"--key", "--public", "--for "}},
		"several": {page: named, file: "mine.yaml", configuration: "for: 1h\n" + key + "    signer-command: " + signer + "\n    publish: {zone-file: example.com.zone}\n  dr.example.net:\n    key: dr_privatekey.pem\n",
			has: []string{"DOMAIN", "--key", "NAME_SERVER", "--config mine.yaml"}, lacks: []string{"--for "}},
		"several, with settings for every domain": {page: named, file: "mine.yaml", configuration: "for: 1h\npublic: dr_publickey.pem\nkey: dr_privatekey.pem\n" + domain + server + "  dr.example.net: {}\n",
			has: []string{"DOMAIN", "NAME_SERVER"}, lacks: []string{"--for ", "--public", "--key"}},
		"U-labels": {page: named, file: "mine.yaml", configuration: "domains:\n  DR.Example.COM.:\n    public: dr_publickey.pem\n",
			lacks: []string{"DOMAIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := template.copy(t, "")
			f.act("rm on.json off.json")
			if test.file != "" {
				f.configure(test.file, test.configuration)
			}
			written := f.incident(test.page)
			if len(written) != 9 {
				t.Fatalf("%d commands: %q", len(written), written)
			}
			all := strings.Join(written, "\n")
			for _, words := range test.has {
				if !strings.Contains(all, words) {
					t.Errorf("%q is missing in\n%s", words, all)
				}
			}
			for _, line := range written {
				for _, word := range test.lacks {
					if strings.Contains(line, word) {
						t.Errorf("%q has %q", line, word)
					}
				}
				if strings.Contains(test.page, "mine.yaml") != strings.Contains(line, " --config mine.yaml") {
					t.Errorf("%q does not name the configuration", line)
				}
				if test.unserved && (strings.HasPrefix(line, "drtxt watch") || strings.HasPrefix(line, "drtxt verify")) {
					continue
				}
				line = f.filledIn(line)
				f.converse(line, asked(line))
			}
		})
	}
}

// configure writes a configuration, with the files that it names beside it.
func (f *exampleFolder) configure(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if folder := filepath.Dir(name); folder != "." {
		f.act("mkdir -p " + folder + " && cp dr_publickey.pem dr_privatekey.pem update.key example.com.zone " + folder)
	}
	if err := os.WriteFile(path, []byte(f.replaced(text)), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// incident are the commands of the page, each on one line.
func (f *exampleFolder) incident(line string) []string {
	f.t.Helper()
	f.act(line + " > page.txt")
	page := strings.ReplaceAll(readText(f.t, filepath.Join(f.dir, "page.txt")), " \\\n", " ")
	var lines []string
	for line := range strings.Lines(page) {
		if command, ok := strings.CutPrefix(line, "     drtxt "); ok {
			lines = append(lines, "drtxt "+strings.Join(strings.Fields(command), " "))
		}
	}
	return lines
}

// filledIn is a command with what is the test's in place of the words in capitals.
func (f *exampleFolder) filledIn(line string) string {
	return strings.NewReplacer("KIT", "kit", "NAME_SERVER", f.server, "ZONE", "example.com", "UPDATE_KEY", "update.key", "DOMAIN", "dr.example.com").Replace(line)
}

// asked is what a line of the page leads to.
func asked(line string) []exchange {
	if strings.HasPrefix(line, "drtxt publish") {
		return typeDomain
	}
	return nil
}
