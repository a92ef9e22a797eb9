package keygen

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// The errors of encoding/asn1 and crypto/x509 are dropped throughout this
// file: where a key is damaged they can quote its bytes as lengths and tags.
const (
	notDER     = "it is not the DER that its label says"
	notFitting = "its numbers do not fit together"
)

// rsaEncryption is the one algorithm whose keys are read (RFC 8017 appendix
// A.1); RSASSA-PSS has an identifier of its own and binds the key to PSS.
const rsaEncryption = "1.2.840.113549.1.1.1"

// algorithms are the names of others that one meets.
var algorithms = map[string]string{
	"1.2.840.10040.4.1":     "DSA",
	"1.2.840.10045.2.1":     "EC",
	"1.2.840.113549.1.1.10": "RSA-PSS",
	"1.3.101.110":           "X25519",
	"1.3.101.111":           "X448",
	"1.3.101.112":           "Ed25519",
	"1.3.101.113":           "Ed448",
}

// checkAlgorithm refuses a key that is not for rsaEncryption.
func (w wanted) checkAlgorithm(id asn1.ObjectIdentifier) error {
	if id.String() == rsaEncryption {
		return nil
	}
	return w.refuse(ErrNotRSA, nameOf(id, algorithms))
}

// A privateKeyInfo is what counts of a PrivateKeyInfo, which is called
// OneAsymmetricKey too (RFC 5958 §2).
type privateKeyInfo struct {
	algorithm algorithm
	key       cryptobyte.String
}

// readPrivateKeyInfo reads one that is all of der, without copying. The
// attributes and the public key, which some programs add, it passes over.
func readPrivateKeyInfo(der cryptobyte.String) (info privateKeyInfo, ok bool) {
	var version int
	content, ok := readSequence(der)
	if !ok || !content.ReadASN1Integer(&version) {
		return info, false
	}
	if info.algorithm, ok = readAlgorithm(&content); !ok {
		return info, false
	}
	if info.key, ok = readOctets(&content); !ok {
		return info, false
	}
	attributes, publicKey := tag.Tag(0).ContextSpecific().Constructed(), tag.Tag(1).ContextSpecific()
	hasPublicKey := false
	ok = content.SkipOptionalASN1(attributes) &&
		content.ReadOptionalASN1(new(cryptobyte.String), &hasPublicKey, publicKey) &&
		content.Empty()
	return info, ok && (version == 0 && !hasPublicKey || version == 1 && hasPublicKey)
}

// parsePKCS8 reads a PrivateKeyInfo with an RSA key.
func parsePKCS8(der []byte) (*rsa.PrivateKey, error) {
	info, ok := readPrivateKeyInfo(der)
	if !ok {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	if err := wantPrivate.checkAlgorithm(info.algorithm.id); err != nil {
		return nil, err
	}
	if !isNull(info.algorithm.parameters) { // RFC 8017 appendix A.1
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	return parsePKCS1Private(info.key)
}

// marshalPKCS8 returns key as a PrivateKeyInfo, which the caller clears.
func marshalPKCS8(key *rsa.PrivateKey) ([]byte, error) {
	if err := checkPair(key); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, wantPrivate.refuse(ErrDamaged, notFitting)
	}
	return der, nil
}

// parsePKCS1Private reads an RSAPrivateKey (RFC 8017 appendix A.1.2). The
// policy comes first: crypto/rsa refuses some sizes and exponents without
// saying so, and takes long over large ones. At last der has to be what the key
// encodes to: encoding/asn1 passes over what it does not expect in a SEQUENCE,
// and the numbers that are left out then are computed anew.
func parsePKCS1Private(der []byte) (*rsa.PrivateKey, error) {
	var head struct { // encoding/asn1 lets more follow in a SEQUENCE
		Version int
		N       *big.Int
		E       int
	}
	if _, err := asn1.Unmarshal(der, &head); err != nil {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	if err := checkPolicy(&rsa.PublicKey{N: head.N, E: head.E}); err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, wantPrivate.refuse(ErrDamaged, notFitting)
	}
	if err := checkPair(key); err != nil {
		return nil, err
	}
	again := x509.MarshalPKCS1PrivateKey(key)
	defer clear(again)
	if !bytes.Equal(der, again) {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	return key, nil
}

// parsePKIX reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of an RSA key
// (RFC 3279 §2.3.1).
func parsePKIX(der []byte) (*rsa.PublicKey, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		PublicKey asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, wantPublic.refuse(ErrDamaged, notDER)
	}
	if err := wantPublic.checkAlgorithm(info.Algorithm.Algorithm); err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS1PublicKey(info.PublicKey.RightAlign())
	if err != nil {
		return nil, wantPublic.refuse(ErrDamaged, notDER)
	}
	again, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, wantPublic.refuse(ErrDamaged, notDER)
	}
	return checkPublic(key, der, again)
}

// parsePKCS1Public reads an RSAPublicKey (RFC 8017 appendix A.1.1).
func parsePKCS1Public(der []byte) (*rsa.PublicKey, error) {
	key, err := x509.ParsePKCS1PublicKey(der)
	if err != nil {
		return nil, wantPublic.refuse(ErrDamaged, notDER)
	}
	return checkPublic(key, der, x509.MarshalPKCS1PublicKey(key))
}

// checkPublic returns key if it is allowed and der is what it encodes to:
// encoding/asn1 lets foreign bytes stand at the end of a SEQUENCE, which no
// fingerprint would show.
func checkPublic(key *rsa.PublicKey, der, again []byte) (*rsa.PublicKey, error) {
	if err := checkPolicy(key); err != nil {
		return nil, err
	}
	if !bytes.Equal(der, again) {
		return nil, wantPublic.refuse(ErrDamaged, notDER)
	}
	return key, nil
}
