package emulator_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
)

// stream is a client of /_/events.
type stream struct {
	t     *testing.T
	body  io.ReadCloser
	lines *bufio.Scanner
}

func (w *world) watch(t *testing.T, query string, headers ...string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", w.address+"/_/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	s := &stream{t, resp.Body, bufio.NewScanner(resp.Body)}
	s.lines.Buffer(nil, 1<<20)
	t.Cleanup(func() { resp.Body.Close() })
	if !s.lines.Scan() || !strings.HasPrefix(s.lines.Text(), ":") {
		t.Fatalf("it begins with %q", s.lines.Text())
	}
	return s
}

// next returns the next request, or false if the stream has ended.
func (s *stream) next() (r emulator.Record, ok bool) {
	s.t.Helper()
	id := ""
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &r); err != nil {
				s.t.Fatal(err)
			}
			if number, _ := json.Marshal(r.ID); string(number) != id {
				s.t.Errorf("id %s of request %d", id, r.ID)
			}
			return r, true
		}
	}
	return r, false
}

func TestEvents(t *testing.T) {
	w, code := shopping(t)
	s := w.watch(t, "")
	filtered := w.watch(t, "?step=token")
	token := w.trade(t, code).token(t)
	w.signed(t, rightly)
	for _, want := range []string{"exchange", "token"} {
		if r, ok := s.next(); !ok || string(r.Step) != want || strings.Contains(r.Response.Body, token) {
			t.Errorf("%v %+v", ok, r)
		}
	}
	if r, _ := filtered.next(); r.ID != 3 {
		t.Errorf("%+v", r)
	}
	again := w.watch(t, "", "Last-Event-ID", "1")
	since := w.watch(t, "?since=0")
	for id := int64(1); id <= 3; id++ {
		if r, _ := since.next(); r.ID != id {
			t.Errorf("%d, want %d", r.ID, id)
		}
		if id == 1 {
			continue
		}
		if r, _ := again.next(); r.ID != id {
			t.Errorf("%d, want %d", r.ID, id)
		}
	}
	w.trade(t, code)
	if r, _ := again.next(); r.ID != 4 {
		t.Errorf("after the missed requests: %d", r.ID)
	}
	for path, header := range map[string]string{"?since=x": "", "?steps=token": "", "?step=none": "", "?limit=3": "", "": "soon"} {
		if got := w.call(t, "GET", "/_/events"+path, "", "Last-Event-ID", header); got.status != 400 {
			t.Errorf("%s %s: %d", path, header, got.status)
		}
	}
}

// TestEventsEndWithTheEmulator checks that an open stream does not keep the server from
// shutting down.
func TestEventsEndWithTheEmulator(t *testing.T) {
	before := runtime.NumGoroutine()
	w, _ := shopping(t)
	server := httptest.NewServer(w.Emulator)
	w.address = server.URL
	var streams []*stream
	for range 5 {
		streams = append(streams, w.watch(t, ""))
	}
	w.Close()
	for _, s := range streams {
		if r, ok := s.next(); ok {
			t.Errorf("%+v", r)
		}
	}
	server.Close()
	w.http.CloseIdleConnections()
	for range 200 {
		if runtime.NumGoroutine() <= before+3 { // those of start's server and listener
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

// TestEventsDropSlowReaders checks that a client that does not read is disconnected and does
// not block the emulator.
func TestEventsDropSlowReaders(t *testing.T) {
	w, _ := shopping(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /_/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	begin := make([]byte, 15)
	if _, err := io.ReadFull(conn, begin); err != nil {
		t.Fatal(err)
	}
	reads := w.watch(t, "?step=userinfo")
	for range 3000 {
		r := httptest.NewRequest("POST", w.address+"/own/nowhere", strings.NewReader(strings.Repeat("p", 4000)))
		w.ServeHTTP(httptest.NewRecorder(), r)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, conn)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("still connected after %d bytes: %v", n, err)
	}
	w.call(t, "GET", "/own/me", "")
	if r, ok := reads.next(); ok && r.Step != "userinfo" {
		t.Errorf("%+v", r)
	}
}

func TestEventStreamLimit(t *testing.T) {
	w, _ := shopping(t)
	for range 64 {
		w.watch(t, "")
	}
	if got := w.call(t, "GET", "/_/events", ""); got.status != 503 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
