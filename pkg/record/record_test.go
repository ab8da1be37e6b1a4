package record

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/scrub"
)

// tick returns a clock that advances by a millisecond at each call.
func tick() func() time.Time {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Millisecond)
		return now
	}
}

// send sends and records a request as the client does.
func send(t *testing.T, r *Recorder, req *http.Request, body string) {
	t.Helper()
	x := r.Begin(Call{Step: "token", Request: req, RequestBody: []byte(body)})
	resp, err := http.DefaultTransport.RoundTrip(x.Watch(req))
	if err != nil {
		x.End(err, "")
		return
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	x.SetResponse(resp, got, false)
	x.End(err, "")
}

func request(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// events is an observer that notes what it sees.
type events []string

func (e *events) Begun(x *Call) { *e = append(*e, "begun "+x.Request.Method) }
func (e *events) Ended(x *Call) { *e = append(*e, "ended "+x.Response.Status) }

func TestRecordsRequestAndResponse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Theirs", "yes")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "you sent "+string(body))
	}))
	defer server.Close()
	var observed events
	r := &Recorder{Now: time.Now, Scrub: &scrub.Scrubber{}, Observer: &observed}
	send(t, r, request(t, "POST", server.URL+"/token?a=1&b=%20", "code=C"), "code=C")
	if diff := cmp.Diff(events{"begun POST", "ended 418 I'm a teapot"}, observed); diff != "" {
		t.Error(diff)
	}
	s := r.All()[0].show()
	host := strings.TrimPrefix(server.URL, "http://")
	want := []Field{{"Host", host}, {"User-Agent", "Go-http-client/1.1"}, {"Content-Length", "6"}, {"Accept-Encoding", "gzip"}}
	if diff := cmp.Diff(want, s.sent.header); diff != "" { // the fields as written
		t.Error(diff)
	}
	if diff := cmp.Diff([]Field{{"a", "1"}, {"b", " "}}, s.query); diff != "" {
		t.Error(diff)
	}
	got := []any{s.method, s.url, s.sent.raw, s.status, s.proto, s.got.raw, s.got.size, s.problem.EN}
	if diff := cmp.Diff([]any{"POST", server.URL + "/token?a=1&b=%20", "code=C", 418, "HTTP/1.1", "you sent code=C", 15, ""}, got); diff != "" {
		t.Error(diff)
	}
	if remote := s.remoteAddress(); remote != host {
		t.Error(remote)
	}
}

func TestPhases(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.TLSClientConfig.InsecureSkipVerify = true // the URL says localhost, to need DNS, but the certificate does not
	r := &Recorder{Now: time.Now, Scrub: &scrub.Scrubber{}}
	for range 2 { // the second request reuses the connection
		req := request(t, "GET", strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "")
		x := r.Begin(Call{Request: req})
		resp, err := transport.RoundTrip(x.Watch(req))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		x.SetResponse(resp, body, false)
		x.End(err, "")
		resp.Body.Close()
	}
	for i, want := range []string{"dns connect tls send wait receive", "send wait receive"} {
		parts, total := r.All()[i].Phases()
		var names []string
		end := time.Duration(0)
		for _, p := range parts {
			names = append(names, p.Name)
			if p.Start < 0 || p.Length < 0 || p.Start+p.Length > total {
				t.Errorf("%v is not within %v", p, total)
			}
			end = max(end, p.Start+p.Length)
		}
		if strings.Join(names, " ") != want || end != total {
			t.Errorf("%v in %v, want %s", parts, total, want)
		}
	}
}

func TestNoResponse(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{}}
	send(t, r, request(t, "GET", server.URL, ""), "")
	x := r.All()[0]
	if s := x.show(); s.status != 0 || !strings.Contains(s.problem.EN, "connection refused") {
		t.Errorf("%d %q", s.status, s.problem)
	}
	// A phase that did not end lasts to the end of the call.
	parts, total := x.Phases()
	if len(parts) != 1 || parts[0].Name != "connect" || parts[0].Start+parts[0].Length != total {
		t.Errorf("%v in %v", parts, total)
	}
}

func TestNilRecorder(t *testing.T) {
	var r *Recorder
	req := httptest.NewRequest("GET", "http://x.example/", nil)
	x := r.Begin(Call{Request: req})
	if x.Watch(req) != req {
		t.Error("Watch of a nil exchange copied the request")
	}
	x.SetResponse(nil, nil, false)
	x.End(errors.New("cut"), "")
	if len(r.All()) != 0 {
		t.Error("a nil recorder has kept an exchange")
	}
	if allocs := testing.AllocsPerRun(100, func() { x.SetResponse(nil, nil, false); x.End(context.Canceled, "") }); allocs != 0 {
		t.Errorf("a nil exchange makes %v allocations, want 0", allocs)
	}
}
