package emulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// proves reports whether the step sends an input or a digest of it, so that the vendor
// can detect a wrong value.
func proves(s *profile.Step, input string) bool {
	if _, derived := s.Make(input); derived {
		return false // its key is the input
	}
	if s.Uses(input) {
		return true
	}
	return (input == "client_id" || input == "client_secret") && s.Uses("basic_auth")
}

// TestWrongInput checks that a client with a wrong input is refused, and that the code or
// token stays usable.
func TestWrongInput(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for _, name := range c.p.InputNames() {
			in := c.p.Inputs[name]
			if (!in.Secret && name != "client_id") || !proves(s, name) {
				continue
			}
			right := c.values[name]
			text, _ := c.values.Text(name)
			wrongs := []string{text + "x", text[:len(text)-1], "X" + text[1:], "wrong"}
			if algorithms := c.p.KeyOf(name); len(algorithms) > 0 {
				wrongs = []string{strangersKey(t, algorithms[0])}
			}
			for _, wrong := range wrongs {
				c.values[name] = wrong
				if in.Secret {
					c.values[name] = secret.New(wrong)
				}
				c.refused(c.send(s, c.build(s)), "invalid_client")
			}
			c.values[name] = right
		}
		c.pass(s)
	})
}

// strangersKey returns a private key for an algorithm, in PEM, that the emulator does not
// know.
func strangersKey(t *testing.T, algorithm string) string {
	t.Helper()
	var private any
	var err error
	switch algorithm {
	case "rsa-sha256":
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ES256":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		t.Fatalf("no test makes a key for %s", algorithm)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestTimestamp(t *testing.T) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if !s.Uses("timestamp") && !s.Uses("timestamp_ms") {
			return
		}
		met++
		for _, c.skew = range []time.Duration{6 * time.Minute, -6 * time.Minute, 24 * time.Hour} {
			got := c.send(s, c.build(s))
			c.refused(got, "invalid_client")
			if !strings.Contains(got.event.Diagnosis, "clock") {
				t.Error(got.event.Diagnosis)
			}
		}
		c.skew = -4 * time.Minute
		c.pass(s)
	})
	if met == 0 {
		t.Error("no profile has a timestamp")
	}
}

func TestSignature(t *testing.T) {
	met := 0
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		key, ok := holding(s, "sign")
		if !ok {
			return
		}
		met++
		group, name, _ := strings.Cut(key, ".")
		// change changes character i of the signature, and returns its length.
		change := func(w *wire, i int) int {
			q := w.URL.Query()
			if group == "form" {
				q, _ = url.ParseQuery(string(w.body))
			}
			sign := []byte(q.Get(name) + w.Header.Get(name))
			if len(sign) == 0 {
				t.Fatal("no signature in ", key)
			}
			sign[i] ^= 1
			q.Set(name, string(sign))
			switch group {
			case "headers":
				w.Header.Set(name, string(sign))
			case "query":
				w.URL.RawQuery = q.Encode()
			default:
				w.body = []byte(q.Encode())
			}
			return len(sign)
		}
		for i, length := 0, 1; i < length; i += 1 + length/65 { // each of a digest, some of an RSA signature
			w := c.build(s)
			length = change(w, i)
			got := c.send(s, w)
			c.refused(got, "invalid_client")
			if !strings.Contains(got.event.Diagnosis, "the text to sign is ") {
				t.Error("the diagnosis lacks the text to sign:", got.event.Diagnosis)
			}
		}
		if name, _ := s.Signature(); s.Covers(name) {
			w := c.build(s)
			w.URL.RawQuery += "&more=1"
			c.refused(c.send(s, w), "invalid_client")
		}
		c.pass(s)
	})
	if met == 0 {
		t.Error("no profile has a signature")
	}
}

func TestBasicAuthMalformed(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		if !s.Uses("basic_auth") {
			return
		}
		id, _ := c.values.Text("client_id")
		for _, value := range []string{"Basic", "Basic !", "Bearer x", "Basic " + base64.StdEncoding.EncodeToString([]byte(id)), "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":wrong"))} {
			w := c.build(s)
			w.Header.Set("Authorization", value)
			got := c.send(s, w)
			c.refused(got, "invalid_client")
			if got.status == http.StatusUnauthorized && !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
				t.Error("401 without WWW-Authenticate")
			}
		}
		c.pass(s)
	})
}

func TestRefuse(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for _, kind := range profile.Kinds {
			refusal, listed := refusalFor(c.p, s, kind)
			if !listed && kind == "rate_limited" {
				continue // always possible: see TestFaultsThatRefuse
			}
			played := refusal.Kind
			if err := c.refuseNext(c.p.Name, s.Name, kind); (err == nil) != listed {
				t.Errorf("%s: listed %v: %v", kind, listed, err)
			}
			if !listed {
				continue
			}
			got := c.send(s, c.build(s))
			if got.verdict.OK || got.kind != played || got.event.Refusal != kind || got.event.Diagnosis == "" {
				t.Errorf("%s: %d %s %+v", kind, got.status, got.body, got.event)
			}
			if refusal.Status != 0 && refusal.Status != got.status {
				t.Errorf("%s: status %d, want %d", kind, got.status, refusal.Status)
			}
		}
		c.pass(s) // each fault happens once
	})
	each(t, func(t *testing.T, c *party) {
		for _, bad := range [][3]string{{"no-profile", "userinfo", "bad_request"}, {c.p.Name, "no-step", "bad_request"}, {c.p.Name, "userinfo", "no_kind"}} {
			if c.refuseNext(bad[0], profile.StepName(bad[1]), profile.Kind(bad[2])) == nil {
				t.Errorf("%v is accepted", bad)
			}
		}
		if _, ok := c.p.RefusalOf("denied"); !ok || c.p.Authorize == nil {
			return
		}
		if err := c.refuseNext(c.p.Name, "authorize", "denied"); err != nil {
			t.Fatal(err)
		}
		query := c.authorize(c.build(c.p.Authorize)).Query()
		if query.Get("error") == "" || query.Has(c.p.Authorize.CodeParams()[0]) || c.p.Authorize.Uses("state") && query.Get("state") == "" {
			t.Errorf("denied: %v", query)
		}
		c.login()
	})
}

func TestUUID(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		key, ok := holding(s, "uuid")
		if !ok {
			return
		}
		first := c.build(s)
		_, name, _ := strings.Cut(key, ".")
		id := first.URL.Query().Get(name)
		c.send(s, first)
		c.ready(s)
		again := func(id string) answer {
			w := c.build(s)
			w.set(t, key, id)
			return c.send(s, w)
		}
		c.refused(again(id), "bad_request")
		c.refused(again(strings.ToUpper(id)), "bad_request")
		// A malformed uuid is reported, and refused only if it is sent again.
		for _, odd := range []string{"no uuid of " + string(s.Name), strings.ReplaceAll(id, "-", "")} {
			c.ready(s)
			got := again(odd)
			if want := key + ": expected a UUID, got " + odd + " (not enforced)"; !got.verdict.OK || got.event.Refusal != "" || got.event.Diagnosis != want {
				t.Errorf("%s: %s %+v", odd, got.body, got.event)
			}
			c.ready(s)
			c.refused(again(odd), "bad_request")
		}
		c.pass(s)
	})
}
