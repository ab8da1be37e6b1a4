package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/secret"
)

// TestReportMasksMessages checks that secrets are masked in messages and findings,
// which quote the vendor.
func TestReportMasksMessages(t *testing.T) {
	told := func(of string) Report {
		return Report{Error: "no " + of, Hint: "try " + of, Findings: []Findings{{"crm", []Finding{
			{Check: "token", What: "it says " + of, Do: "not " + of, Status: "FAIL", Class: "bad"},
		}}}}
	}
	s := newStory(t)
	s.Scrub.Add(secret.New("s3cr3t-of-ours"))
	page := s.page(told("s3cr3t-of-ours"))
	if diff := cmp.Diff(told(secret.Redacted), page.Report); diff != "" {
		t.Error(diff)
	}
}
