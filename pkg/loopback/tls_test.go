package loopback

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/cert"
)

// secure returns a listener that serves https, and a client that trusts it.
func secure(t *testing.T) (*Listener, *http.Client) {
	t.Helper()
	made, err := cert.New("test", []string{"127.0.0.1", "::1", "localhost"}, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(made.CA)
	l := listen(t)
	l.Secure(made.TLS)
	return l, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
}

// get returns the status of the response from an address, and closes the connection.
func get(t *testing.T, c *http.Client, address string) int {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil || resp.ProtoMajor != 1 || !resp.Close {
		t.Errorf("HTTP %d, closes: %v, %v", resp.ProtoMajor, resp.Close, err)
	}
	return resp.StatusCode
}

func TestHTTPS(t *testing.T) {
	l, client := secure(t)
	base := "https://" + l.Addr().String()
	if got := l.URL("x"); got != base+"/x" {
		t.Errorf("URL is %s", got)
	}
	expect := awaited
	expect.RedirectURI = base + awaited.RedirectURI
	done := catch(t, l, expect)
	if got := get(t, client, base+"/cb/Zx81Qm?code=C-evil&state=wrong"); got != http.StatusBadRequest {
		t.Errorf("a forged state: %d", got)
	}
	if got := get(t, client, base+fitting); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	checkResult(t, good, wait(t, done))
}

// Connections that are not from the user's browser do not end the flow: plain HTTP, no
// handshake, or a handshake that the browser aborts because it does not trust the
// certificate.
func TestBadConnectionsUnderTLS(t *testing.T) {
	l, client := secure(t)
	l.limits.header = time.Second // time for a handshake
	expect := awaited
	expect.RedirectURI = l.URL(awaited.RedirectURI)
	done := catch(t, l, expect)

	conn := dial(t, l)
	io.WriteString(conn, "GET "+fitting+" HTTP/1.1\r\nHost: "+l.Addr().String()+"\r\n\r\n")
	answer, _ := io.ReadAll(conn)
	if text := string(answer); !strings.Contains(text, " 400 ") || !strings.Contains(text, "HTTPS") {
		t.Errorf("plain HTTP gets the response %q", text)
	}
	if n, err := dial(t, l).Read(make([]byte, 1)); n > 0 || isTimeout(err) {
		t.Errorf("a client that sends nothing: %d bytes, %v", n, err)
	}
	if resp, err := http.Get(expect.RedirectURI + "?code=C-evil&state=S-7f3a"); err == nil {
		resp.Body.Close()
		t.Error("a client that does not trust the certificate got a response")
	}
	if got := get(t, client, l.URL("")+strings.TrimPrefix(fitting, "/")); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	checkResult(t, good, wait(t, done))
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// With TLS, too, the page is complete when Finish returns.
func TestFinishUnderTLS(t *testing.T) {
	l, client := secure(t)
	l.limits.hold, l.limits.handover = time.Hour, time.Hour
	body := make(chan string, 1)
	go func() {
		resp, err := client.Get("https://" + l.Addr().String() + fitting)
		if err != nil {
			body <- err.Error()
			return
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			text = []byte(err.Error())
		}
		body <- string(text)
	}()
	expect := awaited
	expect.RedirectURI = l.URL(awaited.RedirectURI)
	if _, err := l.Catch(t.Context(), expect); err != nil {
		t.Fatal(err)
	}
	within(t, "Finish", func() { l.Finish(Ending{Kind: Succeeded, Who: "C. Jones"}) })
	l.Close()
	if got := <-body; !strings.Contains(got, "C. Jones") || !strings.HasSuffix(got, "</html>\n") {
		t.Errorf("the page is %q", got)
	}
}
