package emulator_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// proves reports whether the step sends an input, or a digest of it, so that the
// vendor notices a wrong one.
func proves(s *profile.Step, input string) bool {
	if s.Uses(input) {
		return true
	}
	return (input == "client_id" || input == "client_secret") && s.Uses("basic_auth")
}

// TestWrongInput: the client is not the one that is registered. Nothing that
// the right one holds is used up by it.
func TestWrongInput(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for _, name := range c.p.InputNames() {
			in := c.p.Inputs[name]
			if (!in.Secret && name != "client_id") || !proves(s, name) {
				continue
			}
			right := c.values[name]
			text, _ := c.values.Text(name)
			for _, wrong := range []string{text + "x", text[:len(text)-1], "X" + text[1:], "wrong"} {
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

func TestMissingMember(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for key, template := range members(s) {
			kinds, leaves := []string{"missing_parameter", "bad_request"}, true
			for _, ph := range template.Placeholders() {
				leaves = !ph.Optional
				if recipe.IsClientAuth(ph.Name) {
					_, leaves = c.sends(s, key)
					kinds = []string{"invalid_client"}
				}
			}
			if !leaves {
				continue
			}
			w := c.build(s)
			w.set(t, key, nil)
			t.Log(key)
			c.refused(c.send(s, w), kinds...)
			if strings.HasPrefix(key, "headers.") {
				continue
			}
			w = c.build(s)
			w.set(t, key, "")
			if got := c.send(s, w); got.verdict.OK {
				t.Errorf("%s may be empty: %s", key, got.body)
			}
		}
		c.pass(s)
	})
}

// sends reports whether a request of c's to s has that member.
func (c *party) sends(s *profile.Step, key string) (string, bool) {
	w := c.build(s)
	group, name, _ := strings.Cut(key, ".")
	if group == "headers" {
		return w.Header.Get(name), w.Header.Get(name) != ""
	}
	return "", bytes.Contains(w.body, []byte(name+"="))
}

func TestMalformedMember(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for key, template := range members(s) {
			group, name, _ := strings.Cut(key, ".")
			w := c.build(s)
			switch group {
			case "query":
				w.URL.RawQuery += "&" + name + "=again"
				if !strings.Contains(w.URL.RawQuery, name+"=a") {
					continue
				}
			case "form":
				if _, sent := c.sends(s, key); !sent {
					continue
				}
				w.body = append(w.body, []byte("&"+name+"=again")...)
			case "json":
				if ph, _ := template.Only(); ph.Optional {
					continue
				}
				w.set(t, key, 5)
			default:
				continue
			}
			t.Log(key)
			c.refused(c.send(s, w), "bad_request")
		}
		for key, template := range members(s) {
			if len(template.Placeholders()) > 0 {
				continue
			}
			w := c.build(s)
			w.set(t, key, "something-else")
			t.Log(key)
			c.refused(c.send(s, w), "bad_request")
		}
		c.pass(s)
	})
}

func TestTypedMember(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for name, in := range c.p.Inputs {
			key, ok := holding(s, name)
			if !ok || in.Type != "int" || !strings.HasPrefix(key, "json.") {
				continue
			}
			w := c.build(s)
			w.set(t, key, "1")
			c.refused(c.send(s, w), "bad_request")
			w = c.build(s)
			w.set(t, key, 1.5)
			c.refused(c.send(s, w), "bad_request")
			w = c.build(s)
			w.set(t, key, 1)
			if got := c.send(s, w); !got.verdict.OK {
				t.Errorf("%s: %s", key, got.body)
			}
		}
	})
}

func TestPatternOfWhatTheClientChooses(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for name, in := range c.p.Inputs {
			key, ok := holding(s, name)
			if !ok || in.Pattern == "" || in.Secret || in.Required {
				continue
			}
			w := c.build(s)
			if in.Type == "int" {
				w.set(t, key, 77777)
			} else {
				w.set(t, key, "no such value")
			}
			c.refused(c.send(s, w), "bad_request")
		}
	})
}

func TestWrongBody(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		right := s.ContentType()
		if right == "" {
			return
		}
		for _, contentType := range []string{"text/plain", "application/xml", "", "application/json; charset=gbk"} {
			w := c.build(s)
			w.Header.Set("Content-Type", contentType)
			c.refused(c.send(s, w), "bad_request")
		}
		other := map[string]string{"application/json": "a=b", "application/x-www-form-urlencoded": "{}"}[right]
		for _, body := range []string{other, "{", "[]", strings.Repeat("x", 1<<20+1), strings.Repeat(" ", 1<<20) + other} {
			w := c.build(s)
			w.body = []byte(body)
			if got := c.send(s, w); got.verdict.OK || got.event.Refusal == "" {
				t.Errorf("accepted %.20s", body)
			} else if len(body) > 1<<20 {
				c.refused(got, "bad_request")
			}
		}
		c.pass(s)
	})
}

func TestUnknownMemberIsReported(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		w := c.build(s)
		group := "query"
		if s.JSON != nil {
			group = "json"
		} else if s.Form != nil {
			group = "form"
		} else if s.Sign != nil {
			return // it is signed
		}
		w.set(t, group+".unheard", "topsecret")
		got := c.send(s, w)
		e := got.event
		if !got.verdict.OK || e.Refusal != "" || len(e.Problems) != 1 || e.Problems[0].Kind != recipe.Unread || !strings.Contains(e.Diagnosis, "unheard") || strings.Contains(e.Diagnosis, "topsecret") {
			t.Errorf("%s: %+v", got.body, e)
		}
	})
}

func TestWrongPathAndMethod(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		w := c.build(s)
		w.Method = http.MethodPut
		got := c.send(s, w)
		if got.status != http.StatusMethodNotAllowed || !strings.Contains(got.header.Get("Allow"), s.Method) || got.event.Refusal != "bad_request" {
			t.Errorf("%d %v %+v", got.status, got.header, got.event)
		}
		w = c.build(s)
		w.URL.Path += "/more"
		if got = c.send(s, w); got.status != http.StatusNotFound || got.event.Refusal != "not_found" || !strings.Contains(got.event.Diagnosis, s.Method+" /") {
			t.Errorf("%d %+v", got.status, got.event)
		}
	})
	each(t, func(t *testing.T, c *party) {
		s := &profile.Step{} // judged by [reply] alone
		for method, kinds := range map[string][]string{http.MethodGet: {"not_found", "bad_request"}} {
			r, _ := http.NewRequest(method, c.address+"/"+c.p.Name+"/nowhere", nil)
			c.refused(c.send(s, &wire{Request: r}), kinds...)
		}
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
		c.refused(again("not-a-uuid"), "bad_request")
		c.refused(again(strings.ReplaceAll(id, "-", "")), "bad_request")
		c.pass(s)
	})
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
		_, name, _ := strings.Cut(key, ".")
		sign := c.build(s).Header.Get(name)
		for i := range sign {
			w := c.build(s)
			b := []byte(w.Header.Get(name))
			b[i] ^= 1
			w.Header.Set(name, string(b))
			got := c.send(s, w)
			c.refused(got, "invalid_client")
			if !strings.Contains(got.event.Diagnosis, secret.Redacted) {
				t.Error("the signed text is not told:", got.event.Diagnosis)
			}
		}
		w := c.build(s)
		w.URL.RawQuery += "&more=1"
		c.refused(c.send(s, w), "invalid_client")
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
			listed := slices.ContainsFunc(c.p.Refusals, func(r profile.Refusal) bool { return r.Kind == kind })
			if err := c.Refuse(c.p.Name, s.Name, kind); (err == nil) != listed {
				t.Errorf("%s: listed %v: %v", kind, listed, err)
			}
			if !listed {
				continue
			}
			got := c.send(s, c.build(s))
			if got.verdict.OK || got.kind != kind || got.event.Refusal != kind || got.event.Diagnosis == "" {
				t.Errorf("%s: %d %s %+v", kind, got.status, got.body, got.event)
			}
			if r, _ := c.p.RefusalOf(kind); r.Status != 0 && r.Status != got.status {
				t.Errorf("%s: status %d, want %d", kind, got.status, r.Status)
			}
		}
		c.pass(s) // each is refused once
	})
	each(t, func(t *testing.T, c *party) {
		for _, bad := range [][3]string{{"no-profile", "userinfo", "bad_request"}, {c.p.Name, "no-step", "bad_request"}, {c.p.Name, "userinfo", "no_kind"}} {
			if c.Refuse(bad[0], bad[1], bad[2]) == nil {
				t.Errorf("%v is accepted", bad)
			}
		}
		if _, ok := c.p.RefusalOf("denied"); !ok || c.p.Authorize == nil {
			return
		}
		if err := c.Refuse(c.p.Name, "authorize", "denied"); err != nil {
			t.Fatal(err)
		}
		query := c.authorize(c.build(c.p.Authorize)).Query()
		if query.Get("error") == "" || query.Has(c.p.Authorize.CodeParams()[0]) || c.p.Authorize.Uses("state") && query.Get("state") == "" {
			t.Errorf("denied: %v", query)
		}
		c.login()
	})
}

func TestCodeIsForOneProfile(t *testing.T) {
	w := start(t, builtins(t)...)
	for i, p := range w.profiles {
		other := w.party(t, w.profiles[(i+1)%len(w.profiles)])
		other.login()
		c := w.party(t, p)
		s := p.Exchange
		if s == nil {
			s = p.UserInfo
		}
		c.ready(s)
		c.values["code"] = other.values["code"]
		got := c.send(s, c.build(s))
		c.refused(got, "invalid_code", "expired_code", "bad_request")
		if !strings.Contains(got.event.Diagnosis, "it is a code of "+other.p.Name) {
			t.Error(got.event.Diagnosis)
		}
	}
}
