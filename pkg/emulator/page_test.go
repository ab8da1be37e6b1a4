package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// TestHeadersOfPages checks the headers that prevent pages from being framed, cached or
// sniffed, and from loading anything from other origins.
func TestHeadersOfPages(t *testing.T) {
	codes, others := scanning(t)
	w := startWith(t, asks, append(codes, others...)...)
	var addresses []string
	for _, p := range w.profiles {
		addresses = append(addresses, w.party(t, p).build(p.Authorize).URL.String())
	}
	addresses = append(addresses, w.address+"/_/", w.address+"/"+codes[0].Name+"/_scan/x", w.address+"/"+codes[0].Name+"/_qr/x")
	for _, address := range addresses {
		got := w.visits(t, address, nil, nil)
		policy := got.header.Get("Content-Security-Policy")
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
			"Content-Type": "text/html; charset=utf-8", "Vary": "Accept-Language",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s: %q", address, name, got.header.Get(name))
			}
		}
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %q", address, policy)
		}
		for _, never := range []string{"<style", "style=", "onclick", `src="http`, "https://"} {
			if strings.Contains(got.body, never) {
				t.Errorf("%s: the page contains %s", address, never)
			}
		}
	}
	for file, kind := range map[string]string{"page.css": "text/css; charset=utf-8", "scan.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		got := w.visits(t, w.address+"/"+codes[0].Name+"/_static/"+file, nil, nil)
		if got.status != 200 || got.header.Get("Content-Type") != kind {
			t.Errorf("%s: %d %v", file, got.status, got.header)
		}
	}
	for _, file := range []string{"page.html", "nothing.css", "../page.css", "", "sdk.js/x"} {
		if got := w.visits(t, w.address+"/"+codes[0].Name+"/_static/"+file, nil, nil); got.status == 200 {
			t.Errorf("%q is served", file)
		}
	}
}

func TestTheLanguageOfPages(t *testing.T) {
	_, others := scanning(t)
	w := startWith(t, asks, others[0])
	address := w.party(t, others[0]).build(others[0].Authorize).URL.String()
	for header, want := range map[string]string{
		"": "en", "zh": "zh-CN", "zh-CN,zh;q=0.9": "zh-CN", "ZH-hant": "zh-CN", "en,zh;q=0.5": "en", "en;q=0.5, zh;q=0.8": "zh-CN",
		"de, fr": "en", "de, zh;q=0.1": "zh-CN", "zh;q=0": "en", "zhx": "en", ";;q=,": "en",
	} {
		got := w.visits(t, address, nil, func(r *http.Request) { r.Header.Set("Accept-Language", header) })
		if !strings.Contains(got.body, `<html lang="`+want+`">`) {
			t.Errorf("%q: not %s", header, want)
		}
	}
}

// TestBoundOfPages checks that one pending page too many drops only the oldest page.
func TestBoundOfPages(t *testing.T) {
	t.Parallel()
	codes, others := scanning(t)
	for _, p := range []*profile.Profile{codes[0], others[0]} {
		w := startWith(t, asks, p)
		c := w.party(t, p)
		address := c.build(p.Authorize).URL.String()
		var pages []string
		for range 1001 {
			rec := httptest.NewRecorder()
			c.ServeHTTP(rec, httptest.NewRequest("GET", address, nil))
			pages = append(pages, rec.Body.String())
		}
		for i, forgotten := range map[int]bool{0: true, 1: false, 1000: false} {
			var got seen
			if p.Authorize.Scan {
				got = w.visits(t, phoneOf(t, pages[i]), nil, nil)
			} else {
				to, fields := w.form(t, seen{status: 200, body: pages[i]})
				got = w.visits(t, to, with(fields, "decision", "deny"), nil)
			}
			if (got.status >= 400) != forgotten {
				t.Errorf("%s: page %d of %d: %d", p.Name, i+1, len(pages), got.status)
			}
		}
	}
}

// TestPagesBehindAnotherHost checks that QR codes lead to Options.Browser, and that forms
// from there are accepted.
func TestPagesBehindAnotherHost(t *testing.T) {
	codes, _ := scanning(t)
	p := codes[0]
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	w := startWith(t, func(o *emulator.Options) { asks(o); o.Browser = "https://login.example:8443" }, p)
	at := w.party(t, p).build(p.Authorize).URL
	page := w.visits(t, w.address+at.RequestURI(), nil, host("emulator:8080"))
	phone := phoneOf(t, page.body)
	path, ok := strings.CutPrefix(phone, "https://login.example:8443")
	if !ok {
		t.Fatalf("the phone is sent to %s", phone)
	}
	to, fields := w.form(t, w.visits(t, w.address+path, nil, nil))
	got := w.visits(t, to, with(fields, "decision", "cancel"), func(r *http.Request) {
		r.Host = "emulator:8080" // as a proxy may rewrite it
		r.Header.Set("Origin", "https://login.example:8443")
	})
	if got.status != 200 {
		t.Errorf("%d %s", got.status, got.event.Diagnosis)
	}

	// Without Options.Browser, QR codes lead to the host that the browser used, if it is ours.
	w = startWith(t, func(o *emulator.Options) { asks(o); o.Hosts = []string{"192.168.1.5:8080"} }, p)
	for name, want := range map[string]string{"192.168.1.5:8080": "http://192.168.1.5:8080/", "evil.example": w.address + "/"} {
		page := w.visits(t, w.party(t, p).build(p.Authorize).URL.String(), nil, host(name))
		if phone := phoneOf(t, page.body); !strings.HasPrefix(phone, want+p.Name+"/_scan/") {
			t.Errorf("at %s the phone is sent to %s", name, phone)
		}
	}
}
