package scrub

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ssoctl/pkg/secret"
)

func scrubber(secrets ...string) *Scrubber {
	s := &Scrubber{}
	for _, v := range secrets {
		s.Add(secret.New(v))
	}
	return s
}

// nasty has characters that every encoding escapes.
const nasty = "p<a>s s+w/o'r\"d&=?%~é密😀\\!(*)"

func TestScrubEncodings(t *testing.T) {
	compact, err := json.Marshal(nasty)
	if err != nil {
		t.Fatal(err)
	}
	inJSON := strings.Trim(string(compact), `"`)
	plainJSON := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(inJSON)
	std, raw := base64.StdEncoding, base64.RawStdEncoding
	encodings := map[string]string{
		"as it is":         nasty,
		"query":            url.QueryEscape(nasty),
		"query, %20":       strings.ReplaceAll(url.QueryEscape(nasty), "+", "%20"),
		"url.Values":       url.Values{"k": {nasty}}.Encode()[2:],
		"path":             url.PathEscape(nasty),
		"lower-case query": "p%3ca%3es+s%2bw%2fo%27r%22d%26%3d%3f%25~%c3%a9%e5%af%86%f0%9f%98%80%5c%21%28%2a%29",
		// From a browser's console.
		"encodeURIComponent": "p%3Ca%3Es%20s%2Bw%2Fo'r%22d%26%3D%3F%25~%C3%A9%E5%AF%86%F0%9F%98%80%5C!(*)",
		"URLSearchParams":    "p%3Ca%3Es+s%2Bw%2Fo%27r%22d%26%3D%3F%25%7E%C3%A9%E5%AF%86%F0%9F%98%80%5C%21%28*%29",
		"json":               inJSON,
		"json, plain":        plainJSON,
		"json, slashes":      strings.ReplaceAll(inJSON, "/", `\/`),
		"json, both":         strings.ReplaceAll(plainJSON, "/", `\/`),
		"json, ascii":        `p<a>s s+w/o'r\"d&=?%~\u00e9\u5bc6\ud83d\ude00\\!(*)`,
		"html":               html.EscapeString(nasty),
		"html/template":      template.HTMLEscapeString(nasty),
		"html, named quotes": strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(html.EscapeString(nasty)),
		"base64":             std.EncodeToString([]byte(nasty)),
		"base64, no padding": raw.EncodeToString([]byte(nasty)),
		"base64url":          base64.URLEncoding.EncodeToString([]byte(nasty)),
		"base64url, no padding": base64.RawURLEncoding.EncodeToString(
			[]byte(nasty)),
		"hex":              hex.EncodeToString([]byte(nasty)),
		"HEX":              strings.ToUpper(hex.EncodeToString([]byte(nasty))),
		"query in a query": url.QueryEscape(url.QueryEscape(nasty)),
		"json in a form":   url.QueryEscape(inJSON),
		"json in json":     strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plainJSON),
		// Encoders of other languages: Gson; System.Text.Json; quote of Python; Spring;
		// mustache; OWASP, for a script; escape of JavaScript.
		"Gson":             `p\u003ca\u003es s+w/o\u0027r\"d\u0026\u003d?%~é密😀\\!(*)`,
		"System.Text.Json": `p\u003Ca\u003Es s\u002Bw/o\u0027r\u0022d\u0026=?%~\u00E9\u5BC6\uD83D\uDE00\\!(*)`,
		"quote":            `p%3Ca%3Es%20s%2Bw/o%27r%22d%26%3D%3F%25~%C3%A9%E5%AF%86%F0%9F%98%80%5C%21%28%2A%29`,
		"Spring":           `p%3Ca%3Es%20s+w/o'r%22d&%3D?%25~%C3%A9%E5%AF%86%F0%9F%98%80%5C!(*)`,
		"mustache":         `p&lt;a&gt;s s+w&#x2F;o&#39;r&quot;d&amp;&#x3D;?%~é密😀\!(*)`,
		"named":            `p&lt;a&gt;s s&plus;w&sol;o&apos;r&quot;d&amp;&equals;&quest;&percnt;~&eacute;密😀&bsol;&excl;&lpar;&ast;&rpar;`,
		"script":           `p\x3ca\x3es s\x2bw\x2fo\x27r\x22d\x26\x3d?%~\xe9\u5bc6\ud83d\ude00\\!(*)`,
		"escape":           `p%3Ca%3Es%20s+w/o%27r%22d%26%3D%3F%25%7E%E9%u5BC6%uD83D%uDE00%5C%21%28*%29`,
	}
	for name, encoded := range encodings {
		for _, text := range []string{encoded, " " + encoded + " ", `{"k":"` + encoded + `"}`, encoded + "&" + encoded} {
			want := strings.ReplaceAll(text, encoded, secret.Redacted)
			if got := scrubber(nasty).Scrub(text); got != want {
				t.Errorf("%s: %q\n got %q\nwant %q", name, text, got, want)
			}
		}
	}
}

func TestScrubInsideBase64(t *testing.T) {
	for _, value := range []string{"s3cr", "s3cr3", "s3cr3t", nasty, "\xfb\xff\xfe\xfb\xff\xfe\xfb"} {
		for before := range 7 {
			for after := range 4 {
				whole := []byte(strings.Repeat("i", before) + value + strings.Repeat(".", after))
				for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
					plain := enc.EncodeToString(whole)
					for _, text := range []string{plain, url.QueryEscape(plain), strings.ReplaceAll(plain, "/", `\/`)} {
						got := scrubber(value).Scrub("Authorization: Basic " + text)
						head, tail, found := strings.Cut(strings.TrimPrefix(got, "Authorization: Basic "), secret.Redacted)
						// Only characters without a bit of the secret remain.
						if !found || len(head) > before*8/6 || len(tail) > (after*8+5)/6+len("%3D%3D") {
							t.Errorf("%q with %d before, %d after: %s became %s", value, before, after, text, got)
						}
					}
				}
			}
		}
	}
	escaped := base64.StdEncoding.EncodeToString([]byte("id:" + url.QueryEscape(nasty)))
	if got := scrubber(nasty).Scrub("Basic " + escaped); got != "Basic aWQ6"+secret.Redacted {
		t.Error(got)
	}
	if got := scrubber("s3cr3t").Scrub("Basic " + base64.StdEncoding.EncodeToString([]byte("id:s3cr3t"))); got != "Basic aWQ6"+secret.Redacted {
		t.Error(got)
	}
}

func TestScrubOverlaps(t *testing.T) {
	for _, test := range []struct {
		secrets    []string
		text, want string
	}{
		{[]string{"abcd", "abcdefgh"}, "abcdefgh abcd", "[redacted] [redacted]"},
		{[]string{"abcdefgh", "abcd"}, "xabcdefghx", "x[redacted]x"},
		{[]string{"efgh", "abcdefgh"}, "abcdefgh", "[redacted]"},
		{[]string{"abcdef", "defghijk"}, "<abcdefghijk>", "<[redacted]>"},
		{[]string{"defghijk", "abcdef"}, "<abcdefghijk>", "<[redacted]>"},
		{[]string{"abab"}, "abababab ababab", "[redacted] [redacted]"},
		{[]string{"abcd", "wxyz"}, "abcdwxyz", "[redacted][redacted]"},
		{[]string{"red"}, "red hot, red", "[redacted] hot, [redacted]"},
		{[]string{"red", secret.Redacted}, "[redacted] red", "[redacted] [redacted]"},
		{[]string{"ab"}, "ab YWI= 6162", "[redacted] YWI= 6162"},
		{[]string{"C"}, `{"errorCode":"C"} Content=C&x=密C`, `{"errorCode":"[redacted]"} Content=[redacted]&x=密C`},
		{[]string{"", "abcd"}, "text", "text"},
		{nil, "text", "text"},
		{[]string{"abcd"}, "", ""},
	} {
		for n := range len(test.secrets) + 1 { // the first n are those of a Base
			s := scrubber(test.secrets[n:]...)
			s.Base = scrubber(test.secrets[:n]...)
			if got := s.Scrub(test.text); got != test.want {
				t.Errorf("%q, %d of them in Base, in %q: %q, want %q", test.secrets, n, test.text, got, test.want)
			}
		}
	}
}

func TestScrubStub(t *testing.T) {
	token, other := "gho_"+strings.Repeat("x", 28)+"29AW", "id_"+strings.Repeat("y", 17)
	s := scrubber(token, other, "short")
	s.Stub = true
	if got, want := s.Scrub(token+" "+other+" short"), "gho_…29AW (36) id_y…yyyy (20) [redacted]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Add(secret.New("gho_"))
	if got, want := s.Scrub(token+" "+other), "[redacted] id_y…yyyy (20)"; got != want {
		t.Errorf("a stub that shows another secret: got %q, want %q", got, want)
	}
	for _, two := range [][2]string{{token, "gho_"}, {"gho_", token}} {
		s, base := scrubber(two[0]), scrubber(two[1])
		s.Stub, s.Base, base.Stub = true, base, true
		if got, want := s.Scrub(token+" gho_"), "[redacted] [redacted]"; got != want {
			t.Errorf("a stub that shows a secret of the other Scrubber: got %q, want %q", got, want)
		}
	}
}

// TestScrubParts checks that the lines of a key in PEM, and the private members of a JWK, are
// also removed on their own.
func TestScrubParts(t *testing.T) {
	const first, last, body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v", "VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3vVpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
	const head, foot = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
	const jwk = `{"kty":"OKP", "crv":"Ed25519", "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid":"a rather long id of a key"}`
	for _, test := range []struct{ secret, text, want string }{
		{head + "\n" + first + "\n" + last + "\n" + foot, head + " | " + first + " | " + last + " |", head + " | [redacted] | [redacted] |"},
		{head + "\r\n" + first + "\r\n" + last + "\r\n" + foot, "key=" + body, "key=[redacted]"},
		{head + `\n` + first + `\n` + last + `\n` + foot, head + "\n" + first + "\n" + last + "\n" + foot, head + "\n[redacted]\n[redacted]\n" + foot},
		{jwk, "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo a rather long id of a key", "[redacted] 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo a rather long id of a key"},
		{"one\ntwo", "one two", "one two"},
	} {
		s := Scrubber{Stub: true}
		s.Add(secret.New(test.secret))
		if got := s.Scrub(test.text); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestScrubAfterAdd(t *testing.T) {
	var s Scrubber
	for i := range 3 {
		s.Add(secret.New(fmt.Sprintf("secret-%d", i)))
		if got, want := s.Scrub("secret-0 secret-1 secret-2"), 2-i; strings.Count(got, "secret") != want {
			t.Errorf("after %d: %q", i, got)
		}
	}
	var none *Scrubber
	none.Add(secret.New("x"))
	if got := none.Scrub("x"); got != "x" {
		t.Errorf("nil: %q", got)
	}
}

func TestScrubConcurrently(t *testing.T) {
	var s Scrubber
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			value := fmt.Sprintf("secret-%d", i)
			for range 50 {
				s.Add(secret.New(value))
				if got := s.Scrub("<" + value + ">"); got != "<[redacted]>" {
					t.Error(got)
				}
			}
		})
	}
	wg.Wait()
}

// A body of the largest size that is shown, without secrets, and the secrets of one
// login.
func BenchmarkScrub(b *testing.B) {
	s := scrubber("gho_s3cr3t!VALUE29AW", nasty, strings.Repeat("z", 200))
	for i := range 12 {
		s.Add(secret.New(fmt.Sprintf("emulated%032x", i*i)))
	}
	for name, text := range map[string]string{
		"plain":   `{"errorCode":0,"data":"nothing to see here"}`,
		"escaped": `{"errorCode":0,"data":"\u6388\u6743\u7801 https:\/\/x.example\/?a=%E6%8E%88+%E6%9D%83&amp;b=1"}`,
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(text, 256<<10/len(text))
			s.Scrub(text)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Scrub(text)
			}
		})
	}
}
