package render

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/secret"
)

// someSecrets finds these words.
type someSecrets []string

func (s someSecrets) Found(text string) (found []string) {
	for _, word := range s {
		if strings.Contains(text, word) {
			found = append(found, word)
		}
	}
	return found
}

// passed is a result with everything that can be passed on to a job: a value that is secret
// by its type, a known secret in two values, and several lines that imitate the syntax of the
// file.
var passed = Fields{
	{"profile", "crm"},
	{"code", secret.New("C1")},
	{"url", "https://example.com/?id_token_hint=s3cr3t"},
	{"token", Fields{
		{"access_token", secret.New("A%1\nA2")},
		{"raw", secret.New("left out")},
	}},
	{"user", Fields{
		{"name", "x\nadmin=true\nEOF\nadmin<<EOF\n"},
		{"tenant", Fields{{"id", "T=1<<X"}}},
		{"odd-Name", true},
		{"avatar", "https://example.com/s3cr3t.png"},
	}},
}

// job returns a job whose files exist, and a function that reads the file of a variable.
func job(t *testing.T) (*ci.Job, func(name string) string) {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
		files[name] = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(files[name], nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j := &ci.Job{Env: func(name string) (string, bool) { return files[name], true }, Rand: bytes.NewReader(make([]byte, 1024))}
	return j, func(name string) string {
		text, err := os.ReadFile(files[name])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

func TestOutputs(t *testing.T) {
	const end = "ssoctl_00000000000000000000000000000000\n"
	name := "x\nadmin=true\nEOF\nadmin<<EOF\n\n" + end
	j, read := job(t)
	var w onceWriter
	if err := Write(t.Context(), &w, Result{Fields: passed}, Options{Format: OutputsToEnv, CI: ForCI{j, someSecrets{"s3cr3t"}, true}}); err != nil {
		t.Fatal(err)
	}
	if err := j.Save(); err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string][2]string{
		"masks": {w.String(), "::add-mask::C1\n::add-mask::s3cr3t\n::add-mask::A%251%0AA2\n::add-mask::A%251\n::add-mask::A2\n"},
		"outputs": {
			read("GITHUB_OUTPUT"), "profile=crm\ncode=C1\nurl=https://example.com/?id_token_hint=s3cr3t\naccess_token<<" + end + "A%1\nA2\n" + end +
				"name<<" + end + name + "tenant_id=T=1<<X\nodd_Name=true\navatar=https://example.com/s3cr3t.png\n",
		},
		"variables": {
			read("GITHUB_ENV"), "SSOCTL_PROFILE=crm\nSSOCTL_CODE=C1\nSSOCTL_URL=https://example.com/?id_token_hint=s3cr3t\nSSOCTL_ACCESS_TOKEN<<" + end + "A%1\nA2\n" + end +
				"SSOCTL_NAME<<" + end + name + "SSOCTL_TENANT_ID=T=1<<X\nSSOCTL_ODD_NAME=true\nSSOCTL_AVATAR=https://example.com/s3cr3t.png\n",
		},
	} {
		if diff := cmp.Diff(got[1], got[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

// TestOutputsAlone: environment variables are written only on request.
func TestOutputsAlone(t *testing.T) {
	j, read := job(t)
	if _, err := written(t, Result{Fields: passed}, JSON, ""); err != nil {
		t.Fatal(err)
	}
	var w onceWriter
	if err := Write(t.Context(), &w, Result{Fields: passed}, Options{Format: Outputs, CI: ForCI{Job: j}}); err != nil {
		t.Fatal(err)
	}
	if err := j.Save(); err != nil {
		t.Fatal(err)
	}
	if read("GITHUB_OUTPUT") == "" || read("GITHUB_ENV") != "" {
		t.Errorf("outputs %q, variables %q", read("GITHUB_OUTPUT"), read("GITHUB_ENV"))
	}
}

func TestExposed(t *testing.T) {
	got := ForCI{Secrets: someSecrets{"s3cr3t"}}.Exposed(Result{Fields: passed})
	if diff := cmp.Diff([]string{"code", "url", "access_token", "avatar"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRunner writes a result that contains a command for a runner. Text for people changes
// the command, JSON escapes it, and formats that programs read unchanged refuse it.
func TestRunner(t *testing.T) {
	obeyed := Fields{{"name", "a##[b]\n::c::d"}}
	alone := Result{Text: "::c::d", Alone: true, Fields: obeyed}
	for _, test := range []struct {
		name   string
		result Result
		Options
		want string // "" for an error
	}{
		{"people", Result{Text: "::c::d ##[e"}, Options{Format: Text}, ": :c::d ## [e\n"},
		{"table", Result{Table: &Table{Rows: [][]string{{"::c::d"}}}}, Options{Format: Text}, ": :c::d\n"},
		{"alone", alone, Options{Format: Text}, ""},
		{"alone and harmless", Result{Text: "c::d", Alone: true}, Options{Format: Text}, "c::d\n"},
		{"json", alone, Options{Format: JSON}, "{\n  \"name\": \"a#\\u0023[b]\\n::c::d\"\n}\n"},
		{"jq", alone, Options{Format: Text, JQ: ".name"}, ""},
		{"jq with json", alone, Options{Format: JSON, JQ: ".name"}, ""},
		{"env", alone, Options{Format: Env}, ""},
		{"raw", Result{Raw: []byte("::c::d")}, Options{Format: Raw}, ""},
	} {
		var w onceWriter
		test.CI.Runner = true
		err := Write(t.Context(), &w, test.result, test.Options)
		if w.String() != test.want || errors.As(err, new(*ci.CommandError)) != (test.want == "") || err != nil && test.want != "" {
			t.Errorf("%s: got %q, %v, want %q", test.name, w.String(), err, test.want)
		}
	}
}
