package verify_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/verify"
)

// TestSeeded changes one thing in a fixture or the profile, and checks that exactly this is
// reported.
func TestSeeded(t *testing.T) {
	body := func(old, now string) func(x *fixture.Fixture) {
		return func(x *fixture.Fixture) { x.Request.Body = replace(t, x.Request.Body, old, now) }
	}
	answer := func(old, now string) func(x *fixture.Fixture) {
		return func(x *fixture.Fixture) { x.Response.Body = replace(t, x.Response.Body, old, now) }
	}
	for name, c := range map[string]struct {
		file    string // of the profile oauth2
		change  func(x *fixture.Fixture)
		profile func(p *profile.Profile)
		want    []string // where, member and kind, with a ? if minor
	}{
		"nothing":               {file: "exchange"},
		"a literal differs":     {file: "exchange", change: body("authorization_code", "code"), want: []string{"request form.grant_type differs"}},
		"a member is missing":   {file: "exchange", change: body("&redirect_uri=", "&other="), want: []string{"request form.other added", "request form.redirect_uri missing"}},
		"the method":            {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Start = replace(t, x.Request.Start, "POST", "PUT") }, want: []string{"request method differs"}},
		"the path":              {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Start += "/more" }, want: []string{"request path differs"}},
		"the content type":      {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Header.Set("Content-Type", "text/plain") }, want: []string{"request content-type differs"}},
		"the credentials":       {file: "exchange", change: func(x *fixture.Fixture) { x.Given["client_secret"] = "another" }, want: []string{"request headers.Authorization differs"}},
		"a member is renamed":   {file: "exchange", change: answer("access_token", "accessToken"), want: []string{"answer access_token renamed"}},
		"a member is gone":      {file: "exchange", change: answer("access_token", "tok"), want: []string{"answer access_token missing"}},
		"another type":          {file: "exchange", change: answer("3600", `"3600"`), want: []string{"answer expires_in type"}},
		"another value":         {file: "exchange", change: answer("3600", "3601"), want: []string{"answer expires_in differs"}},
		"an expression is gone": {file: "exchange", profile: func(p *profile.Profile) { delete(p.Exchange.Read, "access_token") }, want: []string{"answer access_token missing"}},
		"a refusal instead":     {file: "exchange", change: answer(`"access_token"`, `"error":"x","access_token"`), want: []string{"answer ok differs"}},
		"HTML":                  {file: "exchange", change: func(x *fixture.Fixture) { x.Response.Body = "<html>" }, want: []string{"answer body unusable"}},
		"an empty body":         {file: "exchange", change: func(x *fixture.Fixture) { x.Response.Body = "" }, want: []string{"answer body unusable"}},
		"a redirect":            {file: "exchange", change: func(x *fixture.Fixture) { x.Response.Start = "HTTP/1.1 302 Found" }, want: []string{"answer body unusable"}},
		"invalid UTF-8":         {file: "exchange", change: func(x *fixture.Fixture) { x.Response.Body = "\xff" }, want: []string{"answer body unusable"}},
		"no response":           {file: "exchange", change: func(x *fixture.Fixture) { x.Response = fixture.Message{} }},
		"an unlisted refusal":   {file: "exchange-refused", change: func(x *fixture.Fixture) { x.Want = nil; x.Response.Body = `{"error":"odd"}` }, want: []string{"answer code unlisted"}},
		"another refusal":       {file: "exchange-refused", change: func(x *fixture.Fixture) { x.Response.Body = `{"error":"access_denied"}` }, want: []string{"answer code differs", "answer kind differs"}},
		"a success instead": {file: "exchange-refused", change: func(x *fixture.Fixture) {
			x.Response.Start, x.Response.Body = "HTTP/1.1 200 OK", `{"access_token":"x"}`
		}, want: []string{"answer ok differs", "answer expires_in missing?", "answer refresh_token missing?", "answer token_type missing?"}},
		"no optional fields": {file: "userinfo", change: func(x *fixture.Fixture) { x.Want = nil; x.Response.Body = `{"sub":"1"}` }, want: []string{"answer avatar missing?", "answer email missing?", "answer name missing?", "answer nickname missing?", "answer phone missing?", "answer username missing?"}},
		"a required field is renamed": {file: "userinfo", change: func(x *fixture.Fixture) {
			x.Want = nil
			x.Response.Body = `{"name":"N","email":"E","nickname":"N","preferred_username":"U","phone_number":"1","picture":"P","Sub":"1"}`
		}, want: []string{"answer subject renamed"}},
		"the authorize URL": {file: "authorize", change: func(x *fixture.Fixture) {
			x.Request.Start = replace(t, x.Request.Start, "response_type=code", "response_type=token")
		}, want: []string{"request query.response_type differs"}},
		"the callback has no code":  {file: "authorize", change: func(x *fixture.Fixture) { x.Callback = replace(t, x.Callback, "code=", "kode=") }, want: []string{"callback code missing"}},
		"the callback has no state": {file: "authorize", change: func(x *fixture.Fixture) { x.Callback = replace(t, x.Callback, "state=", "stat=") }, want: []string{"callback state missing"}},
		"the callback's code":       {file: "authorize", change: func(x *fixture.Fixture) { x.Callback = replace(t, x.Callback, "code=", "code=x") }, want: []string{"callback code differs"}},
		"another error in the callback": {file: "authorize", change: func(x *fixture.Fixture) {
			x.Callback, x.Want = "error=access_denied", map[string]any{"refusal": map[string]any{"code": "invalid_scope"}}
		}, want: []string{"callback code differs"}},
		"the state alone": {file: "authorize", change: func(x *fixture.Fixture) {
			x.Callback, x.Want = "state=xyz", map[string]any{"refusal": map[string]any{"code": "access_denied"}}
		}},
		"the user said no":           {file: "authorize", change: func(x *fixture.Fixture) { x.Callback = "error=access_denied" }},
		"a * for a fixed value":      {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Body = replace(t, x.Request.Body, "authorization_code", "*") }, want: []string{"request form.grant_type differs"}},
		"a step that is not offered": {file: "exchange", change: func(x *fixture.Fixture) { x.Step = "details" }, want: []string{"request step unknown"}},
		"an unrecognised request":    {file: "exchange", change: func(x *fixture.Fixture) { x.Step = "unrecognised" }, want: []string{"request path unknown"}},
		"no path":                    {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Start = "POST" }, want: []string{"request path malformed"}},
		"a body that is not a form":  {file: "exchange", change: func(x *fixture.Fixture) { x.Request.Body = "%zz" }, want: []string{"request form malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			x := load(t, "oauth2/"+c.file+".txtar")
			if c.change != nil {
				c.change(x)
			}
			found, err := verifier(t, "oauth2", c.profile).Compare(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, d := range found {
				line := d.Where + " " + d.Member + " " + string(d.Kind)
				if d.Minor {
					line += "?"
				}
				got = append(got, line)
				if text := d.String(); !strings.HasPrefix(text, d.Where+": "+d.Member+": ") || strings.HasSuffix(text, ": ") {
					t.Errorf("the difference as text is %q", text)
				}
			}
			want := append([]string{}, c.want...)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("differences (-want +got):\n%s\n%v", diff, found)
			}
		})
	}
}

// replace fails the test if old does not occur.
func replace(t *testing.T, text, old, now string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in %q", old, text)
	}
	return strings.ReplaceAll(text, old, now)
}

// TestOutcome checks that Outcome reads a response as a client does.
func TestOutcome(t *testing.T) {
	x := load(t, "oauth2/exchange.txtar")
	p := verifier(t, "oauth2", nil).Profile
	judge, err := client.NewJudge(p, p.Exchange)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(x.Want, verify.Outcome(t.Context(), p, judge, x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	x.Response.Body = `{"access_token":"A","expires_in":"1800000000"}`
	got := verify.Outcome(t.Context(), p, judge, x)
	if got["expires_in"] != "1800000000" { // the fixture has no time
		t.Errorf("expires_in is %v, want it unchanged", got["expires_in"])
	}
	x.Now = x.Now.AddDate(2026, 0, 0)
	if _, ok := verify.Outcome(t.Context(), p, judge, x)["expires_in"].(json.Number); !ok {
		t.Error("want expires_in in seconds from the time of the exchange")
	}
	if x.Response = (fixture.Message{}); verify.Outcome(t.Context(), p, judge, x) != nil {
		t.Error("want nil without a response")
	}
}
