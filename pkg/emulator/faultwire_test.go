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

// TestFaultsOfTransport does each of them to an exchange, and sees whether the
// code was used up.
func TestFaultsOfTransport(t *testing.T) {
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
		"endless": func(t *testing.T, got reply, r emulator.Record) {
			if got.err != nil || len(got.body) < 64<<20 || json.Valid([]byte(got.body)) || r.Response.Size < 64<<20 {
				t.Errorf("%d bytes, %v", len(got.body), got.err)
			}
		},
	}
	for kind := range emulator.Transports {
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
			for r.ID == 0 { // an answer is there before its record
				if all := w.Requests(emulator.Filter{Step: "exchange"}); len(all) == 1 {
					r = all[0]
				}
			}
			checks[kind](t, got, r)
			if kind == "latency" && took < 20*time.Millisecond || kind == "drip" && took < 10*time.Millisecond {
				t.Errorf("it took %v", took)
			}
			if r.Fault != "exchange:"+text+":times=1" || !strings.Contains(r.Diagnosis, "asked for") || r.User == "" && !before[kind] {
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

// TestFaultsOfTransportAtOtherAnswers: refusals, redirects and TLS.
func TestFaultsOfTransportAtOtherAnswers(t *testing.T) {
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

// TestFaultsEndWithTheClient: what takes long stops when nobody waits for it.
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
			t.Errorf("%s: there was an answer", text)
		}
		for range 500 {
			if len(w.Requests(emulator.Filter{Step: "exchange"})) == 1 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if len(w.Requests(emulator.Filter{Step: "exchange"})) != 1 {
			t.Errorf("%s: it still goes on", text)
		}
	}
	w, code := shopping(t)
	w.arm(t, "exchange:latency=1h")
	done := make(chan reply)
	go func() { done <- w.trade(t, code) }()
	for w.Faults()[0].Done == 0 {
		time.Sleep(time.Millisecond)
	}
	w.Close()
	if got := <-done; got.status != 200 {
		t.Errorf("when the emulator ends: %+v", got)
	}
}
