package loopback

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const formType = "Content-Type: application/x-www-form-urlencoded\r\n"

// post sends a POST with these header lines and body.
func post(t *testing.T, l *Listener, target, header, body string) reply {
	t.Helper()
	conn := dial(t, l)
	if !strings.Contains(header, "Transfer-Encoding") {
		header += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	go io.WriteString(conn, "POST "+target+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n"+header+"\r\n"+body)
	return read(t, conn, "POST")
}

// A form can bring the redirect just like a query (response_mode=form_post).
func TestFormPost(t *testing.T) {
	const cb = "/cb/Zx81Qm"
	const chunked = "6\r\ncode=C\r\n12\r\n-good&state=S-7f3a\r\n0\r\n\r\n"
	for name, form := range map[string][2]string{
		"as vendors do":       {formType + "Origin: https://vendor.example\r\n", "code=C-good&state=S-7f3a"},
		"from a null origin":  {formType + "Origin: null\r\nSec-Fetch-Site: cross-site\r\n", "state=S-7f3a&code=C-good"},
		"with a charset":      {"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n", "code=C-good&state=S-7f3a"},
		"in capitals":         {"content-type: Application/X-WWW-Form-URLencoded\r\n", "code=C-good&state=S-7f3a"},
		"in chunks":           {formType + "Transfer-Encoding: chunked\r\n", chunked},
		"encoded in each way": {formType, "c%6fde=C%2dgood&state=%53-7f3a"},
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t)
			done := catch(t, l, awaited)
			if got := post(t, l, cb, form[0], form[1]); got.Status != 200 || leaks(got) {
				t.Errorf("response: %v", got)
			}
			checkResult(t, good, wait(t, done))
		})
	}
}

func TestFormPostRefusal(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	post(t, l, "/cb/Zx81Qm", formType, "error=access_denied&error_description=No&state=S-7f3a")
	query := url.Values{"error": {"access_denied"}, "error_description": {"No"}, "state": {"S-7f3a"}}
	checkResult(t, result{Callback{Query: query}, &CallbackError{Code: "access_denied", Description: "No"}}, wait(t, done))
}

// The redirect_uri's own parameters are in the address to which the form is posted.
func TestFormPostToAQuery(t *testing.T) {
	l := listen(t)
	expect := awaited
	expect.RedirectURI = "/cb?run=Zx81Qm"
	done := catch(t, l, expect)
	if got := post(t, l, "/cb", formType, "run=Zx81Qm&code=C-evil&state=S-7f3a"); got.Status != 404 {
		t.Errorf("without them: status %d", got.Status)
	}
	post(t, l, "/cb?run=Zx81Qm", formType, "run=other&code=C-good&state=S-7f3a")
	want := good
	want.Callback.Query = url.Values{"run": {"Zx81Qm"}, "code": {"C-good"}, "state": {"S-7f3a"}}
	checkResult(t, want, wait(t, done))
}

func TestOtherFormsChangeNothing(t *testing.T) {
	const cb = "/cb/Zx81Qm"
	for _, tt := range []struct {
		name, target, header, body string
		status                     int
		reason                     Reason
	}{
		{"wrong state", cb, formType, "code=C-evil&state=wrong", 400, StateOther},
		{"no state", cb, formType, "code=C-evil", 400, NoState},
		{"nothing", cb, formType, "", 400, Empty},
		{"two codes", cb, formType, "code=C-evil&code=C-good&state=S-7f3a", 400, Repeated},
		{"state in the address", cb + "?state=S-7f3a", formType, "code=C-evil", 400, Divided},
		{"code in the address", cb + "?code=C-evil", formType, "state=S-7f3a", 400, Divided},
		{"all in both", cb + "?code=C-evil&state=S-7f3a", formType, "code=C-evil&state=S-7f3a", 400, Divided},
		{"JSON", cb, "Content-Type: application/json\r\n", `{"code":"C-evil","state":"S-7f3a"}`, 415, NoForm},
		{"text", cb, "Content-Type: text/plain\r\n", "code=C-evil&state=S-7f3a", 415, NoForm},
		{"of no type", cb, "", "code=C-evil&state=S-7f3a", 415, NoForm},
		{"parts", cb, "Content-Type: multipart/form-data; boundary=x\r\n", "--x--", 415, NoForm},
		{"malformed", cb, formType, "code=C-evil&state=S-7f3a&%zz", 400, Malformed},
		{"line ends", cb, formType, "code=C-evil\r\nstate=S-7f3a", 400, NoState},
		{"invalid UTF-8", cb, formType, "\xff=\xfe&code=\x00&state=\xff", 400, StateOther},
		{"too large", cb, formType, "code=C-evil&state=S-7f3a&x=" + strings.Repeat("x", maxForm), 413, FormTooLarge},
		{"elsewhere", "/", formType, "code=C-evil&state=S-7f3a", 404, OtherPath},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t)
			expect, reported := reporting()
			done := catch(t, l, expect)
			got := post(t, l, tt.target, tt.header, tt.body)
			if got.Status != tt.status || leaks(got) {
				t.Errorf("response: %v, want status %d", got, tt.status)
			}
			hit(t, l, "GET", fitting, "")
			checkResult(t, good, wait(t, done))
			if diff := cmp.Diff([]Reason{tt.reason}, reported.reasons()); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
			reported.check(t)
		})
	}
}

// A form that never ends is cut off, and does not delay others.
func TestSlowFormsAreCutOff(t *testing.T) {
	l := listen(t)
	l.limits.read = 50 * time.Millisecond
	expect, reported := reporting()
	done := catch(t, l, expect)
	for range 40 {
		conn := dial(t, l)
		io.WriteString(conn, "POST /cb/Zx81Qm HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n"+formType+"Content-Length: 99\r\n\r\ncode=")
		defer func() {
			if got, err := io.ReadAll(conn); err != nil || strings.Contains(string(got), messages[Succeeded].title.EN) {
				t.Errorf("response: %q, %v", got, err)
			}
		}()
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
	if len(reported.strays) > 0 {
		t.Errorf("reported %v", reported.reasons())
	}
}

func TestPrefetch(t *testing.T) {
	for _, header := range []string{"Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch"} {
		l := listen(t)
		expect, reported := reporting()
		done := catch(t, l, expect)
		conn := dial(t, l)
		io.WriteString(conn, "GET "+fitting+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n"+header+"\r\n\r\n")
		if got := read(t, conn, "GET"); got.Status != 503 {
			t.Errorf("%s: status %d", header, got.Status)
		}
		hit(t, l, "GET", fitting, "")
		checkResult(t, good, wait(t, done))
		if diff := cmp.Diff([]Reason{Prefetch}, reported.reasons()); diff != "" {
			t.Errorf("%s: reported (-want +got):\n%s", header, diff)
		}
	}
}

// Files that another program's page loads from this port do not concern the login.
func TestSubresourcesAreNotReported(t *testing.T) {
	l := listen(t)
	expect, reported := reporting()
	done := catch(t, l, expect)
	for _, dest := range []string{"image", "serviceworker", "empty"} {
		conn := dial(t, l)
		io.WriteString(conn, "GET /sw.js HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\nSec-Fetch-Dest: "+dest+"\r\n\r\n")
		read(t, conn, "GET")
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
	if n, _ := expect.Strays.Counted(); n > 0 {
		t.Errorf("reported %v", reported.reasons())
	}
}
