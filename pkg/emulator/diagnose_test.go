package emulator_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// TestDiagnosisOfSignature checks that the diagnosis says how a wrong signature was made, if
// documents leave that way open.
func TestDiagnosisOfSignature(t *testing.T) {
	w, _ := shopping(t)
	text := func(params, at string) string { return "GETapp" + params + at + shopSecret }
	raw := func(params, at string) []byte { b, _ := hex.DecodeString(rightly(params, at)); return b }
	const masked = `"GETappclient=shop-client&at=1795251600000&note=A%20b1795251600000emul…real (31)"`
	for how, sign := range map[string]func(params, at string) string{
		"in upper-case hex instead of lower-case hex": func(p, at string) string { return strings.ToUpper(rightly(p, at)) },
		"in base64 instead of lower-case hex":         func(p, at string) string { return base64.StdEncoding.EncodeToString(raw(p, at)) },
		"in base64url instead of lower-case hex":      func(p, at string) string { return base64.RawURLEncoding.EncodeToString(raw(p, at)) },
		"with the time in seconds; the texts first differ at byte 63: expected \"0\", got \"e\"": func(p, at string) string {
			return sha256hex("GETapp" + p + at[:10] + shopSecret)
		},
		"without {params}; the texts first differ at byte 7: expected \"c\", got \"1\"": func(_, at string) string { return sha256hex("GETapp" + at + shopSecret) },
		"without {client_secret}; the texts first differ at byte 66: expected \"e\", got the end": func(p, at string) string {
			return sha256hex(strings.TrimSuffix(text(p, at), shopSecret))
		},
		"with the query sorted; the texts first differ at byte 7: expected \"c\", got \"a\"": func(p, at string) string {
			return sha256hex("GETapp" + "at=" + at + "&client=shop-client&note=A%20b" + at + shopSecret)
		},
		"with the query percent-decoded": func(p, at string) string { return sha256hex(text(strings.ReplaceAll(p, "%20", " "), at)) },
		"with the slashes of the path; the texts first differ at byte 4: expected \"a\", got \"/\"": func(p, at string) string {
			return sha256hex("GET/app" + p + at + shopSecret)
		},
		"with the whole path, from the root of the host": func(p, at string) string { return sha256hex("GETownapp" + p + at + shopSecret) },
		"with the method in lower case":                  func(p, at string) string { return sha256hex("getapp" + p + at + shopSecret) },
		"with the whole text in lower case":              func(p, at string) string { return sha256hex(strings.ToLower(text(p, at))) },
		"with the time in seconds, without {client_secret}, in upper-case hex instead of lower-case hex": func(p, at string) string {
			return strings.ToUpper(sha256hex("GETapp" + p + at[:10]))
		},
		`with the parts in the order {client_secret} {method} {path_compact} {params} {timestamp_ms}, with "|" between the parts; the texts first differ at byte 1`: func(p, at string) string {
			return sha256hex(shopSecret + "|GET|app|" + p + "|" + at)
		},
		"without {client_secret}, by hmac-sha256 with the key {client_secret} instead of sha256; the texts first differ at byte 66": func(p, at string) string {
			h := hmac.New(sha256.New, []byte(shopSecret))
			h.Write([]byte("GETapp" + p + at))
			return hex.EncodeToString(h.Sum(nil))
		},
	} {
		got := w.signed(t, sign, "note=A%20b")
		said := got.diagnosis()
		if got.status != 401 || !strings.HasPrefix(said, "query.sign: is not the expected signature: it was made "+how) ||
			!strings.Contains(said, "the text to sign is "+masked) {
			t.Errorf("%s: %d %s", how, got.status, said)
		}
	}
	for name, sign := range map[string]func(params, at string) string{
		"expected 9fd5":  func(p, at string) string { return sha256hex("something else") },
		"it has 3 chara": func(p, at string) string { return "abc" },
		"mask the key":   func(p, at string) string { return sha256hex(strings.ReplaceAll(text(p, at), "not", "nto")) },
	} {
		said := w.signed(t, sign, "note=A%20b").diagnosis()
		if strings.Contains(said, "it was made") || !strings.Contains(said, "the text to sign is "+masked) || !strings.Contains(said, "expected ") || strings.Contains(said, shopSecret) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestDiagnosisOfTime(t *testing.T) {
	w, _ := shopping(t)
	ask := func(at int64) string {
		params := "client=shop-client&at=" + strconv.FormatInt(at, 10)
		got := w.call(t, "GET", "/own/app?"+params+"&sign="+rightly(params, strconv.FormatInt(at, 10)), "")
		if got.status == 200 && strings.Contains(got.body, `"ok":true`) {
			t.Errorf("%d is accepted", at)
		}
		return got.diagnosis()
	}
	now := w.Now()
	for want, at := range map[string]int64{
		"query.at: is 5 min 1 s ahead of the emulator's clock (2026-11-21T09:00:00Z), more than the 5 min allowed": now.Add(301 * time.Second).UnixMilli(),
		"query.at: is 8 h behind the emulator's clock":                                                             now.Add(-8 * time.Hour).UnixMilli(),
		"query.at: is 3 days 1 h behind the emulator's clock":                                                      now.Add(-73 * time.Hour).UnixMilli(),
		"query.at: expected a time in milliseconds, got 1795251600: this is in seconds":                            now.Unix(),
		"query.at: expected a time in milliseconds, got 17952516000000":                                            now.UnixMilli() * 10,
	} {
		if said := ask(at); !strings.HasPrefix(said, want) {
			t.Errorf("%s, want %s", said, want)
		}
	}
}

func TestDiagnosisOfValues(t *testing.T) {
	w, code := shopping(t)
	const wrong = "is not the registered value: expected emul…real (31), got "
	for _, c := range []struct{ member, value, want string }{
		{"secret", shopSecret + " ", "json.secret: " + wrong + "emul…eal  (32); it continues after the expected 31 characters; there is white space around it"},
		{"secret", strings.ToUpper(shopSecret), "only the case differs"},
		{"secret", `"` + shopSecret + `"`, "there are quotes around it"},
		{"secret", "shop-client", "json.secret: " + wrong + "[redacted]; the first difference is at character 1 (got 11 characters, expected 31); it is the value of client_id"},
		{"secret", shopSecret[:20], "got emul…secr (20); it ends after 20 of 31 characters"},
		{"client", "shop%2Dclient", "json.client: expected shop-client, got shop%2Dclient; it is percent-encoded once too often"},
		{"client", "other\nclient", `json.client: expected shop-client, got "other\nclient"`},
		{"client", "店", "json.client: expected shop-client, got 店"},
		{"back", "http://127.0.0.1:1/", "json.back: the code was issued for http://127.0.0.1:0/callback, sent with http://127.0.0.1:1/; it was issued to request 1"},
		{"back", "", "json.back: is missing"},
		{"extra", "x", "json.extra: was sent, but this step ignores it"},
	} {
		got := w.trade(t, code, c.member, c.value)
		if said := got.diagnosis(); !strings.Contains(said, c.want) || strings.Contains(said, shopSecret) {
			t.Errorf("%s %q: %s", c.member, c.value, said)
		}
		if c.member == "extra" {
			break // this request is accepted
		}
	}
	w.clockTick(1200 * time.Millisecond)
	got := w.trade(t, code)
	if said, want := got.diagnosis(), "json.code: was redeemed 1.2 s ago by request 12; the tokens issued for it are now revoked"; said != want {
		t.Errorf("%s, want %s", said, want)
	}
	token := w.trade(t, w.loginAtShop(t)).token(t)
	got = w.call(t, "GET", "/own/me", "", "Authorization", "Bearer "+token+"x")
	if said := got.diagnosis(); !strings.HasPrefix(said, "headers.Authorization: this access_token was not issued here") {
		t.Error(said)
	}
	got = w.signed(t, rightly)
	if got.header.Values(emulator.DiagnosisHeader) != nil {
		t.Errorf("a correct request has the diagnosis %s", got.diagnosis())
	}
	got = w.call(t, "GET", "/own/login?client=shop-client&back="+url.QueryEscape(shopBack)+"&state=s", "", "Authorization", "Bearer "+token)
	if said := got.diagnosis(); got.status != 302 || said != "headers.Authorization: was sent, but this step ignores it" {
		t.Errorf("%d %s", got.status, said)
	}
	got = w.call(t, "GET", "/own/mee", "")
	if said := got.diagnosis(); !strings.HasPrefix(said, "path: own does not serve this path; it serves ") {
		t.Error(said)
	}
}

func (w *world) clockTick(d time.Duration) {
	if err := w.Advance(d); err != nil {
		w.t.Fatal(err)
	}
}

// TestDiagnosisHeader checks that the header is one line of printable ASCII, is not too
// long, and agrees with the ledger.
func TestDiagnosisHeader(t *testing.T) {
	w, code := shopping(t)
	got := w.trade(t, code, "back", "http://127.0.0.1/回调\r\nX-Forged: 1 100%"+strings.Repeat("界", 100), strings.Repeat("名", 300), "x")
	text := got.header.Get(emulator.DiagnosisHeader)
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) || len(text) > 1<<10 || len(text) < 900 || !strings.HasSuffix(text, "...") || got.header.Get("X-Forged") != "" {
		t.Errorf("%d: %s", len(text), text)
	}
	said := strings.TrimSuffix(got.diagnosis(), "...")
	r := w.Requests(emulator.Filter{})[1]
	if said == "" || !strings.HasPrefix(r.Diagnosis, said) || !strings.Contains(said, "回调") {
		t.Errorf("the header says %s\nthe ledger %s", said, r.Diagnosis)
	}
	quiet, err := emulator.New(emulator.Options{Profiles: w.profiles, Address: w.address, Now: w.now, Rand: w.rand, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	w.Emulator = quiet
	if got := w.trade(t, "none"); got.header.Values(emulator.DiagnosisHeader) != nil || w.Requests(emulator.Filter{})[0].Diagnosis == "" {
		t.Errorf("%v", got.header)
	}
}

// TestDiagnosisIsBesideTheWire checks that the diagnosis is in the header, but not in the
// body.
func TestDiagnosisIsBesideTheWire(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		r := c.build(s)
		r.URL.RawQuery += "&unheard=1"
		got := c.send(s, r)
		if said := got.header.Get(emulator.DiagnosisHeader); said == "" || strings.Contains(got.body, "unheard") {
			t.Errorf("%q beside %s", said, got.body)
		}
		c.silent(got.header.Get(emulator.DiagnosisHeader))
	})
}

// TestVerifierForm tests code_verifiers against RFC 7636 §4.1.
func TestVerifierForm(t *testing.T) {
	eachUser(t, "code_verifier", func(t *testing.T, c *party, s *profile.Step) {
		for _, verifier := range []string{strings.Repeat("v", 42), strings.Repeat("v", 129), strings.Repeat("v", 43) + "+/"} {
			sum := sha256.Sum256([]byte(verifier))
			challenge := base64.RawURLEncoding.EncodeToString(sum[:])
			code, err := c.IssueCode(c.p.Name, emulator.Grant{CodeChallenge: challenge})
			if err != nil {
				t.Fatal(err)
			}
			c.values["code"], c.values["code_verifier"] = code, verifier
			got := c.send(s, c.build(s))
			c.refused(got, "bad_request")
			if !strings.Contains(got.event.Diagnosis, "needs 43 to 128 of") {
				t.Error(got.event.Diagnosis)
			}
		}
	})
}
