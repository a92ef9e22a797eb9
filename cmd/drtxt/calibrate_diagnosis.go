package main

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"

	"github.com/drtxt/drtxt/internal/calibration"
)

// A diagnosisJSON is what a signature under which no scheme fits shows with one key.
type diagnosisJSON struct {
	Key         string             `json:"key"`
	Origin      calibration.Origin `json:"origin"`
	Reversed    bool               `json:"reversed,omitempty"`
	Over        []string           `json:"over,omitempty"`
	InnerHash   string             `json:"inner_hash,omitempty"`
	InnerForm   string             `json:"inner_form,omitempty"`
	Hash        string             `json:"hash,omitempty"`
	NamedHash   string             `json:"named_hash,omitempty"`
	WithoutNull bool               `json:"without_null,omitempty"`
	HashSize    int                `json:"hash_size,omitempty"`
	MaskHash    string             `json:"mask_hash,omitempty"`
	Salt        int                `json:"salt,omitempty"`
	Digest      string             `json:"digest,omitempty"`
	Chance      float64            `json:"chance,omitempty"`
}

func newDiagnosisJSON(key string, d *calibration.Diagnosis) diagnosisJSON {
	return diagnosisJSON{
		Key: key, Origin: d.Origin, Reversed: d.Reversed, Over: d.Over, InnerHash: d.InnerHash, InnerForm: d.InnerForm,
		Hash: d.Hash, NamedHash: d.NamedHash, WithoutNull: d.WithoutNull, HashSize: d.HashSize, MaskHash: d.MaskHash, Salt: d.Salt,
		Digest: hex.EncodeToString(d.Digest), Chance: d.Chance,
	}
}

// schemesHash is what every scheme hashes with.
const schemesHash = "SHA-256"

// inWords says what the signature shows, and no more than that.
func (d *diagnosisJSON) inWords() string {
	text := "made with this key, "
	if d.Reversed {
		text += "its bytes written in reverse order, "
	}
	switch d.Origin {
	case calibration.PKCS1:
		return text + "RSASSA-PKCS1-v1_5, " + d.digestInfoInWords()
	case calibration.PKCS1Data:
		return text + "in the padding of RSASSA-PKCS1-v1_5, " + d.dataInWords()
	case calibration.PSS:
		return text + d.saltedInWords()
	case calibration.PerhapsPSS:
		return fmt.Sprintf("looks like RSASSA-PSS with a hash of %d bytes (mask: %s), made with this key; of signatures made otherwise about 1 in %.0f looks so by chance",
			d.HashSize, d.MaskHash, round(1/d.Chance))
	}
	return "another key, altered, or made in a way that is not known here"
}

func (d *diagnosisJSON) digestInfoInWords() string {
	without := ""
	if d.WithoutNull {
		without = " without its NULL"
	}
	switch {
	case len(d.Over) == 0:
		return fmt.Sprintf("around a DigestInfo%s that names %s and whose digest is that of no reading known here: %s", without, d.Hash, d.Digest)
	case d.NamedHash != "":
		return fmt.Sprintf("over %s, with %s, in a DigestInfo%s that names %s", d.overInWords(), insteadOf(d.Hash), without, d.NamedHash)
	case d.WithoutNull:
		return fmt.Sprintf("over %s, with %s, in a DigestInfo%s", d.overInWords(), insteadOf(d.Hash), without)
	}
	return fmt.Sprintf("over %s, with %s", d.overInWords(), insteadOf(d.Hash))
}

func (d *diagnosisJSON) dataInWords() string {
	switch {
	case len(d.Over) == 0:
		return "around what is no DigestInfo known here, nor a reading or its digest: " + d.Digest
	case d.Hash == "":
		return "without a DigestInfo, around " + d.overInWords()
	}
	return fmt.Sprintf("without a DigestInfo, around the %s digest of %s", d.Hash, d.overInWords())
}

func (d *diagnosisJSON) saltedInWords() string {
	if len(d.Over) == 0 {
		return fmt.Sprintf("RSASSA-PSS with a hash of %d bytes (mask: %s) and a salt of %d bytes; "+
			"over no reading known here with a hash known here, and PSS does not give the digest back", d.HashSize, d.MaskHash, d.Salt)
	}
	return fmt.Sprintf("RSASSA-PSS, over %s, with %s, a mask by %s and a salt of %d bytes", d.overInWords(), insteadOf(d.Hash), insteadOf(d.MaskHash), d.Salt)
}

// overInWords names every reading that has the signed bytes.
func (d *diagnosisJSON) overInWords() string {
	text := "the bytes of " + strings.Join(d.Over, " = ")
	switch {
	case d.InnerHash == "":
		return text
	case d.InnerForm == "":
		return fmt.Sprintf("the %s digest of %s", d.InnerHash, text)
	}
	return fmt.Sprintf("the %s digest, in %s, of %s", d.InnerHash, d.InnerForm, text)
}

func insteadOf(hash string) string {
	if hash == schemesHash {
		return hash
	}
	return hash + " instead of " + schemesHash
}

// round keeps two digits, so that an estimate does not look like more.
func round(n float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(n))-1)
	return math.Round(n/unit) * unit
}
