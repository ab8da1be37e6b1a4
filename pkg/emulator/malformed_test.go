package emulator_test

import (
	"bytes"
	"cmp"
	"net/http"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

func TestMissingMember(t *testing.T) {
	eachStep(t, func(t *testing.T, c *party, s *profile.Step) {
		for key, template := range members(s) {
			kinds, leaves := []profile.Kind{"missing_parameter", "bad_request"}, true
			for _, ph := range template.Placeholders() {
				leaves = !ph.Optional
				if recipe.IsClientAuth(ph.Name) {
					_, leaves = c.sends(s, key)
					kinds = []profile.Kind{"invalid_client"}
				}
			}
			if strings.HasPrefix(string(template), "Bearer {") {
				kinds = []profile.Kind{"invalid_token"}
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

// sends reports whether the client's request to s has this member, and returns its value
// if it is a header.
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
			// A secret in the wrong place is not shown either.
			misplaced, _ := c.values.Text("client_secret")
			for _, wrong := range []string{"something-else", misplaced} {
				w := c.build(s)
				w.set(t, key, wrong)
				got := c.send(s, w)
				c.refused(got, "bad_request")
				if got.event.Step != s.Name {
					t.Errorf("%s: taken for %s", key, got.event.Step)
				}
			}
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
		if name, signed := s.Signature(); signed && s.Covers(name) {
			return // the signature covers the unknown member
		}
		w := c.build(s)
		group := "query"
		if s.JSON != nil {
			group = "json"
		} else if s.Form != nil {
			group = "form"
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
		status, kind := http.StatusNotFound, profile.KindBadRequest
		if r, own := c.p.RefusalAbout("not_found", "path"); own {
			status, kind = cmp.Or(r.Status, http.StatusOK), r.Kind
		}
		if got = c.send(s, w); got.status != status || got.event.Refusal != kind || !strings.Contains(got.event.Diagnosis, s.Method+" /") {
			t.Errorf("%d %+v", got.status, got.event)
		}
	})
	each(t, func(t *testing.T, c *party) {
		s := &profile.Step{} // only the profile's [reply] applies
		kind := profile.KindBadRequest
		if r, own := c.p.RefusalAbout("not_found", "path"); own {
			kind = r.Kind
		}
		r, _ := http.NewRequest(http.MethodGet, c.address+"/"+c.p.Name+"/nowhere", nil)
		c.refused(c.send(s, &wire{Request: r}), kind)
	})
}

func TestCodeIsForOneProfile(t *testing.T) {
	w := start(t, builtins(t)...)
	for i, p := range w.profiles {
		other := w.party(t, w.profiles[(i+1)%len(w.profiles)])
		other.login()
		c := w.party(t, p)
		s := redeems(p)
		c.ready(s)
		c.values["code"] = other.values["code"]
		got := c.send(s, c.build(s))
		c.refused(got, "invalid_code", "expired_code", "bad_request")
		if !strings.Contains(got.event.Diagnosis, "it is a code of "+other.p.Name) {
			t.Error(got.event.Diagnosis)
		}
	}
}
