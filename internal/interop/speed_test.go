//go:build interop

package interop

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// manyDomains is how many domains one run is to verify; a run of ten times as many must
// take no more memory.
const manyDomains = 10000

// mostMemory is what a run of any length may take, in KiB.
const mostMemory = 64 << 10

// BenchmarkTargets verifies 10,000 signed domains on a local NSD, and 100,000, and
// reports how many times the CPU time of as many bare RSA verifications that takes.
func BenchmarkTargets(b *testing.B) {
	key, err := keygen.Generate()
	if err != nil {
		b.Fatal(err)
	}
	dir := openFolder(b)
	pem, err := keygen.EncodePublicKey(&key.PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	public := writeIn(b, dir, "public.pem", string(pem))
	values, err := txtrecord.Sign(txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Off}, txtrecord.Scheme{}, key)
	if err != nil {
		b.Fatal(err)
	}
	server := startNSD(b, manyZone(values, 10*manyDomains))
	small, large := targetList(b, dir, manyDomains, server), targetList(b, dir, 10*manyDomains, server)
	bare := bareVerifications(b, key, values)
	for b.Loop() {
		cpu, memory := verifyTargets(b, small, public)
		b.ReportMetric(float64(cpu)/float64(bare), "times-bare")
		b.ReportMetric(float64(memory)/1024, "MiB")
		_, larger := verifyTargets(b, large, public)
		b.ReportMetric(float64(larger)/1024, "MiB-at-100000")
	}
}

// manyZone holds the same records at many names.
func manyZone(values []string, names int) string {
	var zone strings.Builder
	zone.WriteString(zoneHead)
	for i := range names {
		for _, value := range values {
			fmt.Fprintf(&zone, "d%d 30 IN TXT %q\n", i, value)
		}
		fmt.Fprintf(&zone, "d%d 30 IN A 192.0.2.1\n", i)
	}
	return zone.String()
}

func targetList(b *testing.B, dir string, names int, server string) string {
	path := filepath.Join(dir, fmt.Sprintf("targets-%d.csv", names))
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for i := range names {
		fmt.Fprintf(w, "d%d.example.com,,off,%s\n", i, server)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}

// bareVerifications is the CPU time of as many RSA verifications as there are domains.
func bareVerifications(b *testing.B, key *rsa.PrivateKey, values []string) time.Duration {
	set, err := txtrecord.Verify(values, txtrecord.Scheme{}, &key.PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	digest := sha256.Sum256([]byte(set.Parts[0].Body()))
	before := ownCPU(b)
	for range manyDomains {
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], set.Signature); err != nil {
			b.Fatal(err)
		}
	}
	return ownCPU(b) - before
}

func ownCPU(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// verifyTargets runs the program over a list and returns its CPU time, and its memory in
// KiB at most.
func verifyTargets(b *testing.B, list, public string) (cpu time.Duration, memory int64) {
	cmd := exec.Command(drtxt, "verify", "--targets", list, "--public", public, "--format", "json", "--out", filepath.Join(b.TempDir(), "report"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	memory, err := watchMemory(cmd.Process.Pid, ended)
	leaks.Check(b, "drtxt verify", out.String())
	if err != nil {
		b.Fatalf("%v\n%s", err, out.String())
	}
	if memory == 0 || memory > mostMemory {
		b.Errorf("%d KiB of memory for %s", memory, list)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory
}

// watchMemory reads a process's peak memory, in KiB, until it ends. What the system says
// of it after its end counts what its parent had when it started.
func watchMemory(pid int, ended <-chan error) (peak int64, err error) {
	for {
		select {
		case err := <-ended:
			return peak, err
		case <-time.After(20 * time.Millisecond):
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, after, _ := strings.Cut(string(status), "VmHWM:")
			var now int64
			fmt.Sscan(after, &now)
			peak = max(peak, now)
		}
	}
}
