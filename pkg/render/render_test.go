package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// user is a result with every kind of field.
var user = Fields{
	{"profile", "crm"},
	{"step", "userinfo"},
	{"subject", json.Number("1234567890123456789")},
	{"name", "张三 <&> 😀"},
	{"email", ""},
	{"phone", nil},
	{"expires_in", int64(7200)},
	{"expires_source", Implied("vendor")},
	{"nothing", Implied("")},
	{"cached", false},
	{"tenant", Fields{{"id", "T1"}, {"code", ""}, {"name", "测试\u202eevil\x1b[31m"}}},
	{"void", Fields{{"id", ""}}},
	{"roles", []any{"a", json.Number("1.0"), nil}},
	{"extra", map[string]any{"z": "last", "a": json.Number("12345678901234567890"), "o": map[string]any{"k": "<"}, "n": nil}},
	{"raw", json.RawMessage(`{"z":1.50, "a":12345678901234567890,"z":[],"u":"\u4e2d</a>"}`)},
}

// TestAloneIsUnchanged: a text for scripts is written as it is, or not at all.
func TestAloneIsUnchanged(t *testing.T) {
	for text, want := range map[string]string{
		"a令牌\nb\n": "a令牌\nb\n", "a\u202eb": "", "a\x1bb": "", "a\tb": "", "a\xffb": "",
	} {
		got, err := written(t, Result{Text: text, Alone: true}, Text, "")
		refused := errors.As(err, new(*UnprintableError)) && failure.Of(err) == failure.Protocol
		if got != want || refused != (want == "") || err != nil && !refused {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

func written(t *testing.T, r Result, f Format, jq string) (string, error) {
	t.Helper()
	var w onceWriter
	err := Write(t.Context(), &w, r, Options{Format: f, JQ: jq})
	if err != nil && w.calls > 0 {
		t.Errorf("%s %s: wrote %q before the error %v", f, jq, w.String(), err)
	}
	if w.calls > 1 {
		t.Errorf("%s %s: %d writes", f, jq, w.calls)
	}
	return w.String(), err
}

type onceWriter struct {
	bytes.Buffer
	calls int
}

func (w *onceWriter) Write(p []byte) (int, error) {
	w.calls++
	return w.Buffer.Write(p)
}

func TestWrite(t *testing.T) {
	raw := []byte("<html>\r\n\x00\xff no newline")
	for _, test := range []struct {
		name   string
		result Result
		format Format
		jq     string
		want   string
	}{
		{"json", Result{Fields: user, Text: "ignored"}, JSON, "", `{
  "profile": "crm",
  "step": "userinfo",
  "subject": 1234567890123456789,
  "name": "张三 <&> 😀",
  "expires_in": 7200,
  "expires_source": "vendor",
  "cached": false,
  "tenant": {
    "id": "T1",
    "name": "测试\u202eevil\u001b[31m"
  },
  "roles": [
    "a",
    1.0,
    null
  ],
  "extra": {
    "a": 12345678901234567890,
    "n": null,
    "o": {
      "k": "<"
    },
    "z": "last"
  },
  "raw": {
    "z": 1.50,
    "a": 12345678901234567890,
    "z": [],
    "u": "\u4e2d</a>"
  }
}
`},
		{"empty json", Result{}, JSON, "", "{}\n"},
		{"text", Result{Fields: user, Raw: raw}, Text, "", `profile      crm
step         userinfo
subject      1234567890123456789
name         张三 <&> 😀
expires_in   7200
cached       false
tenant.id    T1
tenant.name  测试\u202eevil\x1b[31m
roles        ["a",1.0,null]
extra.a      12345678901234567890
extra.o      {"k":"<"}
extra.z      last
`},
		{
			"a login as text",
			Result{Fields: Fields{
				{"code", "C1\nrm"},
				{"token", Fields{{"access_token", "A"}, {"raw", json.RawMessage(`{}`)}}},
				{"user", Fields{{"extra", json.RawMessage(`{"b":1e2,"a\n":"x"}`)}, {"raw", json.RawMessage(`{}`)}}},
				{"编号", "1"},
			}},
			Text, "",
			"code                C1\\nrm\ntoken.access_token  A\nuser.extra.a\\n      x\nuser.extra.b        1e2\n编号                1\n",
		},
		{"own text", Result{Fields: user, Text: "https://example.com/?a=1&b=<>"}, Text, "", "https://example.com/?a=1&b=<>\n"},
		{"own prose", Result{Text: "one\n\ttwo\x1b[2J\n"}, Text, "", "one\n\\ttwo\\x1b[2J\n"},
		{"empty text", Result{}, Text, "", ""},
		{"raw", Result{Raw: raw}, Raw, "", string(raw)},
		{"empty raw", Result{Raw: []byte{}}, Raw, "", ""},
		{"text and jq", Result{Fields: user, Text: "t"}, Text, ".profile", "crm\n"},
	} {
		got, err := written(t, test.result, test.format, test.jq)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	usage, value, env, jq := new(*UsageError), new(*ValueError), new(*EnvError), new(*JQError)
	for _, test := range []struct {
		result Result
		format Format
		jq     string
		as     any
		want   string
	}{
		{Result{}, "yaml", "", usage, `unknown output format "yaml": use text, json, env, raw, `},
		{Result{}, "", "", usage, `unknown output format ""`},
		{Result{Fields: user}, Raw, "", usage, "this command has no vendor response to print; use -o json"},
		{Result{Raw: []byte("x")}, Raw, ".", usage, "--jq works on the JSON result and cannot be combined with -o raw"},
		{Result{Fields: user}, Report, ".", usage, "cannot be combined with -o"},
		{Result{Fields: user}, Env, ".", usage, "cannot be combined with -o env"},
		{Result{Fields: user}, JSON, ".[", jq, "unexpected EOF"},
		{Result{Fields: Fields{{"a", Fields{{"b", json.RawMessage("{")}}}}}, JSON, "", value, "field a.b is not JSON"},
		{Result{Fields: Fields{{"a", json.RawMessage("{}{}")}}}, JSON, ".", value, "field a is not JSON"},
		{Result{Fields: Fields{{"a", json.Number("x")}}}, Text, "", value, "field a cannot be written"},
		{Result{Fields: Fields{{"a", struct{}{}}}}, JSON, "", value, "field a has the unsupported type struct {}"},
		{Result{Fields: Fields{{"a", Fields{{"b", "x\x00y"}}}}}, Env, "", env, "a.b contains a NUL byte"},
	} {
		_, err := written(t, test.result, test.format, test.jq)
		if err == nil || !strings.Contains(err.Error(), test.want) || !errors.As(err, test.as) {
			t.Errorf("-o %s --jq %q: %v; want %T, %q", test.format, test.jq, err, test.as, test.want)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteReturnsTheWritersError(t *testing.T) {
	want := errors.New("broken pipe")
	for _, f := range []Format{Text, JSON, Env, Raw} {
		r := Result{Fields: user, Raw: []byte("x")}
		if err := Write(context.Background(), brokenWriter{want}, r, Options{Format: f}); !errors.Is(err, want) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := Write(context.Background(), brokenWriter{want}, Result{Table: &Table{Head: []lang.Text{{EN: "a"}}}}, Options{Format: Text}); !errors.Is(err, want) {
		t.Errorf("table: %v", err)
	}
}

func TestJSONIsAlwaysUTF8(t *testing.T) {
	got, err := written(t, Result{Fields: Fields{
		{"a", "x\xff\x7f\u009b\u2028\U000e0001\u200d"},
		{"raw", json.RawMessage("\"x\xff\x7f\u009b\u2028\U000e0001\u200d\"")},
	}}, JSON, "")
	const member = `"x\ufffd\u007f\u009b\u2028\udb40\udc01` + "\u200d\""
	if want := "{\n  \"a\": " + member + ",\n  \"raw\": " + member + "\n}\n"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestParseFormat(t *testing.T) {
	for _, f := range Formats {
		if got, err := ParseFormat(f); string(got) != f || err != nil {
			t.Errorf("%s: %q, %v", f, got, err)
		}
	}
}
