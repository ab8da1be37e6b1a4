package loopback

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOneRedirectEndsTheWait(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	if got := hit(t, l, "GET", fitting, ""); got.Status != http.StatusOK {
		t.Errorf("status %d", got.Status)
	}
	checkResult(t, good, wait(t, done))
}

func TestEveryAddressIsServed(t *testing.T) {
	for i := range listen(t).sockets {
		l := listen(t)
		done := catch(t, l, awaited)
		resp, err := http.Get("http://" + l.sockets[i].Addr().String() + fitting)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		checkResult(t, good, wait(t, done))
	}
}

func TestRequestBeforeCatchIsServed(t *testing.T) {
	l := listen(t)
	conn := dial(t, l)
	io.WriteString(conn, "GET "+fitting+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n\r\n")
	checkResult(t, good, wait(t, catch(t, l, awaited)))
}

func TestRequestsAfterSuccess(t *testing.T) {
	l := listen(t)
	l.limits.linger = patience // long enough for any machine
	done := catch(t, l, awaited)
	hit(t, l, "GET", fitting, "")
	checkResult(t, good, wait(t, done))
	select {
	case <-l.stopped:
		t.Fatal("Catch waited for its server to stop")
	default:
	}
	type answer struct {
		Status         int
		CanBeClosed    bool
		ShowsNoSecrets bool
	}
	got := map[string]answer{}
	targets := []string{
		fitting, "/cb/Zx81Qm?code=C-other&state=S-7f3a", "/cb/Zx81Qm?error=access_denied&state=S-7f3a",
		"/cb/Zx81Qm?code=C&state=wrong", "/cb/Zx81Qm", "/other", "/favicon.ico",
	}
	for _, target := range targets {
		r := hit(t, l, "GET", target, "")
		got[target] = answer{r.Status, strings.Contains(r.Body, "close this window"), !leaks(r)}
	}
	closable, missing := answer{200, true, true}, answer{404, false, true}
	want := map[string]answer{
		targets[0]: closable, targets[1]: closable, targets[2]: closable, targets[3]: closable,
		targets[4]: closable, targets[5]: missing, targets[6]: missing,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers after the success (-want +got):\n%s", diff)
	}
	select {
	case r := <-done:
		t.Errorf("Catch reported again: %v", r)
	default:
	}
}

func TestStopsWithinASecondOfSuccess(t *testing.T) {
	if total := defaultLimits.linger + defaultLimits.grace; total >= time.Second {
		t.Errorf("the limits add up to %v", total)
	}
	l := listen(t)
	done := catch(t, l, awaited)
	idle := dial(t, l) // browsers open spare connections
	hit(t, l, "GET", fitting, "")
	wait(t, done)
	select {
	case <-l.stopped:
	case <-time.After(5 * time.Second): // one second is promised; the machine may be busy
		t.Fatal("the listener does not stop")
	}
	if connects(l.Addr().String()) {
		t.Error("the port still accepts connections")
	}
	if n, err := idle.Read(make([]byte, 1)); err == nil {
		t.Errorf("the idle connection yields %d bytes", n)
	}
}

func TestConcurrentRedirects(t *testing.T) {
	l := listen(t)
	l.limits.linger = patience
	done := catch(t, l, awaited)
	const n = 16
	statuses := make(chan int, n)
	for range n {
		go func() {
			resp, err := http.Get("http://" + l.Addr().String() + fitting)
			if err != nil {
				statuses <- 0
				return
			}
			resp.Body.Close()
			statuses <- resp.StatusCode
		}()
	}
	for range n {
		if status := <-statuses; status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	checkResult(t, good, wait(t, done))
}

func TestContextEndsTheWait(t *testing.T) {
	l := listen(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := l.Catch(ctx, Expect{RedirectURI: l.URL("/cb/Zx81Qm"), CodeParams: []string{"code"}})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "redirect to http://"+l.Addr().String()) {
		t.Errorf("Catch: %v, want an error that wraps the deadline and names the awaited address", err)
	}
	if strings.Contains(err.Error(), "Zx81Qm") {
		t.Errorf("%q shows the unguessable part of the redirect_uri", err)
	}
	if connects(l.Addr().String()) {
		t.Error("the port still accepts connections")
	}
}

// A redirect that is being judged when ctx ends still counts. Otherwise its code is lost.
func TestRedirectInProgressCounts(t *testing.T) {
	f := &flow{outcome: make(chan outcome)}
	f.end()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	go func() { f.outcome <- outcome{callback: Callback{Code: "C"}} }()
	out, err := f.wait(ctx, nil)
	if diff := cmp.Diff(result{Callback: Callback{Code: "C"}}, result{out.callback, err}); diff != "" {
		t.Errorf("wait returned (-want +got):\n%s", diff)
	}
}

func TestCloseEndsTheWait(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	hit(t, l, "GET", "/stray", "") // has a response, so Catch is waiting
	l.Close()
	if r := wait(t, done); !errors.Is(r.Err, net.ErrClosed) {
		t.Errorf("Catch: %v, want net.ErrClosed", r.Err)
	}
}

func TestCatchIsForOneFlow(t *testing.T) {
	l := listen(t)
	done := catch(t, l, awaited)
	hit(t, l, "GET", fitting, "")
	wait(t, done)
	if r := wait(t, catch(t, l, awaited)); r.Err == nil {
		t.Error("a second Catch waits for a redirect")
	}
}

func TestCatchRefusesImpossibleRedirects(t *testing.T) {
	for name, expect := range map[string]Expect{
		"no address":     {CodeParams: []string{"code"}},
		"not absolute":   {RedirectURI: "cb", CodeParams: []string{"code"}},
		"no web address": {RedirectURI: "app://callback", CodeParams: []string{"code"}},
		"no host":        {RedirectURI: "http:///cb", CodeParams: []string{"code"}},
		"fragment":       {RedirectURI: "http://127.0.0.1/cb#x", CodeParams: []string{"code"}},
		"broken query":   {RedirectURI: "http://127.0.0.1/cb?%zz", CodeParams: []string{"code"}},
		"own code":       {RedirectURI: "http://127.0.0.1/cb?code=1", CodeParams: []string{"code"}},
		"own error":      {RedirectURI: "http://127.0.0.1/cb?error=1", CodeParams: []string{"code"}},
		"own state":      {RedirectURI: "http://127.0.0.1/cb?state=1", CodeParams: []string{"code"}, State: "s"},
		"no code":        {RedirectURI: "http://127.0.0.1/cb"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := wait(t, catch(t, listen(t), expect)); r.Err == nil {
				t.Errorf("Catch returned %+v", r.Callback)
			}
		})
	}
}

func TestSlowClientsAreCutOff(t *testing.T) {
	for name, sent := range map[string]string{
		"silent":             "",
		"half a header":      "GET " + fitting + " HTTP/1.1\r\nHost: ",
		"header without end": "GET " + fitting + " HTTP/1.1\r\nHost: 127.0.0.1\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t)
			l.limits.header, l.limits.read = 30*time.Millisecond, 2*patience
			done := catch(t, l, awaited)
			conn := dial(t, l)
			io.WriteString(conn, sent)
			answer, err := io.ReadAll(conn)
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				t.Fatal("still connected")
			}
			if strings.Contains(string(answer), " 200 ") {
				t.Errorf("response: %q", answer)
			}
			hit(t, l, "GET", fitting, "")
			checkResult(t, good, wait(t, done))
		})
	}
}
