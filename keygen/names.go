package keygen

import (
	"encoding/asn1"
	"fmt"
)

// schemeNames are the usual names of what encrypts keys and is not read here:
// schemes, key derivations, their hashes, ciphers.
var schemeNames = map[string]string{
	// PBES1 (RFC 8018 appendix A.3)
	"1.2.840.113549.1.5.1":  "PBES1 with MD2 and DES",
	"1.2.840.113549.1.5.3":  "PBES1 with MD5 and DES",
	"1.2.840.113549.1.5.4":  "PBES1 with MD2 and RC2",
	"1.2.840.113549.1.5.6":  "PBES1 with MD5 and RC2",
	"1.2.840.113549.1.5.10": "PBES1 with SHA-1 and DES",
	"1.2.840.113549.1.5.11": "PBES1 with SHA-1 and RC2",
	"1.2.840.113549.1.5.14": "PBMAC1",
	// RFC 7292 appendix C
	"1.2.840.113549.1.12.1.1": "PKCS #12 PBE with SHA-1 and 128-bit RC4",
	"1.2.840.113549.1.12.1.2": "PKCS #12 PBE with SHA-1 and 40-bit RC4",
	"1.2.840.113549.1.12.1.3": "PKCS #12 PBE with SHA-1 and 3-key triple DES",
	"1.2.840.113549.1.12.1.4": "PKCS #12 PBE with SHA-1 and 2-key triple DES",
	"1.2.840.113549.1.12.1.5": "PKCS #12 PBE with SHA-1 and 128-bit RC2",
	"1.2.840.113549.1.12.1.6": "PKCS #12 PBE with SHA-1 and 40-bit RC2",
	// RFC 8018 appendix B.1
	"1.2.840.113549.2.6":      "HMAC-MD5",
	hmacWithSHA1:              "HMAC-SHA-1",
	"1.2.840.113549.2.8":      "HMAC-SHA-224",
	"1.2.840.113549.2.10":     "HMAC-SHA-384",
	"1.2.840.113549.2.12":     "HMAC-SHA-512/224",
	"1.2.840.113549.2.13":     "HMAC-SHA-512/256",
	"2.16.840.1.101.3.4.2.13": "HMAC-SHA3-224",
	"2.16.840.1.101.3.4.2.14": "HMAC-SHA3-256",
	"2.16.840.1.101.3.4.2.15": "HMAC-SHA3-384",
	"2.16.840.1.101.3.4.2.16": "HMAC-SHA3-512",
	// RFC 8018 appendix B.2 and, with RFC 5084, NIST's list for AES; RFC 3657,
	// 5794 and 4010
	"1.3.14.3.2.7":              "DES-CBC",
	"1.2.840.113549.3.2":        "RC2-CBC",
	"1.2.840.113549.3.7":        "DES-EDE3-CBC",
	"2.16.840.1.101.3.4.1.1":    "AES-128-ECB",
	"2.16.840.1.101.3.4.1.3":    "AES-128-OFB",
	"2.16.840.1.101.3.4.1.4":    "AES-128-CFB",
	"2.16.840.1.101.3.4.1.6":    "AES-128-GCM",
	"2.16.840.1.101.3.4.1.21":   "AES-192-ECB",
	"2.16.840.1.101.3.4.1.23":   "AES-192-OFB",
	"2.16.840.1.101.3.4.1.24":   "AES-192-CFB",
	"2.16.840.1.101.3.4.1.26":   "AES-192-GCM",
	"2.16.840.1.101.3.4.1.41":   "AES-256-ECB",
	"2.16.840.1.101.3.4.1.43":   "AES-256-OFB",
	"2.16.840.1.101.3.4.1.44":   "AES-256-CFB",
	"2.16.840.1.101.3.4.1.46":   "AES-256-GCM",
	"1.2.392.200011.61.1.1.1.2": "Camellia-128-CBC",
	"1.2.392.200011.61.1.1.1.3": "Camellia-192-CBC",
	"1.2.392.200011.61.1.1.1.4": "Camellia-256-CBC",
	"1.2.410.200046.1.1.2":      "ARIA-128-CBC",
	"1.2.410.200046.1.1.7":      "ARIA-192-CBC",
	"1.2.410.200046.1.1.12":     "ARIA-256-CBC",
	"1.2.410.200004.1.4":        "SEED-CBC",
	"1.2.156.10197.1.104.2":     "SM4-CBC",
}

// maxNumbers is how long an object identifier is printed.
const maxNumbers = 20

// nameOf returns the name that names has for an object identifier, else its
// numbers.
func nameOf(id asn1.ObjectIdentifier, names map[string]string) string {
	if name, ok := names[id.String()]; ok {
		return name
	}
	if len(id) > maxNumbers {
		return fmt.Sprintf("an OID of %d numbers", len(id))
	}
	return "OID " + id.String()
}
