package capture_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/verify"
)

// TestTalk: a correct login is forwarded unchanged and kept so that the profile matches
// it, and no secret is on disk.
func TestTalk(t *testing.T) {
	for path, set := range map[string]map[string]string{
		"":          {"client_id": "client-1", "client_secret": clientSecret},
		"/gateway":  {"client_id": "client-1", "client_secret": clientSecret},
		"/nothing1": nil, // the recorder learns the inputs from the requests
	} {
		w := start(t, path, set)
		w.talk()
		if diff := cmp.Diff([]string{
			"GET /acme/authorize 302 authorize authorize-0001.txtar",
			"POST /acme/token 200 exchange exchange-0002.txtar",
			"POST /acme/app/client-1 200 token token-0003.txtar",
			"GET /acme/user/1000000000000001 200 userinfo userinfo-0004.txtar",
		}, w.log); diff != "" {
			t.Error(diff)
		}
		files := w.files()
		var steps []string
		for i, f := range files {
			steps = append(steps, f.Step)
			if want := fmt.Sprintf("%s-%04d.txtar", f.Step, i+1); f.Name != want {
				t.Errorf("file %s, want %s", f.Name, want)
			}
			got, err := verify.Verifier{Profile: load(t, nil)}.Compare(t.Context(), f.Fixture)
			if err != nil || len(got) > 0 {
				t.Errorf("%s: %v %v", f.Name, got, err)
			}
		}
		if diff := cmp.Diff([]string{"authorize", "exchange", "token", "userinfo"}, steps); diff != "" {
			t.Errorf("steps:\n%s", diff)
		}
		w.nothingSecret()
		w.unchanged(path)
	}
}

// TestStandIns: a secret has the same stand-in everywhere.
func TestStandIns(t *testing.T) {
	w := start(t, "", nil)
	w.talk()
	byStep := map[string]*fixture.Fixture{}
	for _, f := range w.files() {
		byStep[f.Step] = f.Fixture
	}
	token, user := byStep["token"], byStep["userinfo"]
	if got, want := user.Given["app_token"], token.Want["access_token"]; got != want || got == "" {
		t.Errorf("the token is %v in one exchange, %v in the next", want, got)
	}
	if got, want := user.Given["client_secret"], token.Given["client_secret"]; got != want || got == "" {
		t.Errorf("the secret is %v in one exchange, %v in the next", want, got)
	}
	if got, want := user.Given["subject"], fmt.Sprint(byStep["exchange"].Want["subject"]); got != want || len(got) != len(subject) {
		t.Errorf("the user is %v in one exchange, %v in the next", want, got)
	}
	for _, want := range []string{`"kind":"erp"`, `"level":3`, `"expires_in":7200`, `"errcode":0`, `"client_key":"client-1"`} {
		if body := byStep["exchange"].Response.Body; !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
	if got := byStep["authorize"].Request.Start; !strings.Contains(got, "state=*") {
		t.Error(got)
	}
}

// TestWrong: requests that differ from the profile are forwarded, kept and reported.
func TestWrong(t *testing.T) {
	w := start(t, "", map[string]string{"client_id": "client-1", "client_secret": clientSecret})
	w.do("POST", "/token?debug="+stray, "grant_type=code&code="+url.QueryEscape(code)+"&apiKey="+stray, "Content-Type", form, "Authorization", basic())
	w.do("GET", "/user/"+subject+"?ts=1795338000", "", "X-Token", appToken, "X-Sign", sign("/user/other", "1795338000"))
	w.do("POST", "/other/refuse?token="+stray, `{"password": "`+stray+`", "list": ["a", {"x": "`+access+`"}]}`, "Content-Type", "application/json", "Cookie", "sid="+stray)
	w.do("PUT", "/token", "", "Authorization", "Bearer "+access)
	w.do("GET", "/page", "", "X-Api-Key", stray)
	w.nothingSecret()
	files := w.files()
	if len(files) != 5 || len(w.sent) != 5 {
		t.Fatalf("%d files, %d requests", len(files), len(w.sent))
	}
	for i, want := range []string{
		"query.debug: is in the recording.*form.grant_type: differs: expected authorization_code, recorded code.*form.apiKey: is in the recording",
		"headers.X-Sign: differs",
		"path: acme has no step for this request",
		"method: differs: expected POST, recorded PUT",
		"path: acme has no step for this request",
	} {
		if want := " " + files[i].Name + ": .*" + want; !matches(want, w.log[i]) {
			t.Errorf("the log has %q, want %s", w.log[i], want)
		}
		if !matches(want, files[i].Note) {
			t.Errorf("%s: the note is %q", files[i].Name, files[i].Note)
		}
	}
}

// TestNoResponse: without a complete response from the vendor, the client gets a gateway
// error, which is reported and not kept.
func TestNoResponse(t *testing.T) {
	w := start(t, "", nil)
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) {
		conn, _, _ := http.NewResponseController(rw).Hijack()
		conn.Close()
	})
	if resp := w.do("POST", "/token", "code=x", "Content-Type", form); resp.StatusCode != http.StatusBadGateway {
		t.Errorf("HTTP %d", resp.StatusCode)
	}
	w.answers(func(rw http.ResponseWriter, _ *http.Request, _ string) { _, _ = rw.Write(make([]byte, 4<<20+1)) })
	if resp := w.do("POST", "/token", "code=x", "Content-Type", form); resp.StatusCode != http.StatusBadGateway {
		t.Errorf("HTTP %d", resp.StatusCode)
	}
	w.answers(func(rw http.ResponseWriter, r *http.Request, _ string) {
		http.Redirect(rw, r, "/elsewhere?token="+stray, http.StatusFound)
	})
	if resp := w.do("POST", "/token", "code=x", "Content-Type", form); resp.StatusCode != http.StatusFound || !strings.Contains(resp.Header.Get("Location"), stray) {
		t.Errorf("redirect: HTTP %d, Location %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp := w.do("POST", "/token", strings.Repeat("x", 1<<20+1)); resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("HTTP %d", resp.StatusCode)
	}
	w.nothingSecret()
	if files := w.files(); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
}

// TestWrongFormat: secrets in a body that the profile does not describe are on disk and in the log
// only as stand-ins, whatever the body's format.
func TestWrongFormat(t *testing.T) {
	const json, xml = "application/json", "application/xml"
	for _, c := range []struct{ path, mediaType, body string }{
		{"/token", json, `{"grant_type":"authorization_code","code":"REAL","client_secret":"` + stray + `"}`},
		{"/token", json, `{"grant_type":"authorization_code","code":"C0DEabcd1234","client_secret":"` + stray + `"`},
		{"/token", form, `{"grant_type":"authorization_code","code":"C0DEabcd1234","client_secret":"` + stray + `"}`},
		{"/token", form, `{"code":"C0DEabcd1234","client_secret":"` + stray + `"`},
		{"/token", form, `grant_type=x;client_secret=` + stray},
		{"/token", form, `grant_type=x;client_secret=SHORTG12345`},
		{"/token", form, `client_secret=` + stray + `;code=C0DEabcd1234`},
		{"/token", form, `<xml><code>C0DEabcd1234</code><client_secret>` + stray + `</client_secret></xml>`},
		{"/token", xml, `<xml><client_secret>SHORTG12345</client_secret></xml>`},
		{"/token", "text/plain", `client_secret=` + stray},
		{"/token", "", `client_secret: ` + stray},
		{"/app/client-1", form, `id=client-1&secret=` + stray},
		{"/app/client-1", json, `{"id":"client-1","secret":"` + stray + `",}`},
		{"/app/client-1", json, `["secret","` + stray + `"]`},
		{"/other", form, `{"client_secret":"SHORTG12345"`},
	} {
		w := start(t, "", nil)
		w.do("POST", c.path, c.body, "Content-Type", c.mediaType)
		w.nothingSecret()
		files := w.files()
		if len(files) != 1 || len(w.bodies) != 1 || w.bodies[0] != c.body {
			t.Fatalf("%s: %d files, the vendor got %q", c.body, len(files), w.bodies)
		}
		for _, text := range []string{files[0].Request.Body, files[0].Note, strings.Join(w.log, "\n")} {
			if matches("SHORTG12345|C0DEabcd1234", text) {
				t.Errorf("%s: %s", c.body, text)
			}
		}
	}
}

// TestWrongFormatKeepsTheRest: what has no secret's name stays as it is.
func TestWrongFormatKeepsTheRest(t *testing.T) {
	w := start(t, "", map[string]string{"client_id": "client-1", "client_secret": clientSecret})
	w.do("POST", "/token", `{"grant_type":"authorization_code","mode":"fast-1","list":[1,"two"]}`, "Content-Type", "application/json")
	want := `{"grant_type":"authorization_code","mode":"fast-1","list":[1,"two"]}`
	if got := w.files()[0].Request.Body; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
}
