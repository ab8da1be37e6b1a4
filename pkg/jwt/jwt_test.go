package jwt_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/jwt"
	"ssoctl/pkg/lang"
)

func part(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }

// TestDamage: the error says where the token is damaged, and contains no other part of it.
func TestDamage(t *testing.T) {
	head, claims, signature := part(`{"alg":"none"}`), part(`{"sub":"secret-subject"}`), "c2VjcmV0LXNpZ25hdHVyZQ"
	type place struct {
		Part, Offset int
		Problem      string
	}
	got, want := map[string]place{}, map[string]place{
		"":                                      {0, 0, "there is no dot in it (0 characters)"},
		strings.Repeat("a.", 40<<10):            {0, 0, "it is larger than 64 KiB"},
		head + "." + claims:                     {0, 0, "it has 2 parts: expected 3 with dots in between, or 5 if it is encrypted"},
		`{"payload":"x"}`:                       {0, 0, "this is JSON"},
		head + " ." + claims + "." + signature:  {1, len(head), "part 1 (header) is not base64url: a space at offset 19 of the token"},
		head + "." + claims + ".\n" + signature: {3, len(head) + len(claims) + 2, "part 3 (signature) is not base64url: a line end at offset 53 of the token"},

		head + "." + claims + "." + signature + "=":                {3, len(head) + len(claims) + len(signature) + 2, "part 3 (signature) is not base64url: the padding =, which a JWT does not have, at offset 75 of the token"},
		head + "." + claims + "." + signature[:20] + "/":           {3, len(head) + len(claims) + 22, "part 3 (signature) is not base64url: the / of base64 at offset 73 of the token"},
		head + "." + claims + "." + signature[:21]:                 {3, len(head) + len(claims) + 2 + 21, "part 3 (signature) is cut off or changed: its 21 characters are not valid base64url"},
		head + ".e." + signature:                                   {2, len(head) + 2, "part 2 (claims) is cut off or changed: its 1 character is not valid base64url"},
		head + "." + claims + "." + signature[:21] + "R":           {3, len(head) + len(claims) + 2 + 22, "part 3 (signature) is cut off or changed: its 22 characters are not valid base64url"},
		head + "." + claims + "\x1b." + signature:                  {2, len(head) + 1 + len(claims), `part 2 (claims) is not base64url: "\x1b" at offset 52 of the token`},
		head + "." + part(`{"sub":`) + ".":                         {2, 0, "part 2 (claims) is not valid JSON: it is cut off, or text follows it (7 bytes)"},
		head + "." + part(`{} {}`) + ".":                           {2, 0, "part 2 (claims) is not valid JSON: it is cut off, or text follows it (5 bytes)"},
		head + "." + part(`{"sub":x}`) + ".":                       {2, 7, "part 2 (claims) is not valid JSON: error at offset 7 of 9 bytes"},
		part(`"none"`) + "." + claims + ".":                        {1, 0, "part 1 (header) is JSON, but not an object"},
		part(`{"enc":"A256GCM"}`) + ".!.AA.AA.AA":                  {2, 24, "part 2 of an encrypted token is not base64url: ! at offset 24 of the token"},
		strings.Join([]string{head, claims, signature, "AA"}, "."): {0, 0, "it has 4 parts: expected 3 with dots in between, or 5 if it is encrypted"},
	}
	for text := range want {
		_, err := jwt.Read(text)
		e, is := errors.AsType[*jwt.FormatError](err)
		if !is {
			t.Errorf("%q: %v, want a *FormatError", text, err)
			continue
		}
		got[text] = place{e.Part, e.Offset, e.Problem.EN}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSurroundings: text around a copied token is ignored.
func TestSurroundings(t *testing.T) {
	token := part(`{"alg":"none"}`) + "." + part(`{}`) + "."
	for _, text := range []string{token, " " + token + "\n", `"` + token + `"`, "Bearer " + token, "bearer  " + token, "Authorization: Bearer " + token} {
		got, err := jwt.Read(text)
		if err != nil || got.Text != token {
			t.Errorf("%q: %q, %v", text, got.Text, err)
		}
	}
}

// TestTimes: times are described in words, in both languages.
func TestTimes(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	token, err := jwt.Read(part(`{"alg":"none"}`) + "." + part(`{"exp":999820,"nbf":1000061,"iat":999999,"auth_time":910000,"updated_at":1.5e6,"other":999820}`) + ".")
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[lang.Lang]string{
		lang.EN: `header.alg         none
claims.auth_time   910000 (1970-01-11T12:46:40Z: 1 day 1 hour ago)
claims.exp         999820 (1970-01-12T13:43:40Z: expired 3 minutes ago)
claims.iat         999999 (1970-01-12T13:46:39Z: 1 second ago)
claims.nbf         1000061 (1970-01-12T13:47:41Z: not valid before 1 minute 1 second from now)
claims.other       999820
claims.updated_at  1.5e6 (1970-01-18T08:40:00Z: in 5 days 18 hours, which is in the future)
verified           yes: signature, iss
`,
		lang.ZH: `header.alg         none
claims.auth_time   910000（1970-01-11T12:46:40Z：1 天 1 小时前）
claims.exp         999820（1970-01-12T13:43:40Z：3 分钟前已过期）
claims.iat         999999（1970-01-12T13:46:39Z：1 秒前）
claims.nbf         1000061（1970-01-12T13:47:41Z：1 分钟 1 秒后才生效）
claims.other       999820
claims.updated_at  1.5e6（1970-01-18T08:40:00Z：5 天 18 小时后，是将来的时间）
verified           是：signature、iss
`,
	} {
		res, err := jwt.View{Lang: language, Now: now}.Result(token, jwt.Verification{Compared: []string{"signature", "iss"}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, res.Text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
	}
}
