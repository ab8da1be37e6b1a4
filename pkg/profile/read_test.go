package profile_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{nil, ""},
		{"", ""},
		{"a<b", "a<b"},
		{true, "true"},
		{7, "7"},
		{1.66786062e+08, "166786062"},
		{1e300, "1" + strings.Repeat("0", 300)},
		{math.Inf(1), "+Inf"},
		{new(big.Int).Lsh(big.NewInt(1), 70), "1180591620717411303424"},
		{json.Number("1234567890123456789"), "1234567890123456789"},
		{json.Number("12345678901234567890123"), "12345678901234567890123"},
		{json.Number("1.66786062e+08"), "166786062"},
		{json.Number("1.234567890123456789e18"), "1234567890123456789"},
		{json.Number("1.234567890123456789E22"), "12345678901234567890000"},
		{json.Number("-15e-1"), "-1.5"},
		{json.Number("125e-5"), "0.00125"},
		{json.Number("0e5"), "0"},
		{json.Number("1.50"), "1.50"},
		{json.Number("1e400"), "1" + strings.Repeat("0", 400)},
		{json.Number("1e401"), "1e401"}, // too long to write out
		{json.Number("1e-401"), "1e-401"},
		{json.Number("1e999999999"), "1e999999999"},
		{json.Number("1e-999999999"), "1e-999999999"},
		{json.Number("0e99999999999999999999"), "0e99999999999999999999"},
		{map[string]any{"b": "<&>", "a": json.Number("1234567890123456789")}, `{"a":1234567890123456789,"b":"<&>"}`},
		{[]any{nil, false}, "[null,false]"},
		{[]any{math.NaN()}, "[NaN]"},
	} {
		if got := profile.Text(tt.v); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.v, got, tt.want)
		}
	}
}

func TestRead(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": `[reply]
ok = ".errno == 0"
code = ".errno"
message = ".errmsg"
trace = ".trace"
[userinfo]
method = "GET"
url = "https://h.example"
read = { subject = ".id", name = ".name", extra = ".more", fails = ".id.x.y", none = "empty", "tenant.id" = ".list[1]" }
[token]
ok = 'type == "string"'
message = "tostring"
read = { access_token = "." }
[exchange]
ok = "error"
code = "error(\"S3CR3T\")"
[refresh]
ok = "def f: f; f"
`}})
	type result struct {
		Verdict profile.Verdict
		Read    map[string]any
	}
	read := func(step profile.StepName, body string) result {
		t.Helper()
		reader, err := p.Reader(p.Step(step))
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := p.Step(step).Decode(0, nil, []byte(body)) // a page is judged as text here
		read, err := reader.Read(t.Context(), answer)
		if err != nil {
			t.Fatal(err)
		}
		return result{reader.Judge(t.Context(), answer), read}
	}
	for _, tt := range []struct {
		step, body string
		want       result
	}{
		{"userinfo", `{"errno":0,"errmsg":"ok","trace":"T","id":1234567890123456789,"name":"","more":{"a":1e2},"list":[0,1e999999999]}`, result{
			profile.Verdict{OK: true, Trace: "T"},
			map[string]any{"subject": json.Number("1234567890123456789"), "extra": map[string]any{"a": json.Number("1e2")}, "tenant.id": json.Number("1e999999999")},
		}},
		{"userinfo", `{"errno":1234567890123456789,"errmsg":null,"trace":5}`, result{profile.Verdict{Code: "1234567890123456789", Trace: "5", Refused: true}, map[string]any{}}},
		{"userinfo", `{"errno":1e999999999}`, result{profile.Verdict{Code: "1e999999999", Refused: true}, map[string]any{}}},
		{"userinfo", "<html>502 Bad Gateway</html>", result{profile.Verdict{}, map[string]any{}}},
		{"userinfo", "", result{profile.Verdict{}, map[string]any{}}},
		{"userinfo", `{"errno":{"code":190},"errmsg":["no"]}`, result{profile.Verdict{Refused: true}, map[string]any{}}}, // neither a code nor a message
		{"userinfo", "[]", result{profile.Verdict{}, map[string]any{}}},
		{"token", "bare==", result{profile.Verdict{OK: true}, map[string]any{"access_token": "bare=="}}},
		{"token", `"quoted"`, result{profile.Verdict{OK: true}, map[string]any{"access_token": "quoted"}}},
		{"token", "1.66786062e+08", result{profile.Verdict{Code: "", Message: "1.66786062e+08", Refused: true}, map[string]any{"access_token": json.Number("1.66786062e+08")}}},
		{"exchange", `{"errno":0}`, result{profile.Verdict{}, map[string]any{}}}, // if ok fails, it is not a success
	} {
		if diff := cmp.Diff(tt.want, read(profile.StepName(tt.step), tt.body)); diff != "" {
			t.Errorf("%s %s: %s", tt.step, tt.body, diff)
		}
	}

	reader, err := p.Reader(p.Exchange)
	if err != nil {
		t.Fatal(err)
	}
	failures := func(v any) (out []string) {
		for _, e := range reader.Failures(t.Context(), profile.Response{Value: v}) {
			out = append(out, e.Error())
		}
		return out
	}
	want := []string{
		`profiles/p.toml:15: exchange.ok: jq: error: ["…","…"]`,
		"profiles/p.toml:16: exchange.code: jq: error: S3CR3T", // raised by the profile's expression
		`profiles/p.toml:4: reply.message: jq: expected an object but got: array (["…")`,
		`profiles/p.toml:5: reply.trace: jq: expected an object but got: array (["…")`,
	}
	if diff := cmp.Diff(want, failures([]any{"longer than what jq quotes of a value", "x"})); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}

	reader, err = p.Reader(p.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	verdict := reader.Judge(ctx, profile.Response{})
	stopped := (*profile.StoppedError)(nil)
	if verdict.OK || !errors.As(verdict.Err, &stopped) || stopped.Expression.Key != "refresh.ok" || !errors.Is(verdict.Err, context.DeadlineExceeded) {
		t.Errorf("an endless expression: %+v", verdict)
	}
	if expr, ok := reader.Expr("subject"); ok {
		t.Error(expr)
	}
	reader, err = p.Reader(p.UserInfo)
	if expr, ok := reader.Expr("subject"); err != nil || !ok || expr != ".id" {
		t.Error(expr, err)
	}
}

// Expressions may use the variables $headers and $status. Other variables are errors.
func TestVariables(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": `
[exchange]
ok = "$status == 201"
code = '$headers["x-code"] // $status'
trace = '$headers["x-trace"]'
[exchange.read]
access_token = '$headers["x-subject-token"]'
links = '$headers.link'
all = '$headers | length'
body = ".a"
`}})
	reader, err := p.Reader(p.Exchange)
	if err != nil {
		t.Fatal(err)
	}
	type result struct {
		Verdict profile.Verdict
		Read    map[string]any
	}
	for _, tt := range []struct {
		status int
		header http.Header
		want   result
	}{
		{201, http.Header{"X-Subject-Token": {"T"}, "Link": {"<a>", "<b>"}, "X-Trace": {"7"}}, result{
			profile.Verdict{OK: true, Trace: "7"},
			map[string]any{"access_token": "T", "links": "<a>, <b>", "all": json.Number("3"), "body": json.Number("1")},
		}},
		{403, nil, result{profile.Verdict{Code: "403", Refused: true}, map[string]any{"all": json.Number("0"), "body": json.Number("1")}}},
		{0, nil, result{profile.Verdict{}, map[string]any{"all": json.Number("0"), "body": json.Number("1")}}},
	} {
		response, err := p.Exchange.Decode(tt.status, tt.header, []byte(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		read, err := reader.Read(t.Context(), response)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, result{reader.Judge(t.Context(), response), read}); diff != "" {
			t.Errorf("status %d (-want +got):\n%s", tt.status, diff)
		}
	}
	if got, want := []bool{reader.ReadsHeaders(), reader.NamesHeader("X-Trace"), reader.NamesHeader("Date")}, []bool{true, true, false}; !slices.Equal(got, want) {
		t.Errorf("ReadsHeaders, NamesHeader: %v, want %v", got, want)
	}
	p.Exchange.Read = map[string]string{"a": "$header"}
	if _, err := p.Reader(p.Exchange); err == nil || !strings.Contains(err.Error(), "variable not defined: $header") {
		t.Errorf("$header: %v", err)
	}
}

func TestJQSeesNothingOfThisMachine(t *testing.T) {
	t.Setenv("SECRET_OF_ENV", "S3CR3T")
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": "[exchange]\nread = { a = \"env.SECRET_OF_ENV\", b = \"$ENV.SECRET_OF_ENV\" }\n"}})
	reader, err := p.Reader(p.Exchange)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Read(t.Context(), profile.Response{}); len(got) > 0 || err != nil {
		t.Error(got, err)
	}
	for _, expr := range []string{"input", "import \"a\" as a; 1", "input_filename", "$__prog_args"} {
		p.Exchange.Read = map[string]string{"a": expr}
		reader, err := p.Reader(p.Exchange)
		if err != nil {
			continue
		}
		if got, err := reader.Read(t.Context(), profile.Response{}); len(got) > 0 || err != nil {
			t.Errorf("%s reads %v, %v", expr, got, err)
		}
	}
}
