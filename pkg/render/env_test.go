package render

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnv(t *testing.T) {
	got, err := written(t, Result{Fields: Fields{
		{"profile", "crm"},
		{"code", "C'1"},
		{"access_token", "outer"},
		{"raw", json.RawMessage(`{"a":1}`)},
		{"token", Fields{
			{"profile", "crm"},
			{"step", "exchange"},
			{"access_token", "A"},
			{"expires_in", int64(7200)},
			{"cached", false},
			{"scope", ""},
			{"extra", Fields{{"x", "y"}}},
			{"raw", json.RawMessage(`{"a":1}`)},
		}},
		{"user", Fields{
			{"profile", "crm"},
			{"step", "userinfo"},
			{"subject", "1234567890123456789"},
			{"tenant", Fields{{"id", "T1"}}},
			{"roles", []any{"a", "b'c"}},
			{"odd-Name é;$(x)", "v"},
			{"odd_name___x_", "comes second"},
		}},
	}}, Env, "")
	if err != nil {
		t.Fatal(err)
	}
	want := `SSOCTL_PROFILE='crm'
SSOCTL_CODE='C'\''1'
SSOCTL_ACCESS_TOKEN='A'
SSOCTL_STEP='userinfo'
SSOCTL_EXPIRES_IN='7200'
SSOCTL_CACHED='false'
SSOCTL_SUBJECT='1234567890123456789'
SSOCTL_TENANT_ID='T1'
SSOCTL_ROLES='["a","b'\''c"]'
SSOCTL_ODD_NAME_____X_='v'
SSOCTL_ODD_NAME___X_='comes second'
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEnvInAShell(t *testing.T) {
	dir := t.TempDir()
	for _, value := range []string{
		"plain", " spaces  and\ttabs ", "'", "''", "'\\''", `"double"`, `back\slash\`, "line\nfeeds\n\n", "\r\n",
		"$(touch pwned)", "`touch pwned`", "${HOME}", "$'\\x41'", "'; touch pwned; '", "'$(touch pwned)'", "!!", "#no comment",
		"*", "~", "-n", "中文“引号”😀", "\x1b[31m", "a\xffb", strings.Repeat("x'", 5000),
	} {
		lines, err := written(t, Result{Fields: Fields{{"name", value}, {"after", "ok"}}}, Env, "")
		if err != nil {
			t.Fatal(err)
		}
		script := filepath.Join(dir, "lines")
		if err := os.WriteFile(script, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		sh := exec.Command("sh", "-euc", `eval "$(cat lines)"; printf '%s|%s' "$SSOCTL_NAME" "$SSOCTL_AFTER"`)
		sh.Dir = dir
		got, err := sh.CombinedOutput()
		if err != nil || string(got) != value+"|ok" {
			t.Errorf("%q: sh read %q, %v", value, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
		t.Error("a value was executed")
	}
}

func TestVariable(t *testing.T) {
	for name, want := range map[string]string{
		"client_id": "SSOCTL_CLIENT_ID", "az09AZ": "SSOCTL_AZ09AZ", "X-Corp.Id": "SSOCTL_X_CORP_ID", "a中": "SSOCTL_A_", "": "SSOCTL_",
	} {
		if got := Variable(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}
