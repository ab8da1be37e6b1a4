package loopback

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
)

var style = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// answers returns one response of each kind in language l.
func answers(t *testing.T, in lang.Lang) map[string]reply {
	t.Helper()
	expect := awaited
	expect.Lang = in
	got := map[string]reply{}
	for name, target := range map[string]string{
		"caught":  fitting,
		"denied":  "/cb/Zx81Qm?error=access_denied&error_description=No&state=S-7f3a",
		"refused": "/cb/Zx81Qm?error=server_error&state=S-7f3a",
	} {
		l := listen(t)
		l.limits.linger = patience
		done := catch(t, l, expect)
		got["stray"] = hit(t, l, "GET", "/cb/Zx81Qm?state=wrong", "")
		got["elsewhere"] = hit(t, l, "GET", "/", "")
		got["method"] = hit(t, l, "PUT", fitting, "")
		got[name] = hit(t, l, "GET", target, "")
		wait(t, done)
		got["repeated"] = hit(t, l, "GET", target, "")
	}
	return got
}

func TestResponseHeaders(t *testing.T) {
	for name, r := range answers(t, lang.EN) {
		kind := "text/html; charset=utf-8"
		if r.Status == http.StatusMethodNotAllowed {
			kind = "text/plain; charset=utf-8"
		}
		want := http.Header{
			"Content-Type":            {kind},
			"Referrer-Policy":         {"no-referrer"},
			"Cache-Control":           {"no-store"},
			"X-Content-Type-Options":  {"nosniff"},
			"Content-Security-Policy": r.Header["Content-Security-Policy"], // below
			"Date":                    r.Header["Date"],
			"Content-Length":          r.Header["Content-Length"],
		}
		if r.Status == http.StatusMethodNotAllowed {
			want["Allow"] = []string{"GET, POST"}
		}
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !r.Close {
			t.Errorf("%s: no Connection: close", name)
		}
		policy := r.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", name, policy)
		}
	}
}

func TestPolicyAllowsOnlyThePagesStyle(t *testing.T) {
	for name, r := range answers(t, lang.EN) {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		styles := style.FindAllStringSubmatch(r.Body, -1)
		if len(styles) != 1 {
			t.Fatalf("%s: %d styles", name, len(styles))
		}
		sum := sha256.Sum256([]byte(styles[0][1]))
		want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !strings.Contains(r.Header.Get("Content-Security-Policy"), want) {
			t.Errorf("%s: the policy lacks %s", name, want)
		}
		if regexp.MustCompile(`(?i)<script|<link|<img|<form|\s(on\w+|style|src|href)=|@import|url\(`).MatchString(r.Body) {
			t.Errorf("%s: the page contains a script, a link, an image, a form or inline style:\n%s", name, r.Body)
		}
	}
}

func TestPagesInBothLanguages(t *testing.T) {
	type said struct{ Lang, Heading, Text string }
	parts := regexp.MustCompile(`(?s)<html lang="(.*?)">.*<h1>(.*?)</h1>.*<p role="status">(.*?)</p>`)
	want := map[string]message{
		"caught": messages[Succeeded], "repeated": messages[repeated], "denied": messages[Declined], "refused": messages[Failed], "stray": messages[unfinished],
	}
	for in, tag := range map[lang.Lang]string{lang.EN: "en", lang.ZH: "zh-CN"} {
		got := answers(t, in)
		for name, m := range want {
			if m.title.ZH == "" || m.text.ZH == "" {
				t.Errorf("%s: no Chinese", name)
			}
			body := html.UnescapeString(got[name].Body)
			match := parts.FindStringSubmatch(body)
			if match == nil {
				t.Fatalf("%s: no heading or text in\n%s", name, body)
			}
			if diff := cmp.Diff(said{tag, m.title.In(in), m.text.In(in)}, said{match[1], match[2], match[3]}); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", in, name, diff)
			}
			for _, need := range []string{"prefers-color-scheme: dark", `content="light dark"`, "<title>" + m.title.In(in)} {
				if !strings.Contains(body, need) {
					t.Errorf("%s, %s: no %s", in, name, need)
				}
			}
		}
	}
}

func TestVendorTextIsEscaped(t *testing.T) {
	for _, code := range []string{"access_denied", "<b>odd</b>"} {
		l := listen(t)
		done := catch(t, l, awaited)
		query := url.Values{
			"error": {code}, "state": {awaited.State},
			"error_description": {`<script>alert(1)</script> "quoted" & 你拒绝了` + "\x1b\u202e"},
			"error_uri":         {"javascript:alert(1)"},
		}
		r := hit(t, l, "GET", "/cb/Zx81Qm?"+query.Encode(), "")
		wait(t, done)
		want := html.EscapeString(code) + `: &lt;script&gt;alert(1)&lt;/script&gt; &#34;quoted&#34; &amp; 你拒绝了\x1b\u202e`
		if r.Status != http.StatusOK || !strings.Contains(r.Body, `<blockquote class="said" lang="">`+want+"</blockquote>") {
			t.Errorf("status %d, page:\n%s", r.Status, r.Body)
		}
		if strings.Contains(r.Body, "<script") || strings.Contains(r.Body, "javascript:") || leaks(r) {
			t.Errorf("the page shows more than the server's words:\n%s", r.Body)
		}
	}
}
