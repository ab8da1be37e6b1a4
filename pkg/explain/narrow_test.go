package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/profile"
)

// standards returns two profiles that share standard codes. acme also has other codes,
// numbers after a word, and messages.
func standards(t *testing.T) []*profile.Profile {
	t.Helper()
	return loaded(t, `
[profiles.acme]
reply = { ok = "has(\"error\") | not", code = ".error?", message = ".text?" }
token = { method = "POST", url = "https://acme.example/token", read = { access_token = ".token" } }
refusals = [
  { code = "bad_code", kind = "expired_code", en = "Old.", zh = "旧。" },
  { code = "bad_code", message = "used \"twice\" already", kind = "expired_code", en = "Used.", zh = "用过。" },
  { code = "bad_code", message = "bad code", kind = "expired_code", en = "Wrong.", zh = "不对。" },
  { code = "bad_client", kind = "invalid_client", en = "Who?", zh = "谁？" },
  { code = "acme_client", kind = "invalid_client", en = "Not here.", zh = "不在。" },
  { code = "ABC1234", kind = "denied", en = "One.", zh = "一。" },
  { code = "ABC1235", kind = "denied", en = "Two.", zh = "二。" },
  { code = "ABC1236", kind = "denied", en = "Three.", zh = "三。" },
]
[profiles.bolt]
reply = { ok = "has(\"error\") | not", code = ".error?", message = ".text?" }
token = { method = "POST", url = "https://bolt.example/token", read = { access_token = ".token" } }
refusals = [
  { code = "bad_code", kind = "expired_code", en = "Code.", zh = "码。" },
  { code = "bad_client", kind = "invalid_client", en = "Client.", zh = "客户端。" },
  { code = "BC1234", kind = "denied", en = "Eins.", zh = "壹。" },
  { code = "BC1235", kind = "denied", en = "Zwei.", zh = "贰。" },
]
`)
}

// TestNarrow: a code or message of only one vendor is read as that vendor's. One of several
// vendors is read as any of theirs.
func TestNarrow(t *testing.T) {
	t.Parallel()
	profiles := standards(t)
	bothCodes := []string{"acme bad_client", "acme bad_code", "bolt bad_client", "bolt bad_code"}
	bothOldCode := []string{"acme bad_code", "bolt bad_code"}
	page := "<h1>Sorry</h1>\n<p>used &quot;twice&quot; already</p>\nbad_client\n"
	for text, want := range map[string][]string{
		"bad_code":                         bothOldCode,
		"bad_code, bad_client":             bothCodes, // the same vendors have both
		"bad_client: it lacks acme_client": {"acme acme_client"},
		`{"error":"bad_code","text":"x"}`:  bothOldCode,
		`{"error":"bad_code","text":"Sorry: used \"twice\" already"}`: {`acme bad_code: used "twice" already`},

		// The number alone of a code, and codes that look like a profile's.
		"1236":                {"acme ABC1236"},
		"236":                 nil,
		`{"error":"ABC9999"}`: {"acme ABC9999"},
		`{"error":"ABC999"}`:  {"acme ABC999", "bolt ABC999"},
		`{"error":"AB9999"}`:  {"acme AB9999", "bolt AB9999"},
		`{"error":"BC9999"}`:  {"acme BC9999", "bolt BC9999"}, // bolt lists only two

		// A message alone, and in a page. A message of two words may be any vendor's.
		`used "twice" already`: {`acme bad_code: used "twice" already`},
		"bad code":             {"acme bad_code: bad code"},
		"it was a bad code\n":  nil,
		page:                   {`acme bad_client`, `acme bad_code: used "twice" already`},
		strings.ReplaceAll(page, "<h1>", "10:15:00 "):                  {"acme bad_client", `bolt bad_client`},
		page + `{"level":"info"}`:                                      {"acme bad_client", `bolt bad_client`},
		page + strings.Repeat(" and so on", 2000):                      {"acme bad_client", `bolt bad_client`},
		strings.ReplaceAll(page, `used &quot;twice&quot; already`, ""): {"acme bad_client", `bolt bad_client`},
	} {
		var got []string
		for _, f := range explain.Find(t.Context(), text, profiles) {
			for _, p := range f.Profiles {
				got = append(got, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", p.Name, f.Code, f.Message), ": "))
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.80q (-want +got):\n%s", text, diff)
		}
	}
}
