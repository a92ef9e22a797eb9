package finding_test

import (
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

var table = finding.Table{{"late", verify.Warning, "hurry"}, {"lost", verify.Error, "look again"}, {"seen", verify.Info, "nothing to do"}}

func TestNew(t *testing.T) {
	t.Parallel()
	want := finding.Finding{Code: "late", Severity: verify.Warning, Subject: "train", Message: "by 5 minutes", Advice: "hurry"}
	if got := table.New("late", "train", "by %d minutes", 5); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a code that nobody knows became a finding")
		}
	}()
	table.New("unknown", "", "")
}

func TestSort(t *testing.T) {
	t.Parallel()
	all := []finding.Finding{table.New("seen", "", "1"), table.New("late", "", "2"), table.New("lost", "", "3"), table.New("late", "", "4")}
	finding.Sort(all)
	order := ""
	for _, f := range all {
		order += f.Message
	}
	if order != "3241" {
		t.Errorf("the order is %s", order)
	}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	if finding.Failed(nil) || finding.Failed([]finding.Finding{table.New("late", "", ""), table.New("seen", "", "")}) {
		t.Error("failed without an error")
	}
	if !finding.Failed([]finding.Finding{table.New("late", "", ""), table.New("lost", "", "")}) {
		t.Error("an error did not count")
	}
}

func TestFromVerify(t *testing.T) {
	t.Parallel()
	got := finding.FromVerify([]verify.Finding{
		{Code: verify.CodeServerSilent, Severity: verify.Warning, Server: "192.0.2.1:53", Message: "no answer", Advice: "look"},
		{Code: verify.CodeNoRecord, Severity: verify.Info, Message: "none", Advice: "publish"},
	})
	want := []finding.Finding{
		{Code: "server-silent", Severity: verify.Warning, Subject: "192.0.2.1:53", Message: "no answer", Advice: "look"},
		{Code: "no-record", Severity: verify.Info, Message: "none", Advice: "publish"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
