package cmd_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// TestEmulatorRefusesWhatDiffersFromDocument sends each documented request with one change.
// The emulator has to refuse it in the vendor's format, and its diagnosis has to name the
// member. Every byte of a value is changed once for each way in which vendors compare it, see
// [comparison]. Then the emulator has to accept the request as documented. It has to refuse a
// repetition if the request has a code, a uuid, or a refresh token that is replaced.
func TestEmulatorRefusesWhatDiffersFromDocument(t *testing.T) {
	t.Parallel()
	changed, compared := 0, map[string]bool{}
	for _, f := range fixtures(t) {
		if _, refused := f.refusal(); refused || f.step == "authorize" {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			e := emulate(t, f.profile, f.given, f.now)
			step := e.vendor.Step(f.step)
			signature := signatureMember(t, step)
			if ev, _ := e.receives(e.documentedRequest(t, f)); f.guess != "" && ev.Refusal != "" {
				return // the emulator differs from this guess
			}
			issued := e.issue(t, f)
			for _, c := range differences(e.requestWith(t, f, issued), e.vendor, step, compared) {
				if c.tolerated != "" {
					f.tolerates(t, c)
					changed++
					continue
				}
				if a := e.vendor.Authorize; a != nil && a.Callback.Once {
					issued = e.issue(t, f)
				}
				req := e.requestWith(t, f, issued)
				c.change(req)
				ev, answer := e.receives(req)
				judge := step
				if c.member == "path" {
					judge = &profile.Step{} // judge by [reply] alone: the step is unknown
				}
				if ev.Refusal == "" || !says(ev.Diagnosis, c.member, signature) || !e.isRefusal(t, judge, ev, answer) {
					t.Errorf("%s %s: got HTTP %d, refusal %q, diagnosis %q, want a refusal that names %[1]s\n%[6]s", c.member, c.how, ev.Status, ev.Refusal, ev.Diagnosis, answer)
				}
				changed++
			}
			req := e.documentedRequest(t, f)
			body, twice := rawBody(req), req.Clone(t.Context())
			setBody(twice, body)
			if ev, answer := e.receives(req); ev.Refusal != "" {
				t.Errorf("the documented request was refused: %s\n%s", ev.Diagnosis, answer)
			}
			once := step.Uses("code") || step.Uses("device_code") || step.Uses("uuid") || step.Uses("refresh_token") && fills(step, "refresh_token")
			if ev, _ := e.receives(twice); (ev.Refusal == "") == once {
				t.Errorf("the repeated request: got refusal %q, diagnosis %q", ev.Refusal, ev.Diagnosis)
			}
		})
	}
	if changed < 500 {
		t.Errorf("tried %d changes, want at least 500", changed)
	}
}

// fills reports whether the example of a step has a placeholder.
func fills(s *profile.Step, placeholder string) bool {
	return slices.ContainsFunc(s.Example.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == placeholder })
}

// tolerates sends the documented request with a change that no vendor is known to refuse.
// The emulator has to accept the request and report the change.
func (f *documented) tolerates(t *testing.T, c difference) {
	t.Helper()
	e := emulate(t, f.profile, f.given, f.now) // a new one, because the request uses up a code
	req := e.documentedRequest(t, f)
	c.change(req)
	if ev, answer := e.receives(req); ev.Refusal != "" || !strings.Contains(ev.Diagnosis, c.member+": "+c.tolerated) {
		t.Errorf("%s %s: want it accepted with the diagnosis %q, got refusal %q, diagnosis %q\n%s", c.member, c.how, c.tolerated, ev.Refusal, ev.Diagnosis, answer)
	}
}

// says reports whether a diagnosis names a member, or the signature that covers it.
func says(diagnosis, member, signature string) bool {
	return strings.Contains(diagnosis, member+": ") || signature != "" && strings.Contains(diagnosis, signature+": ")
}

// signatureMember returns the member with the signature of a step, "" if it has none, or has a
// JWT, which does not depend on the request.
func signatureMember(t *testing.T, s *profile.Step) string {
	t.Helper()
	name, ok := s.Signature()
	if !ok || signatureMake(t, s).JWT != nil {
		return ""
	}
	return memberOf(s, name)
}

// memberOf returns the member whose template is just the placeholder, "" if there is none.
func memberOf(s *profile.Step, placeholder string) string {
	member := ""
	s.EachTemplate(func(key string, t recipe.Template) {
		if t.Is(placeholder) {
			member = key
		}
	})
	return member
}

// receives sends a request to the emulator and returns its response.
func (e *emulation) receives(req *http.Request) (ev emulator.Event, answer string) {
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	return e.last(), rec.Body.String()
}

// isRefusal reports whether a response is a refusal with a code that the profile lists, or a
// general one of which the diagnosis says that the profile lists none of its kind.
func (e *emulation) isRefusal(t *testing.T, s *profile.Step, ev emulator.Event, answer string) bool {
	t.Helper()
	reader, err := e.vendor.Reader(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Decode(0, nil, []byte(answer))
	if err != nil {
		t.Fatal(err)
	}
	verdict := reader.Judge(t.Context(), got)
	_, listed := e.vendor.Refusal(verdict.Code, verdict.Message)
	return !verdict.OK && (listed || strings.Contains(ev.Diagnosis, "lists no refusal of kind "+string(ev.Refusal)))
}

// difference is one change to a documented request.
type difference struct {
	member, how string
	change      func(*http.Request)
	tolerated   string // what the emulator says if it accepts it; "" if it refuses it
}

// longest is the length up to which every byte of a value is changed. In a longer value, such
// as an RSA signature, about this many bytes are changed.
const longest = 100

// comparison says how the emulator compares a member of a request with what it expects: by
// the member's place, and by what its template contains.
func comparison(s *profile.Step, group string, template recipe.Template) string {
	how := group
	for _, ph := range template.Placeholders() {
		how += " " + ph.Name
		if m, ok := s.Make(ph.Name); ok {
			how += fmt.Sprint(" ", m.Hash, m.Encoding, m.JWT != nil)
		}
	}
	return how
}

// bytesOf returns which bytes of a value to change: all, or only the first, the middle and the
// last if the others were changed in a value that is compared in the same way.
func bytesOf(value string, compared bool) (at []int) {
	if compared {
		return slices.Compact([]int{0, len(value) / 2, len(value) - 1})
	}
	for i := 0; i < len(value); i += 1 + len(value)/longest {
		at = append(at, i)
	}
	return at
}

// differences returns changes that the recipe does not allow, the tolerated ones included. It
// adds to compared how the values are compared whose bytes it changes.
func differences(req *http.Request, p *profile.Profile, s *profile.Step, compared map[string]bool) []difference {
	out := []difference{
		{"method", "PUT", func(r *http.Request) { r.Method = http.MethodPut }, ""},
		{"path", "longer", func(r *http.Request) { r.URL.Path += "/x" }, ""},
		{"path", "in upper case", func(r *http.Request) { r.URL.Path = r.URL.Path[:len(r.URL.Path)-1] + "X" }, ""},
		// Web servers treat several slashes as one. Clients send them if they join a base
		// that ends in a slash and a path.
		{"path", "with a doubled slash", func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/", "//", 2) }, "// was read as /"},
	}
	if s.ContentType() != "" {
		for _, other := range []string{"", "text/plain", "application/xml"} {
			out = append(out, difference{"content-type", other, func(r *http.Request) { r.Header.Set("Content-Type", other) }, ""})
		}
	}
	s.EachTemplate(func(member string, template recipe.Template) {
		group, name, _ := strings.Cut(member, ".")
		if group == "headers" {
			name = http.CanonicalHeaderKey(name)
		}
		value := ""
		edit(req, group, func(v url.Values) { value = v.Get(name) })
		if value == "" || chosenFreely(p, template) {
			return
		}
		add := func(how string, change func(url.Values)) {
			out = append(out, difference{member, how, func(r *http.Request) { edit(r, group, change) }, ""})
		}
		if ph, _ := template.Only(); !ph.Optional {
			add("missing", func(v url.Values) { v.Del(name) })
			add("empty", func(v url.Values) { v.Set(name, "") })
		}
		add("twice", func(v url.Values) { v.Add(name, v.Get(name)) })
		if ph, _ := template.Only(); ph.Name == "uuid" {
			add("no UUID", func(v url.Values) { v.Set(name, strings.ReplaceAll(v.Get(name), "-", "")) })
			out[len(out)-1].tolerated = "expected a UUID, got " // it only has to be new for each request
			return
		}
		before := len(out)
		add("longer", func(v url.Values) { v.Set(name, v.Get(name)+"x") })
		how := comparison(s, group, template)
		for _, i := range bytesOf(value, compared[how]) {
			add(fmt.Sprintf("another byte %d", i+1), func(v url.Values) {
				b := []byte(v.Get(name))
				b[i%len(b)] ^= 1
				v.Set(name, string(b))
			})
		}
		compared[how] = true
		ph, _ := template.Only()
		for i := range out[before:] {
			out[before+i].tolerated = toleratedValues[ph.Name]
		}
	})
	return out
}

// toleratedValues says, by placeholder, what the emulator says about a wrong value that is no
// reason to refuse (RFC 7009 §2.1, §2.2).
var toleratedValues = map[string]string{
	"token": "this token was not issued here", "token_type_hint": "expected access_token or refresh_token",
}

// chosenFreely reports whether the client may choose the value of a member, so that the
// emulator cannot check it: it is an input that has a default or need not be given.
func chosenFreely(p *profile.Profile, t recipe.Template) bool {
	ph, only := t.Only()
	in, isInput := p.Inputs[ph.Name]
	return only && isInput && !in.Required && !in.Secret
}

// edit changes the members of one part of a request, if it has that part.
func edit(r *http.Request, group string, change func(url.Values)) {
	switch group {
	case "query":
		v := r.URL.Query()
		change(v)
		r.URL.RawQuery = v.Encode()
	case "headers":
		change(url.Values(r.Header))
	case "form":
		body := rawBody(r)
		v, _ := url.ParseQuery(body)
		change(v)
		setBody(r, v.Encode())
	case "json":
		setBody(r, editJSON(rawBody(r), change))
	}
}

// editJSON changes the string members of a JSON object. change may repeat a member.
func editJSON(body string, change func(url.Values)) string {
	var members map[string]any
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&members) != nil {
		return body
	}
	v, pairs := url.Values{}, []string{}
	for name, value := range members {
		if text, ok := value.(string); ok {
			v.Set(name, text)
		} else {
			pairs = append(pairs, fmt.Sprintf("%q:%v", name, value))
		}
	}
	change(v)
	for name, list := range v {
		for _, text := range list {
			quoted, _ := json.Marshal(text)
			pairs = append(pairs, fmt.Sprintf("%q:%s", name, quoted))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func rawBody(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	setBody(r, string(body))
	return string(body)
}

func setBody(r *http.Request, body string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
}
