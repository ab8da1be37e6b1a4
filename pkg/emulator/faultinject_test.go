package emulator_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
)

// TestTransportFaults injects each transport fault into an exchange, and checks whether
// the code was used up.
func TestTransportFaults(t *testing.T) {
	before := map[string]bool{"latency": true, "reset_before": true, "html_502": true}
	checks := map[string]func(t *testing.T, got reply, r emulator.Record){
		"latency": func(t *testing.T, got reply, r emulator.Record) {
			if got.err != nil || got.status != 200 || r.TookMS < 0 {
				t.Errorf("%+v", got)
			}
			got.token(t)
		},
		"reset_before": func(t *testing.T, got reply, r emulator.Record) {
			if !errors.Is(got.err, syscall.ECONNRESET) && !errors.Is(got.err, io.EOF) || got.status != 0 || r.Status != 0 || r.Response.Size != 0 {
				t.Errorf("%+v %+v", got, r)
			}
		},
		"html_502": func(t *testing.T, got reply, _ emulator.Record) {
			if got.err != nil || got.status != 502 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || !strings.Contains(got.body, "<h1>502 Bad Gateway</h1>") {
				t.Errorf("%+v", got)
			}
		},
		"drip": func(t *testing.T, got reply, _ emulator.Record) { got.token(t) },
		"reset_middle": func(t *testing.T, got reply, r emulator.Record) {
			if !errors.Is(got.err, syscall.ECONNRESET) || got.status != 200 || len(got.body) >= 75 || r.Status != 200 || r.Response.Size != 37 {
				t.Errorf("%+v %+v", got, r.Response)
			}
		},
		"empty": func(t *testing.T, got reply, r emulator.Record) {
			if got.err != nil || got.status != 200 || got.body != "" || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") || r.Response.Size != 0 {
				t.Errorf("%+v", got)
			}
		},
		"truncated": func(t *testing.T, got reply, r emulator.Record) {
			if !errors.Is(got.err, io.ErrUnexpectedEOF) || got.status != 200 || len(got.body) != 37 || json.Valid([]byte(got.body)) || r.Response.Size != 37 {
				t.Errorf("%+v", got)
			}
		},
		"bad_chunk": func(t *testing.T, got reply, _ emulator.Record) {
			if got.err == nil || errors.Is(got.err, io.ErrUnexpectedEOF) || got.status != 200 || len(got.body) != 37 {
				t.Errorf("%+v", got)
			}
		},
		"wrong_content_type": func(t *testing.T, got reply, _ emulator.Record) {
			if got.header.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("%+v", got)
			}
			got.token(t)
		},
		"endless": nil, // see TestEndless
	}
	for kind := range emulator.Transports() {
		if check, known := checks[kind]; known && check == nil {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			w, code := shopping(t)
			text := map[string]string{"latency": "latency=20ms", "drip": "drip=4000"}[kind]
			if text == "" {
				text = kind
			}
			w.arm(t, "exchange:"+text+":times=1")
			began := time.Now()
			got := w.trade(t, code)
			took := time.Since(began)
			var r emulator.Record
			for r.ID == 0 { // the record appears after the response
				if all := w.Requests(emulator.Filter{Step: "exchange"}); len(all) == 1 {
					r = all[0]
				}
			}
			checks[kind](t, got, r)
			if kind == "latency" && took < 20*time.Millisecond || kind == "drip" && took < 10*time.Millisecond {
				t.Errorf("it took %v", took)
			}
			if r.Fault != "exchange:"+text+":times=1" || !strings.Contains(r.Diagnosis, "fault injected: ") || r.User == "" && !before[kind] {
				t.Errorf("%+v", r.Event)
			}
			again := w.trade(t, code)
			if used := strings.Contains(again.body, "bad_code"); kind != "latency" && used == before[kind] {
				t.Errorf("the code is used: %v: %s", used, again.body)
			}
			if f := w.Faults()[0]; f.Met != 2 || f.Done != 1 {
				t.Errorf("%+v", f)
			}
		})
	}
}

// count is a response writer that keeps only the number of bytes of all writes and of the
// longest.
type count struct {
	header         http.Header
	bytes, longest int
}

func (c *count) Header() http.Header { return c.header }
func (c *count) WriteHeader(int)     {}
func (c *count) Write(p []byte) (int, error) {
	c.bytes, c.longest = c.bytes+len(p), max(c.longest, len(p))
	return len(p), nil
}

// TestEndless checks that an endless response ends when the client disconnects, or after
// 64 MiB.
func TestEndless(t *testing.T) {
	const limit, enough = 64 << 20, 1 << 20
	w, code := shopping(t)
	w.arm(t, "exchange:endless")
	body := func() io.Reader {
		return strings.NewReader(`{"client":"shop-client","secret":"` + shopSecret + `","code":"` + code + `","back":"` + shopBack + `"}`)
	}
	resp, err := w.http.Post(w.address+"/own/trade", "application/json", body())
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, enough))
	resp.Body.Close()
	if err != nil || len(text) != enough || resp.ContentLength >= 0 || !strings.HasPrefix(string(text), `{"ok":true,`) || json.Valid(text) {
		t.Errorf("got %d bytes, Content-Length %d: %.100s %v", len(text), resp.ContentLength, text, err)
	}
	var ended []emulator.Record
	for len(ended) == 0 {
		ended = w.Requests(emulator.Filter{Step: "exchange"})
		time.Sleep(time.Millisecond)
	}
	if size := ended[0].Response.Size; size < enough || size >= limit {
		t.Errorf("the client disconnected after %d bytes, but %d were sent", enough, size)
	}
	all := &count{header: http.Header{}}
	r := httptest.NewRequest("POST", w.address+"/own/trade", body())
	r.Header.Set("Content-Type", "application/json")
	w.ServeHTTP(all, r)
	if all.bytes < limit || all.bytes > limit+limit/100 {
		t.Errorf("%d bytes were sent to a client that stays connected", all.bytes)
	}
	if got := w.last().Refusal; got != "invalid_code" {
		t.Errorf("the same code again: refusal %q, want invalid_code", got)
	}
}

// TestTransportFaultsOnOtherResponses tests transport faults on refusals and redirects, and
// over TLS.
func TestTransportFaultsOnOtherResponses(t *testing.T) {
	w, _ := shopping(t)
	for _, kind := range []string{"truncated", "reset_middle", "reset_before", "bad_chunk"} {
		w.arm(t, "*:"+kind)
		if got := w.trade(t, "none"); got.err == nil {
			t.Errorf("%s: a refusal: %+v", kind, got)
		}
		if got := w.call(t, "GET", "/own/login?client=shop-client&back=http%3A%2F%2F127.0.0.1%2F&state=s", ""); got.err == nil {
			t.Errorf("%s: a redirect: %+v", kind, got)
		}
	}
	server := httptest.NewTLSServer(w.Emulator)
	defer server.Close()
	for _, h2 := range []bool{false, true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}, ForceAttemptHTTP2: h2}
		if h2 {
			second := httptest.NewUnstartedServer(w.Emulator)
			second.EnableHTTP2 = true
			second.StartTLS()
			defer second.Close()
			server = second
			transport.TLSClientConfig.RootCAs = second.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		}
		w.http, w.address = &http.Client{Transport: transport}, server.URL
		for _, kind := range []string{"truncated", "reset_middle", "reset_before", "bad_chunk"} {
			w.arm(t, "*:"+kind+":times=1")
			if got := w.trade(t, "none"); got.err == nil {
				t.Errorf("%s over TLS, HTTP/2 %v: %+v", kind, h2, got)
			}
		}
		transport.CloseIdleConnections()
	}
}

// TestFaultsEndWithTheClient checks that slow responses stop when the client disconnects.
func TestFaultsEndWithTheClient(t *testing.T) {
	for _, text := range []string{"latency=1h", "drip=1"} {
		w, code := shopping(t)
		w.arm(t, "exchange:"+text)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		r, _ := http.NewRequestWithContext(ctx, "POST", w.address+"/own/trade", strings.NewReader(`{"client":"shop-client","secret":"`+shopSecret+`","code":"`+code+`","back":"`+shopBack+`"}`))
		r.Header.Set("Content-Type", "application/json")
		resp, err := w.http.Do(r)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		cancel()
		if err == nil {
			t.Errorf("%s: the client got a whole response", text)
		}
		for range 500 {
			if len(w.Requests(emulator.Filter{Step: "exchange"})) == 1 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if len(w.Requests(emulator.Filter{Step: "exchange"})) != 1 {
			t.Errorf("%s: the emulator did not stop", text)
		}
	}
	// Closing the emulator ends the wait, and the request is processed at the later time.
	for by, status := range map[time.Duration]int{time.Minute: 200, time.Hour: 400} {
		w, code := shopping(t)
		w.arm(t, "exchange:latency=1h")
		done := make(chan reply)
		go func() { done <- w.trade(t, code) }()
		for w.Faults()[0].Done == 0 {
			time.Sleep(time.Millisecond)
		}
		if err := w.Advance(by); err != nil {
			t.Fatal(err)
		}
		w.Close()
		if got := <-done; got.status != status {
			t.Errorf("closed after %s: %+v", by, got)
		}
	}
}
