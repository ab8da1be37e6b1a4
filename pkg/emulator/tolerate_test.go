package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
)

// TestNegotiationIsNotEnforced checks that wrong values of headers of content negotiation are
// reported but accepted. Other constant headers are enforced.
func TestNegotiationIsNotEnforced(t *testing.T) {
	text := strings.Replace(own, "[token]\n", `[token]
headers = { Accept = "application/json", accept-language = "zh-CN", User-Agent = "own/1", Cache-Control = "no-cache", x-own-method = "sha256" }
`, 1)
	p := described(t, text)
	c := start(t, p).party(t, p)
	for header, told := range map[string]string{
		"Accept":          "headers.Accept: expected application/json, got */*",
		"accept-language": "headers.accept-language: expected zh-CN, got */*",
		"User-Agent":      "headers.User-Agent: expected own/1, got */*",
		"Cache-Control":   "headers.Cache-Control: expected no-cache, got */*",
	} {
		w := c.build(p.Token)
		w.Header.Set(header, "*/*")
		if got := c.send(p.Token, w); !got.verdict.OK || got.event.Refusal != "" || got.event.Diagnosis != told+" (not enforced)" {
			t.Errorf("%s: %d %s %+v", header, got.status, got.body, got.event)
		}
		if header == "User-Agent" {
			continue // net/http adds its own value
		}
		w.Header.Del(header)
		got := c.send(p.Token, w)
		if member, _, _ := strings.Cut(told, ":"); !got.verdict.OK || !strings.HasPrefix(got.event.Diagnosis, member+": is missing") {
			t.Errorf("without %s: %d %s %+v", header, got.status, got.body, got.event)
		}
	}
	w := c.build(p.Token)
	w.Header.Set("x-own-method", "md5")
	if got := c.send(p.Token, w); got.verdict.OK || got.event.Refusal != "bad_request" || !strings.HasPrefix(got.event.Diagnosis, "headers.x-own-method: expected sha256, got md5; ") {
		t.Errorf("%d %s %+v", got.status, got.body, got.event)
	}
}

// TestSlashes checks that a run of slashes counts as one anywhere in a path, and that an
// escaped slash is not a separator.
func TestSlashes(t *testing.T) {
	p := described(t, own)
	c := start(t, p).party(t, p)
	for path, want := range map[string]string{
		"/own/token-url": "", "//own/token-url": "path: // was read as /", "/own///token-url": "path: // was read as /",
	} {
		w := c.build(p.Token)
		w.URL.Path = path
		if got := c.send(p.Token, w); !got.verdict.OK || got.event.Diagnosis != want {
			t.Errorf("%s: %d %s %+v", path, got.status, got.body, got.event)
		}
	}
	w := c.build(p.Token)
	w.URL.Path, w.URL.RawPath = "/own//token-url", "/own/%2Ftoken-url"
	if got := c.send(p.Token, w); got.status != http.StatusNotFound {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestPathInputs checks that an input with a default may have another value in a path, as far
// as its pattern allows.
func TestPathInputs(t *testing.T) {
	text := strings.NewReplacer(
		"[inputs]\n", "[inputs]\nversion = { default = \"v1.0\", pattern = 'v\\d+\\.\\d+' }\n",
		`"{token_url}"`, `"{token_url}/{version}"`,
	).Replace(own)
	p := described(t, text)
	c := start(t, p).party(t, p)
	for version, want := range map[string]profile.Kind{"v1.0": "", "v22.0": "", "latest": profile.KindBadRequest} {
		w := c.build(p.Token)
		w.URL.Path = "/own/token-url/" + version
		if got := c.send(p.Token, w); got.event.Refusal != want {
			t.Errorf("%s: %d %s %+v", version, got.status, got.body, got.event)
		}
	}
}
