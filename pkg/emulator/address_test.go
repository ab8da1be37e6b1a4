package emulator_test

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
)

func reached(t *testing.T, edit func(o *emulator.Options)) (*emulator.Emulator, error) {
	t.Helper()
	o := emulator.Options{Profiles: builtins(t), Address: "https://api.test/base", Now: time.Now, Rand: rand.NewChaCha8([32]byte{3})}
	edit(&o)
	return emulator.New(o)
}

// TestTwoAddresses checks that URLs that only browsers open are below Options.Browser,
// and all others below Options.Address.
func TestTwoAddresses(t *testing.T) {
	e, err := reached(t, func(o *emulator.Options) { o.Browser = "http://browser.test:81/base/" })
	if err != nil {
		t.Fatal(err)
	}
	browsers := 0
	for _, p := range builtins(t) {
		values := e.Inputs(p.Name)
		for _, name := range p.AddressInputs(p.Requests()...) {
			text, _ := values.Text(name)
			switch {
			case strings.HasPrefix(text, "https://api.test/base/"+p.Name):
			case strings.HasPrefix(text, "http://browser.test:81/base/"+p.Name):
				browsers++
				addresses := string(p.Authorize.URL)
				for _, also := range p.Authorize.Also {
					addresses += string(also.URL)
				}
				if name == "base_url" || !strings.Contains(addresses, "{"+name+"}") {
					t.Errorf("%s: %s sends clients to Options.Browser", p.Name, name)
				}
			default:
				t.Errorf("%s: %s is %s", p.Name, name, text)
			}
		}
	}
	if browsers == 0 {
		t.Error("no input is below Options.Browser")
	}
}

// TestInvalidAddresses checks that invalid addresses are refused.
func TestInvalidAddresses(t *testing.T) {
	for _, edit := range []func(o *emulator.Options){
		func(o *emulator.Options) { o.Address = "" },
		func(o *emulator.Options) { o.Address = "ftp://a.test" },
		func(o *emulator.Options) { o.Address = "http://user@a.test" },
		func(o *emulator.Options) { o.Address = "http://a.test?x" },
		func(o *emulator.Options) { o.Browser = "a.test" },
		func(o *emulator.Options) { o.Browser = "http://b.test/other" },
	} {
		if _, err := reached(t, edit); err == nil {
			t.Error("an invalid address is accepted")
		}
	}
}

// TestAdminHostsAndOrigins checks that the administration API accepts programs and its own
// pages, but only under its own hosts.
func TestAdminHostsAndOrigins(t *testing.T) {
	e, err := reached(t, func(o *emulator.Options) {
		o.Browser, o.Hosts = "http://browser.test:81/base", []string{"10.1.2.3:8080"}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		host, header string
		status       int
	}{
		{"api.test", "", 200},
		{"api.test:443", "", 200},
		{"API.test", "", 200},
		{"browser.test:81", "", 200},
		{"10.1.2.3:8080", "", 200},
		{"localhost:1", "", 200},
		{"LocalHost:1", "", 200},
		{"[::1]:1", "", 200},
		{"127.0.0.1", "", 200},
		{"evil.test", "", 403},
		{"api.test.evil.test", "", 403},
		{"192.168.7.8:8080", "", 200}, // the address that accepts the connection
		{"10.1.2.4:8080", "", 403},
		{"", "", 403},
		{"api.test", "Origin: https://api.test", 200},
		{"api.test", "Origin: https://evil.test", 403},
		{"api.test", "Origin: null", 403},
		{"api.test", "Sec-Fetch-Site: same-origin", 200},
		{"api.test", "Sec-Fetch-Site: none", 200},
		{"api.test", "Sec-Fetch-Site: cross-site", 403},
		{"api.test", "Sec-Fetch-Site: same-site", 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/base/_/profiles", nil)
		r = r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(192, 168, 7, 8), Port: 8080}))
		r.Host = c.host
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			r.Header.Set(name, value)
		}
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		if rec.Code != c.status {
			t.Errorf("%s %s: HTTP %d, not %d", c.host, c.header, rec.Code, c.status)
		}
	}
}
