package signer_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
)

// A key on a PKCS #11 token signs, by way of a script that asks for its PIN.
func ExampleNewCommand() {
	public, err := keygen.LoadPublicKey("dr_publickey.pem")
	if err != nil {
		log.Fatal(err)
	}
	token, err := signer.NewCommand(context.Background(), signer.CommandOptions{
		Path:        "/usr/local/libexec/drtxt/sign-token",
		Environment: []string{"PATH=/usr/bin:/bin"},
		PublicKey:   public,
		Stderr:      os.Stderr,
	})
	if err != nil {
		log.Fatal(err)
	}
	off := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off}
	values, err := txtrecord.Sign(off, txtrecord.Scheme{}, token)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(values)
}

// An SSH agent signs with the key that equals a public key file.
func ExampleNewAgent() {
	public, err := keygen.LoadPublicKey("dr_publickey.pem")
	if err != nil {
		log.Fatal(err)
	}
	agent, err := signer.NewAgent(context.Background(), signer.AgentOptions{
		Dial:      signer.DialAgent(signer.AgentAddress(os.Getenv("SSH_AUTH_SOCK"))),
		PublicKey: public,
	})
	if err != nil {
		log.Fatal(err)
	}
	off := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off}
	values, err := txtrecord.Sign(off, txtrecord.Scheme{}, agent)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(values)
}
