package loopback

import (
	"html"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/lang"
)

// held sends the redirect from a browser and returns when Catch has. The browser is
// then waiting for its page.
func held(t *testing.T, l *Listener) net.Conn {
	t.Helper()
	expect := awaited
	expect.RedirectURI = l.URL(awaited.RedirectURI)
	conn := dial(t, l)
	io.WriteString(conn, "GET "+fitting+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n\r\n")
	done := make(chan result, 1)
	go func() {
		callback, err := l.Catch(t.Context(), expect)
		done <- result{callback, err}
	}()
	checkResult(t, good, wait(t, done))
	return conn
}

// within fails the test if f does not return.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { f(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s does not return", what)
	}
}

// The page shows how the login ended, so it is sent after Catch has returned. The
// process may exit as soon as Finish returns, so by then the page must be in the
// kernel. Instead of exiting, this test closes all sockets of the listener.
func TestFinishReturnsAfterThePageIsSent(t *testing.T) {
	for range 30 {
		l := listen(t)
		l.limits.hold, l.limits.handover = time.Hour, time.Hour
		conn := held(t, l)
		within(t, "Finish", func() { l.Finish(Ending{Kind: Succeeded, Who: "C. Jones"}) })
		l.Close()
		if got := read(t, conn, "GET"); !strings.Contains(got.Body, "C. Jones") || !strings.HasSuffix(got.Body, "</html>\n") {
			t.Fatalf("the page is %q", got.Body)
		}
	}
}

// A slow vendor does not leave the user with an empty page.
func TestPageHasATimeLimit(t *testing.T) {
	l := listen(t)
	l.limits.hold = 10 * time.Millisecond
	conn := held(t, l)
	if got := read(t, conn, "GET"); !strings.Contains(got.Body, messages[Pending].text.EN) || !strings.Contains(got.Body, "crm · CRM") {
		t.Errorf("the page is %q", got.Body)
	}
	within(t, "a late Finish", func() { l.Finish(Ending{Kind: Succeeded}) })
}

// A page can be held for longer than the time limit of a request, and after listening
// has stopped.
func TestPageOutlivesRequestLimits(t *testing.T) {
	l := listen(t)
	l.limits.hold, l.limits.handover = time.Hour, time.Hour
	l.limits.linger, l.limits.read = time.Millisecond, 20*time.Millisecond
	conn := held(t, l)
	select {
	case <-l.stopped:
	case <-time.After(patience):
		t.Fatal("the listener does not stop")
	}
	time.Sleep(50 * time.Millisecond)
	within(t, "Finish", func() { l.Finish(Ending{Kind: Failed, Said: "20010"}) })
	if got := read(t, conn, "GET"); !strings.Contains(got.Body, "20010") {
		t.Errorf("the page is %q", got.Body)
	}
}

func TestFinishDoesNotWaitForAClosedBrowser(t *testing.T) {
	l := listen(t)
	l.limits.hold, l.limits.handover = time.Hour, time.Hour
	held(t, l).Close()
	within(t, "Finish", func() { l.Finish(Ending{Kind: Succeeded}) })
	if l.limits = defaultLimits; l.limits.handover > time.Second {
		t.Errorf("a browser that does not read holds up Finish for %v, want at most 1s", l.limits.handover)
	}
}

func TestFinishWithoutARedirect(t *testing.T) {
	l := listen(t)
	within(t, "Finish", func() { l.Finish(Ending{}) })
}

// While the page is held, a repeated request gets its own response.
func TestRepeatWhileTheBrowserWaits(t *testing.T) {
	l := listen(t)
	l.limits.hold, l.limits.linger = time.Hour, time.Hour
	conn := held(t, l)
	if got := hit(t, l, "GET", fitting, ""); got.Status != http.StatusOK || !strings.Contains(got.Body, messages[repeated].text.EN) {
		t.Errorf("response: %v", got)
	}
	l.Finish(Ending{Kind: Declined})
	if got := read(t, conn, "GET"); !strings.Contains(got.Body, messages[Declined].title.EN) {
		t.Errorf("the page is %q", got.Body)
	}
}

func TestPageShowsEveryField(t *testing.T) {
	const hostile = `<script>alert(1)</script> "q" & 你` + "\x1b\u202e"
	escaped := html.EscapeString(`<script>alert(1)</script> "q" & 你\x1b\u202e`)
	l := listen(t)
	conn := held(t, l)
	l.Finish(Ending{Kind: Failed, Login: "L" + hostile, Who: "W" + hostile, Said: "S" + hostile, Meaning: "M" + hostile})
	body := read(t, conn, "GET").Body
	for _, want := range []string{
		"<title>" + messages[Failed].title.In(lang.EN) + " · L" + escaped + "</title>",
		`<p class="login">L` + escaped, `<p class="who">W` + escaped, `lang="">S` + escaped, "<p>M" + escaped,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if strings.Contains(body, "<script") {
		t.Errorf("a script in\n%s", body)
	}
}
