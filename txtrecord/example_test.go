package txtrecord_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// readSigner stands for wherever the private key is: a file, a token, a service.
func readSigner() crypto.Signer {
	data, err := os.ReadFile("../testdata/keys/test-a.private.pem")
	if err != nil {
		log.Fatal(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	return key.(crypto.Signer)
}

// An activation is signed, and its two values are checked as everybody checks them.
func Example() {
	signer := readSigner()
	activation := txtrecord.Activation{
		Type:       txtrecord.AllProducts,
		Status:     txtrecord.On,
		Forwarding: txtrecord.FailOpen,
		Start:      time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC),
		End:        time.Date(2027, 1, 15, 16, 0, 0, 0, time.UTC),
	}

	// The zero Scheme is the default, prefix.
	values, err := txtrecord.Sign(activation, txtrecord.Scheme{}, signer)
	if err != nil {
		log.Fatal(err)
	}
	for _, value := range values {
		fmt.Printf("%d bytes: %s…\n", len(value), value[:70])
	}

	// The order in which a server lists the records does not matter.
	answer := []string{values[1], values[0]}
	set, err := txtrecord.Verify(answer, txtrecord.Scheme{}, signer.Public().(*rsa.PublicKey))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("genuine: %s for %s until %s\n", set.Activation.Status, set.Activation.Type, set.Activation.End)

	// Output:
	// 240 bytes: v=1;k=all;b=on;m=fo;t=1800000000;x=1800028800;n=2;p=1;bh=a8BE+wOdZJAGP…
	// 218 bytes: v=1;k=all;b=on;m=fo;t=1800000000;x=1800028800;n=2;p=2;bh=R46mKx5xjRPKu…
	// genuine: on for all until 2027-01-15 16:00:00 +0000 UTC
}

// A refusal says which rule was broken, and where.
func ExampleParse() {
	_, err := txtrecord.Parse("v=1;k=all;b=on;m=fo;b=off")

	fmt.Println("a class:", errors.Is(err, txtrecord.ErrSyntax))
	fmt.Println("a rule: ", errors.Is(err, txtrecord.DuplicateTag))

	var refusal *txtrecord.RecordError
	if errors.As(err, &refusal) {
		fmt.Printf("a place: tag %s at byte %d\n", refusal.Tag, refusal.Offset)
		fmt.Println("a name: ", refusal.Fault.Code())
	}
	fmt.Println(err)

	// Output:
	// a class: true
	// a rule:  true
	// a place: tag b at byte 20
	// a name:  duplicate-tag
	// record 1, column 21, tag "b", found "off": the tag stands twice
}

// Whoever controls the DNS, and has no key, puts a tag behind the signature of a
// genuine set. The signature would still hold; the set is refused.
func ExampleVerify() {
	signer := readSigner()
	values, err := txtrecord.Sign(txtrecord.Activation{
		Type:   txtrecord.InternetAccess,
		Status: txtrecord.On,
		End:    time.Date(2027, 1, 15, 16, 0, 0, 0, time.UTC),
	}, txtrecord.Scheme{}, signer)
	if err != nil {
		log.Fatal(err)
	}
	for i := range values {
		values[i] += ";m=fc"
	}

	set, err := txtrecord.Verify(values, txtrecord.Scheme{}, signer.Public().(*rsa.PublicKey))
	fmt.Println(set == nil, errors.Is(err, txtrecord.TrailingData))
	fmt.Println(err)

	// Output:
	// true true
	// record 1, column 242, tag "m", found "m=fc": nothing may stand behind bh: it would not be signed
}

// Every scheme has a name, and states what its signature covers.
func ExampleScheme_Covers() {
	scheme, err := txtrecord.ParseScheme("values+nok")
	if err != nil {
		log.Fatal(err)
	}
	for _, tag := range []string{"k", "b", "p"} {
		fmt.Println(tag, scheme.Covers(tag))
	}
	fmt.Println("ambiguous:", scheme.Ambiguous())

	// Output:
	// k false
	// b true
	// p false
	// ambiguous: true
}
