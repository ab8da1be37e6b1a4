package emulator_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestOtherOrigins: a client in a browser may read a provider's documents and the responses
// of its endpoints, including refusals, and nothing else.
func TestOtherOrigins(t *testing.T) {
	w := start(t, described(t, provider))
	for path, methods := range map[string]string{
		"/own/realms/x/.well-known/openid-configuration": "GET", "/own/realms/x/jwks": "GET", "/own/token": "POST", "/own/userinfo": "GET POST",
		"/own/authorize": "", "/own/none": "", "/_/requests": "",
	} {
		got := w.call(t, "OPTIONS", path, "", "Origin", "https://app.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization")
		allowed := got.header.Get("Access-Control-Allow-Origin")
		if said := strings.Join(got.header["Access-Control-Allow-Methods"], " "); said != methods || (allowed == "*") != (methods != "") || (got.status == http.StatusNoContent) != (methods != "") {
			t.Errorf("%s: %d, origin %q, methods %q; want %q", path, got.status, allowed, said, methods)
		}
		if methods == "" {
			continue
		}
		method, _, _ := strings.Cut(methods, " ")
		for origin, want := range map[string]string{"https://app.example": "*", "": ""} {
			var headers []string
			if origin != "" {
				headers = []string{"Origin", origin}
			}
			if got := w.call(t, method, path, "", headers...); got.header.Get("Access-Control-Allow-Origin") != want {
				t.Errorf("%s from %q: %d %v", path, origin, got.status, got.header)
			}
		}
	}
	if got := w.call(t, "OPTIONS", "/own/token", ""); got.status != http.StatusMethodNotAllowed {
		t.Errorf("OPTIONS that is no preflight: %d", got.status)
	}
	vendor := start(t, described(t, shop))
	if got := vendor.call(t, "OPTIONS", "/own/trade", "", "Origin", "https://app.example", "Access-Control-Request-Method", "POST"); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a vendor that is no provider allows other origins")
	}
}
