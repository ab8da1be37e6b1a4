package loopback

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// patience is much longer than anything here takes. It only ends a test that hangs.
const patience = 20 * time.Second

// result is what Catch returned.
type result struct {
	Callback Callback
	Err      error
}

// awaited is the redirect of most tests, and fitting is a query that fits it.
var awaited = Expect{RedirectURI: "/cb/Zx81Qm", CodeParams: []string{"code", "auth_code"}, State: "S-7f3a", Login: "crm · CRM"}

const fitting = "/cb/Zx81Qm?code=C-good&state=S-7f3a"

// catch starts a Catch and finishes it. A RedirectURI that is only a path is completed
// with the listener's address.
func catch(t *testing.T, l *Listener, expect Expect) <-chan result {
	t.Helper()
	if strings.HasPrefix(expect.RedirectURI, "/") {
		expect.RedirectURI = "http://" + l.Addr().String() + expect.RedirectURI
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	done := make(chan result, 1)
	go func() {
		callback, err := l.Catch(ctx, expect)
		l.Finish(ending(err))
		done <- result{callback, err}
	}()
	return done
}

// ending returns the Ending that a caller of Catch would show for its error.
func ending(err error) Ending {
	var refused *CallbackError
	switch {
	case err == nil:
		return Ending{Kind: Succeeded}
	case !errors.As(err, &refused):
		return Ending{Kind: Stopped}
	case refused.Code == "access_denied":
		return Ending{Kind: Declined, Said: refused.Said()}
	}
	return Ending{Kind: Failed, Said: refused.Said()}
}

// wait returns what Catch returned.
func wait(t *testing.T, done <-chan result) result {
	t.Helper()
	select {
	case r := <-done:
		return r
	case <-time.After(patience):
		t.Fatal("Catch does not return")
		return result{}
	}
}

// reply is the response to one request.
type reply struct {
	Status int
	Header http.Header // without Connection, which is read as Close
	Body   string
	Close  bool
}

// dial connects to the listener.
func dial(t *testing.T, l *Listener) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// hit sends a request exactly as written. An empty host means the listener's.
func hit(t *testing.T, l *Listener, method, target, host string) reply {
	t.Helper()
	if host == "" {
		host = l.Addr().String()
	}
	conn := dial(t, l)
	if _, err := io.WriteString(conn, method+" "+target+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return read(t, conn, method)
}

// read reads a response until the connection ends, and checks that it is complete.
func read(t *testing.T, conn net.Conn, method string) reply {
	t.Helper()
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no response: %v", err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("the response was cut off: %v", err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Fatalf("the connection stays open after the response: %q, %v", rest, err)
	}
	return reply{resp.StatusCode, resp.Header, string(body), resp.Close}
}

// good is what Catch returns for fitting.
var good = result{Callback: Callback{
	Code:  "C-good",
	Query: url.Values{"code": {"C-good"}, "state": {"S-7f3a"}},
}}

func checkResult(t *testing.T, want, got result) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Catch returned (-want +got):\n%s", diff)
	}
}
