package record

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kept is what a test looks at of an exchange.
type kept struct {
	Method, Path, Header, Sent string
	Status                     int
	Got                        string
}

// recorder serves handler and returns a client whose exchanges are kept.
func recorder(t *testing.T, handler http.HandlerFunc) (client *http.Client, address string, all func() []kept) {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var got []kept
	client = &http.Client{Transport: Transport{Base: http.DefaultTransport, Keep: func(x Exchange) {
		got = append(got, kept{
			x.Request.Method, x.Request.URL.Path, x.Request.Header.Get("X-Ours"), string(x.RequestBody),
			x.Response.StatusCode, string(x.Body),
		})
	}}}
	return client, server.URL, func() []kept { return got }
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusTeapot)
	io.WriteString(w, "you sent "+string(body))
}

func TestKeepsBothSides(t *testing.T) {
	client, address, all := recorder(t, echo)
	req, err := http.NewRequest("POST", address+"/token", strings.NewReader("code=C"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Ours", "yes")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if len(all()) != 0 {
		t.Errorf("kept before the answer was read: %v", all())
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "you sent code=C" {
		t.Errorf("the reader got %q, %v", body, err)
	}
	for range 2 { // closing twice is one exchange
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	want := []kept{{"POST", "/token", "yes", "code=C", http.StatusTeapot, "you sent code=C"}}
	if diff := cmp.Diff(want, all()); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutBodies(t *testing.T) {
	client, address, all := recorder(t, func(http.ResponseWriter, *http.Request) {})
	resp, err := client.Get(address + "/userinfo")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if diff := cmp.Diff([]kept{{Method: "GET", Path: "/userinfo", Status: http.StatusOK}}, all()); diff != "" {
		t.Error(diff)
	}
}

// What was not read is not kept, nor waited for.
func TestAsFarAsRead(t *testing.T) {
	client, address, all := recorder(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "0123456789") })
	resp, err := client.Get(address + "/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if diff := cmp.Diff([]kept{{"GET", "/", "", "", http.StatusOK, "0123"}}, all()); diff != "" {
		t.Error(diff)
	}
}

func TestCutOff(t *testing.T) {
	client, address, all := recorder(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
	})
	resp, err := client.Get(address + "/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the reader got %v", err)
	}
	resp.Body.Close()
	if diff := cmp.Diff([]kept{{"GET", "/", "", "", http.StatusOK, "half"}}, all()); diff != "" {
		t.Error(diff)
	}
}

func TestRedirectsAreTwo(t *testing.T) {
	client, address, all := recorder(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/next", http.StatusTemporaryRedirect)
			return
		}
		echo(w, r)
	})
	resp, err := client.Post(address+"/", "text/plain", strings.NewReader("B"))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	want := []kept{
		{"POST", "/", "", "B", http.StatusTemporaryRedirect, ""},
		{"POST", "/next", "", "B", http.StatusTeapot, "you sent B"},
	}
	if diff := cmp.Diff(want, all()); diff != "" {
		t.Error(diff)
	}
}

// base is a transport of the test's own.
type base struct {
	resp   *http.Response
	err    error
	closed bool
}

func (b *base) RoundTrip(*http.Request) (*http.Response, error) { return b.resp, b.err }
func (b *base) CloseIdleConnections()                           { b.closed = true }

func TestNoAnswer(t *testing.T) {
	cut := errors.New("cut")
	tr := Transport{Base: &base{err: cut}, Keep: func(Exchange) { t.Error("kept") }}
	req := httptest.NewRequest("GET", "http://x.example/", nil)
	if resp, err := tr.RoundTrip(req); resp != nil || !errors.Is(err, cut) {
		t.Errorf("got %v, %v", resp, err)
	}
}

func TestUnreadableRequest(t *testing.T) {
	bad := errors.New("bad")
	tr := Transport{Base: &base{err: errors.New("was sent")}, Keep: func(Exchange) { t.Error("kept") }}
	req := httptest.NewRequest("POST", "http://x.example/", strings.NewReader("B"))
	req.GetBody = func() (io.ReadCloser, error) { return nil, bad }
	if _, err := tr.RoundTrip(req); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
}

func TestCloseIdleConnections(t *testing.T) {
	b := &base{}
	(&http.Client{Transport: Transport{Base: b}}).CloseIdleConnections()
	if !b.closed {
		t.Error("the base was not told")
	}
	type plain struct{ http.RoundTripper }
	Transport{Base: plain{b}}.CloseIdleConnections() // has nothing to close
}
