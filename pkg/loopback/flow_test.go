package loopback

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// secrets must not appear in any response.
var secrets = []string{"Zx81Qm", "S-7f3a", "C-good", "C-evil", "wrong"}

func leaks(r reply) bool {
	for name, values := range r.Header {
		r.Body += name + ": " + strings.Join(values, " ") + "\n"
	}
	for _, s := range secrets {
		if strings.Contains(r.Body, s) {
			return true
		}
	}
	return false
}

// Every request other than the awaited redirect is rejected with a response that reveals nothing,
// and the flow still accepts the real redirect.
func TestStrayRequestsChangeNothing(t *testing.T) {
	const cb = "/cb/Zx81Qm"
	for _, tt := range []struct {
		name, method, target, host string
		status                     int
		reason                     Reason // Unlisted if it is not reported
	}{
		{"root", "GET", "/", "", 404, OtherPath},
		{"other path", "GET", "/cb?code=C-evil&state=S-7f3a", "", 404, OtherPath},
		{"path guessed wrong", "GET", "/cb/Zx81QM?code=C-evil&state=S-7f3a", "", 404, OtherPath},
		{"longer path", "GET", cb + "/?code=C-evil&state=S-7f3a", "", 404, SlashAdded},
		{"path in need of cleaning", "GET", "/x/.." + cb + "?code=C-evil&state=S-7f3a", "", 404, OtherPath},
		{"favicon", "GET", "/favicon.ico", "", 404, Unlisted},
		{"favicon with everything", "GET", "/favicon.ico?code=C-evil&state=S-7f3a", "", 404, Unlisted},
		{"POST without a form", "POST", cb + "?code=C-evil&state=S-7f3a", "", 415, NoForm},
		{"HEAD", "HEAD", cb + "?code=C-evil&state=S-7f3a", "", 405, OtherMethod},
		{"PUT elsewhere", "PUT", "/", "", 404, OtherPath},
		{"OPTIONS for all", "OPTIONS", "*", "", 404, OtherPath},
		{"CONNECT", "CONNECT", "127.0.0.1:443", "127.0.0.1:443", 404, OtherHost},
		{"rebound name", "GET", cb + "?code=C-evil&state=S-7f3a", "evil.example", 404, OtherHost},
		{"rebound name with port", "GET", cb + "?code=C-evil&state=S-7f3a", "evil.example:PORT", 404, OtherHost},
		{"own host without port", "GET", cb + "?code=C-evil&state=S-7f3a", "127.0.0.1", 404, OtherHost},
		{"own host, other port", "GET", cb + "?code=C-evil&state=S-7f3a", "127.0.0.1:1", 404, OtherHost},
		{"proxy request", "GET", "http://evil.example" + cb + "?code=C-evil&state=S-7f3a", "", 404, OtherHost},
		{"no query", "GET", cb, "", 400, Empty},
		{"no state", "GET", cb + "?code=C-evil", "", 400, NoState},
		{"empty state", "GET", cb + "?code=C-evil&state=", "", 400, StateOther},
		{"wrong state", "GET", cb + "?code=C-evil&state=wrong", "", 400, StateOther},
		{"wrong state of that length", "GET", cb + "?code=C-evil&state=S-7f3b", "", 400, StateOther},
		{"prefix of the state", "GET", cb + "?code=C-evil&state=S-7f3", "", 400, StateCut},
		{"two states", "GET", cb + "?code=C-evil&state=S-7f3a&state=S-7f3a", "", 400, SeveralStates},
		{"two states, one wrong", "GET", cb + "?code=C-evil&state=S-7f3a&state=wrong", "", 400, SeveralStates},
		{"error with wrong state", "GET", cb + "?error=access_denied&state=wrong", "", 400, StateOther},
		{"error without state", "GET", cb + "?error=access_denied", "", 400, ErrorWithoutState},
		{"empty code", "GET", cb + "?code=&state=S-7f3a", "", 400, OtherNames},
		{"empty error", "GET", cb + "?error=&state=S-7f3a", "", 400, OtherNames},
		{"code under another name", "GET", cb + "?token=C-evil&state=S-7f3a", "", 400, OtherNames},
		{"code in capitals", "GET", cb + "?CODE=C-evil&state=S-7f3a", "", 400, OtherNames},
		{"two codes", "GET", cb + "?code=C-evil&code=C-good&state=S-7f3a", "", 400, Repeated},
		{"two codes, one empty", "GET", cb + "?code=&code=C-evil&state=S-7f3a", "", 400, Repeated},
		{"two codes by two names", "GET", cb + "?code=C-evil&auth_code=C-evil&state=S-7f3a", "", 400, Repeated},
		{"two errors", "GET", cb + "?error=a&error=b&state=S-7f3a", "", 400, Repeated},
		{"two descriptions", "GET", cb + "?error=a&error_description=b&error_description=c&state=S-7f3a", "", 400, Repeated},
		{"code and error", "GET", cb + "?code=C-evil&error=a&state=S-7f3a", "", 400, CodeAndError},
		{"query that does not parse", "GET", cb + "?code=C-evil&state=S-7f3a&x=%zz", "", 400, Malformed},
		{"state with something after it", "GET", cb + "?code=C-evil&state=S-7f3ahttps://i.example", "", 400, StateAppended},
		{"state with something before it", "GET", cb + "?code=C-evil&state=xS-7f3a", "", 400, StatePrepended},
		{"state encoded twice", "GET", cb + "?code=C-evil&state=S%252D7f3a", "", 400, StateEncoded},
		{"slash lost", "GET", "/cb", "", 404, OtherPath},
		{"script of another page", "GET", "/sw.js", "", 404, OtherPath},
		{"certificate challenge", "GET", "/.well-known/x", "", 404, Unlisted},
		{"semicolons", "GET", cb + "?code=C-evil;state=S-7f3a", "", 400, Malformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t)
			expect, reported := reporting()
			done := catch(t, l, expect)
			_, port, _ := net.SplitHostPort(l.Addr().String())
			got := hit(t, l, tt.method, tt.target, strings.Replace(tt.host, "PORT", port, 1))
			if got.Status != tt.status {
				t.Errorf("status %d, want %d", got.Status, tt.status)
			}
			if leaks(got) {
				t.Errorf("the response shows a secret: %v", got)
			}
			hit(t, l, "GET", fitting, "")
			checkResult(t, good, wait(t, done))
			var want []Reason
			if tt.reason != Unlisted {
				want = []Reason{tt.reason}
			}
			if diff := cmp.Diff(want, reported.reasons()); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
			reported.check(t)
		})
	}
}

func TestLargeHeadersChangeNothing(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	conn := dial(t, l)
	// In the background, because the listener stops reading at some point.
	go io.WriteString(conn, "GET "+fitting+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\nCookie: "+strings.Repeat("x", 1<<20)+"\r\n\r\n")
	// The response may be lost to a reset, because not everything was read.
	if answer, _ := io.ReadAll(conn); len(answer) > 0 && !strings.Contains(string(answer), " 431 ") {
		t.Errorf("response: %q", answer)
	}
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
}

func TestAcceptedHosts(t *testing.T) {
	for _, tt := range []struct{ name, listen, redirect, host string }{
		{"literal", "127.0.0.1:0", "/cb", "127.0.0.1:PORT"},
		{"localhost", "127.0.0.1:0", "/cb", "localhost:PORT"},
		{"capitals", "127.0.0.1:0", "/cb", "LocalHost:PORT"},
		{"IPv6", "127.0.0.1:0", "/cb", "[::1]:PORT"},
		{"own address", "127.0.0.2:0", "https://sso.example/cb", "127.0.0.2:PORT"},
		{"network", "0.0.0.0:0", "http://192.0.2.7:8443/cb", "192.0.2.7:8443"},
		{"tunnel", "127.0.0.1:0", "https://Tunnel.example/cb", "tunnel.example"},
		{"tunnel's default port", "127.0.0.1:0", "https://tunnel.example/cb", "tunnel.example:443"},
		{"default port is spelt out", "127.0.0.1:0", "http://tunnel.example:80/cb", "tunnel.example"},
		{"IPv6 without port", "127.0.0.1:0", "http://[2001:db8::7]/cb", "[2001:db8::7]"},
		{"proxy that changes the host", "127.0.0.1:0", "https://tunnel.example/cb", "127.0.0.1:PORT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t, tt.listen)
			done := catch(t, l, Expect{RedirectURI: tt.redirect, CodeParams: []string{"code"}})
			_, port, _ := net.SplitHostPort(l.Addr().String())
			host := strings.Replace(tt.host, "PORT", port, 1)
			for _, other := range []string{"192.0.2.8:8443", "x" + host, "tunnel.example:8443"} {
				if got := hit(t, l, "GET", "/cb?code=C-evil", other); got.Status != http.StatusNotFound {
					t.Errorf("host %s: status %d", other, got.Status)
				}
			}
			hit(t, l, "GET", "/cb?code=C", host)
			checkResult(t, result{Callback: Callback{Code: "C", Query: url.Values{"code": {"C"}}}}, wait(t, done))
		})
	}
}

func TestParametersOfTheRedirectURIMustComeBack(t *testing.T) {
	expect := Expect{RedirectURI: "/cb?run=Zx81Qm&a=1&a=2", CodeParams: []string{"code"}}
	for _, query := range []string{
		"code=C-evil", "code=C-evil&run=Zx81QM&a=1&a=2", "code=C-evil&run=Zx81Qm&a=1",
		"code=C-evil&run=Zx81Qm&run=Zx81Qm&a=1&a=2", "code=C-evil&run=Zx81Qm&a=2&a=1", "run=&error=access_denied", "%zz",
	} {
		t.Run(query, func(t *testing.T) {
			l := listen(t)
			done := catch(t, l, expect)
			if got := hit(t, l, "GET", "/cb?"+query, ""); got.Status != http.StatusNotFound || leaks(got) {
				t.Errorf("response: %v", got)
			}
			hit(t, l, "GET", "/cb?a=1&a=2&code=C&run=Zx81Qm", "")
			want := url.Values{"code": {"C"}, "run": {"Zx81Qm"}, "a": {"1", "2"}}
			checkResult(t, result{Callback: Callback{Code: "C", Query: want}}, wait(t, done))
		})
	}
}

func TestCaughtCallbacks(t *testing.T) {
	withState := Expect{RedirectURI: "/cb", CodeParams: []string{"code", "auth_code"}, State: "S"}
	optional := withState
	optional.StateOptional = true
	stateless := withState
	stateless.State = ""
	for _, tt := range []struct {
		name   string
		expect Expect
		query  string
		want   result
	}{
		{"second name", withState, "auth_code=C&state=S", result{Callback: Callback{Code: "C"}}},
		{"empty first name", withState, "code=C&error=&state=S", result{Callback: Callback{Code: "C"}}},
		{"special characters", withState, "code=a%2Bb+c%3D%26&state=S", result{Callback: Callback{Code: "a+b c=&"}}},
		{"optional state, present", optional, "code=C&state=S", result{Callback: Callback{Code: "C"}}},
		{"optional state, missing", optional, "code=C", result{Callback: Callback{Code: "C", StateMissing: true}}},
		{"no state sent", stateless, "code=C", result{Callback: Callback{Code: "C"}}},
		{"no state sent, one came", stateless, "code=C&state=x", result{Callback: Callback{Code: "C"}}},
		{"denied", withState, "error=access_denied&state=S", result{Err: &CallbackError{Code: "access_denied"}}},
		{"empty code beside an error", withState, "error=x&code=&state=S", result{Err: &CallbackError{Code: "x"}}},
		{"state alone", withState, "state=S", result{Err: &CallbackError{Code: Denied, StateAlone: true}}},
		{
			"whole error", withState, "error=server_error&error_description=a+b&error_uri=https://x.example/e&state=S",
			result{Err: &CallbackError{Code: "server_error", Description: "a b", URI: "https://x.example/e"}},
		},
		{
			"error, optional state missing", optional, "error=access_denied",
			result{Callback: Callback{StateMissing: true}, Err: &CallbackError{Code: "access_denied", StateMissing: true}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t)
			done := catch(t, l, tt.expect)
			hit(t, l, "GET", "/cb?"+tt.query, "")
			tt.want.Callback.Query, _ = url.ParseQuery(tt.query)
			checkResult(t, tt.want, wait(t, done))
		})
	}
}

func TestOptionalStateIsNeverWrong(t *testing.T) {
	optional := awaited
	optional.StateOptional = true
	for _, query := range []string{"code=C-evil&state=wrong", "code=C-evil&state=", "error=x&state=wrong", "code=C-evil&state=S-7f3a&state="} {
		l := listen(t)
		done := catch(t, l, optional)
		if got := hit(t, l, "GET", "/cb/Zx81Qm?"+query, ""); got.Status != http.StatusBadRequest {
			t.Errorf("%s: status %d", query, got.Status)
		}
		hit(t, l, "GET", fitting, "")
		checkResult(t, good, wait(t, done))
	}
}

func TestCallbackErrorIsSafeToPrint(t *testing.T) {
	err := &CallbackError{
		Code:        "access_denied\x1b[31m",
		Description: "拒绝 \"so\"\r\n\u202egnp\x7f\xff\uFFFD\U000E0041",
		URI:         strings.Repeat("u", 400),
	}
	want := `the redirect says access_denied\x1b[31m: 拒绝 "so"\r\n\u202egnp\x7f\xff` + "\uFFFD" +
		`\U000e0041 (` + strings.Repeat("u", 300) + "…)"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Error() (-want +got):\n%s", diff)
	}
	var target *CallbackError
	if !errors.As(error(err), &target) {
		t.Error("no *CallbackError")
	}
}
