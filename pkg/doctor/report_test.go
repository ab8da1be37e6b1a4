package doctor_test

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/doctor"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// TestReport: findings are below the name of their profile, in columns that count wide
// characters as two. What to do is below each finding. Programs get the same findings.
func TestReport(t *testing.T) {
	report := doctor.Report{Out: io.Discard, Findings: []doctor.Finding{
		{Check: "cache", Status: doctor.OK, What: lang.Text{EN: "/cache"}},
		{Check: "keyring", Status: doctor.Warn, What: lang.Text{EN: "locked", ZH: "已锁定"}, Do: lang.Text{EN: "Unlock it.", ZH: "请解锁。"}},
		{Profile: "crm", Check: "client_id", Status: doctor.Fail, What: lang.Text{EN: "has \x1b", ZH: "含有 \x1b"}},
	}}
	for l, want := range map[lang.Lang]string{
		lang.EN: `this machine
  ok    cache      /cache
  warn  keyring    locked
                   → Unlock it.

crm
  FAIL  client_id  has \x1b
`,
		lang.ZH: `本机
  正常  令牌缓存   /cache
  注意  钥匙串     已锁定
                   → 请解锁。

crm
  失败  client_id  含有 \x1b
`,
	} {
		report.Lang = l
		if diff := cmp.Diff(want, report.Text()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
	report.Lang = lang.EN
	want := render.Fields{
		{Name: "findings", Value: []any{
			map[string]any{"check": "cache", "status": "ok", "what": "/cache"},
			map[string]any{"check": "keyring", "status": "warn", "what": "locked", "do": "Unlock it."},
			map[string]any{"profile": "crm", "check": "client_id", "status": "fail", "what": "has \x1b"},
		}},
		{Name: "failed", Value: 1},
		{Name: "warned", Value: 1},
	}
	if diff := cmp.Diff(want, report.Fields()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
