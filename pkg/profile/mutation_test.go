package profile_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// mutation is one change to a request, and what the diagnosis must say about it.
type mutation struct {
	name   string
	change func(*sent)
	want   []string
}

func TestEveryMutationIsSeen(t *testing.T) {
	for name, tr := range trips(t) {
		t.Run(name, func(t *testing.T) {
			for _, m := range tr.mutations(t) {
				in := tr.send(t)
				before := in.URL.String() + in.body + in.Method + strings.Join(headerLines(in.Header), "")
				m.change(&in)
				if in.URL.String()+in.body+in.Method+strings.Join(headerLines(in.Header), "") == before {
					t.Errorf("%s did not change the request", m.name)
				}
				slices.Sort(m.want)
				if diff := cmp.Diff(m.want, tr.read(in)); diff != "" {
					t.Errorf("%s: %s", m.name, diff)
				}
			}
		})
	}
}

func headerLines(h http.Header) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		out = append(out, name+strings.Join(h[name], "|"))
	}
	return out
}

func (tr trip) mutations(t *testing.T) []mutation {
	out := []mutation{
		{"method", func(s *sent) { s.Method = "PATCH" }, tr.unsigned("{method}", fault("method", "", recipe.Differs))},
		{"path", func(s *sent) { s.URL.Path += "x"; s.URL.RawPath += "x" }, tr.unsigned("{path", fault("path", "", recipe.Differs))},
		{"deeper path", func(s *sent) { s.URL.Path += "/x"; s.URL.RawPath += "/x" }, tr.unsigned("{path", fault("path", "", recipe.Differs))},
		{"one more in the query", func(s *sent) { s.URL.RawQuery += "&more=1" }, tr.unsigned(tr.part("query"), fault("query.more", "", recipe.Unread))},
	}
	query := func(change func(url.Values)) func(*sent) {
		return func(s *sent) {
			v := s.URL.Query()
			change(v)
			s.URL.RawQuery = v.Encode()
		}
	}
	form := func(change func(url.Values)) func(*sent) {
		return func(s *sent) {
			v, err := url.ParseQuery(s.body)
			if err != nil {
				t.Fatal(err)
			}
			change(v)
			s.body = v.Encode()
		}
	}
	header := func(change func(url.Values)) func(*sent) {
		return func(s *sent) {
			v := url.Values{}
			for name := range tr.s.Headers {
				if got := s.Header.Values(name); got != nil {
					v[name] = got
				}
				s.Header.Del(name)
			}
			change(v)
			for name, values := range v {
				for _, value := range values {
					s.Header.Add(name, value)
				}
			}
		}
	}
	out = append(out, tr.group("query", tr.s.Query, query)...)
	out = append(out, tr.group("form", tr.s.Form, form)...)
	out = append(out, tr.group("headers", tr.s.Headers, header)...)
	out = append(out, tr.json(t)...)
	switch tr.s.ContentType() {
	case "":
		out = append(out, mutation{"a body", func(s *sent) { s.body = "x" }, []string{fault("body", "", recipe.Unread)}})
	default:
		out = append(out, mutation{"content type", func(s *sent) { s.Header.Set("Content-Type", "text/plain") }, []string{fault("content-type", "", recipe.Differs)}})
	}
	if tr.s.Form != nil {
		out = append(out, mutation{"one more in the form", form(func(v url.Values) { v.Set("more", "1") }), tr.unsigned(tr.part("form"), fault("form.more", "", recipe.Unread))})
	}
	return out
}

// group changes each member that is sent.
func (tr trip) group(group string, members map[string]recipe.Template, edit func(func(url.Values)) func(*sent)) []mutation {
	var out []mutation
	add := func(kind, name, signedPart string, change func(url.Values), want ...string) {
		out = append(out, mutation{group + "." + name + " " + kind, edit(change), tr.unsigned(signedPart, want...)})
	}
	for name, template := range members {
		if !tr.holds(template) {
			continue
		}
		part := tr.part(group)
		switch {
		case template.Is(tr.signature()):
			part = ""
		case strings.Contains(string(template), "{timestamp_ms}") && tr.signs("{timestamp_ms}"):
			part = "{timestamp_ms}"
		}
		member := group + "." + name
		add("dropped", name, part, func(v url.Values) { delete(v, name) }, tr.dropped(member, template)...)
		twicePart := part
		if group == "headers" {
			twicePart = map[string]string{"{timestamp_ms}": part, "{sign}": ""}[part]
		}
		add("twice", name, twicePart, func(v url.Values) { v[name] = append(v[name], v[name][0]) }, fault(member, "", recipe.Malformed))
		add("changed", name, part, func(v url.Values) { v[name] = []string{flip(v[name][0])} }, append(tr.claims(template), tr.changed(member, template))...)
	}
	return out
}

// flip changes the last byte, which is a letter or a digit before and after.
func flip(s string) string {
	last := s[len(s)-1]
	if last == 'x' {
		return s[:len(s)-1] + "y"
	}
	return s[:len(s)-1] + "x"
}

// holds reports whether the member is sent, that is, whether all its placeholders have
// values.
func (tr trip) holds(t recipe.Template) bool {
	for _, ph := range t.Placeholders() {
		if ph.Optional {
			switch _, given := tr.values.Text(ph.Name); ph.Name {
			case "basic_auth":
				return tr.values[recipe.AuthMethod] == recipe.AuthMethodBasic
			case "post_secret":
				return tr.values[recipe.AuthMethod] == recipe.AuthMethodPost
			case "post_id":
				return tr.values[recipe.AuthMethod] != recipe.AuthMethodBasic
			default:
				return given
			}
		}
	}
	return true
}

func (tr trip) dropped(member string, t recipe.Template) []string {
	phs := t.Placeholders()
	if len(phs) == 0 {
		return []string{fault(member, "", recipe.Missing)}
	}
	_, isSecret := tr.values[phs[0].Name].(secret.String)
	if phs[0].Optional && !isSecret && !recipe.IsClientAuth(phs[0].Name) {
		return nil
	}
	return []string{fault(member, phs[0].Name, recipe.Missing)}
}

// changed returns the diagnosis of a member whose last byte was changed.
func (tr trip) changed(member string, t recipe.Template) string {
	phs := t.Placeholders()
	switch {
	case len(phs) == 0:
		return fault(member, "", recipe.Differs)
	case slices.Contains([]string{"uuid", "timestamp", "timestamp_ms", "basic_auth"}, phs[0].Name), tr.s.Makes[phs[0].Name].Time != "":
		return fault(member, phs[0].Name, recipe.Malformed)
	case phs[0].Name == "post_secret":
		return fault(member, "client_secret", recipe.Differs)
	case phs[0].Name == "post_id":
		return fault(member, "client_id", recipe.Differs)
	}
	return fault(member, phs[0].Name, recipe.Differs)
}

// signature returns the name of the step's signature, "" if it has none.
func (tr trip) signature() string {
	name, _ := tr.s.Signature()
	return name
}

// part returns the start of the placeholders that stand for a group of members in a signed
// text. It is "" for headers.
func (tr trip) part(group string) string {
	switch {
	case group == "headers":
		return ""
	case (group == "query") == (tr.s.Method == http.MethodGet):
		return "{params"
	}
	return "{params_"
}

// signs reports whether the signature covers the part.
func (tr trip) signs(part string) bool {
	made, _ := tr.s.Make(tr.signature())
	return strings.Contains(string(made.Text), part)
}

// claims returns the diagnosis of a JWT that contains the same value as a changed member.
func (tr trip) claims(changed recipe.Template) (out []string) {
	made, _ := tr.s.Make(tr.signature())
	only, ok := changed.Only()
	if made.JWT == nil || !ok {
		return nil
	}
	for _, claim := range made.JWT.Claims {
		if claim == "{"+only.Name+"}" {
			tr.s.EachTemplate(func(member string, t recipe.Template) {
				if t.Is(tr.signature()) {
					out = append(out, fault(member, only.Name, recipe.Differs))
				}
			})
		}
	}
	return out
}

// unsigned adds the diagnosis of the signature if it covers the changed part.
func (tr trip) unsigned(part string, want ...string) []string {
	if part == "" || !tr.signs(part) {
		return want
	}
	tr.s.EachTemplate(func(member string, t recipe.Template) {
		if t.Is(tr.signature()) {
			want = append(want, fault(member, tr.signature(), recipe.Differs))
		}
	})
	return want
}

func (tr trip) json(t *testing.T) []mutation {
	if tr.s.JSON == nil {
		return nil
	}
	edit := func(change func(map[string]json.RawMessage)) func(*sent) {
		return func(s *sent) {
			var v map[string]json.RawMessage
			if err := json.Unmarshal([]byte(s.body), &v); err != nil {
				t.Fatal(err)
			}
			change(v)
			out, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			s.body = string(out)
		}
	}
	out := []mutation{
		{"json: one more", edit(func(v map[string]json.RawMessage) { v["more"] = []byte("1") }), []string{fault("json.more", "", recipe.Unread)}},
		{"json: an array", func(s *sent) { s.body = "[" + s.body + "]" }, []string{fault("json", "", recipe.Malformed)}},
		{"json: cut off", func(s *sent) { s.body = s.body[:len(s.body)-1] }, []string{fault("json", "", recipe.Malformed)}},
		{"json: garbage behind", func(s *sent) { s.body += "x" }, []string{fault("json", "", recipe.Malformed)}},
	}
	for name, raw := range tr.s.JSON {
		text, ok := raw.(string)
		if !ok || !tr.holds(recipe.Template(text)) {
			continue
		}
		member, template := "json."+name, recipe.Template(text)
		placeholder := ""
		if ph, only := template.Only(); only {
			placeholder = ph.Name
		}
		out = append(
			out,
			mutation{member + " dropped", edit(func(v map[string]json.RawMessage) { delete(v, name) }), tr.dropped(member, template)},
			mutation{member + " twice", func(s *sent) {
				var v map[string]json.RawMessage
				_ = json.Unmarshal([]byte(s.body), &v)
				s.body = `{"` + name + `":` + string(v[name]) + "," + s.body[1:]
			}, []string{fault(member, "", recipe.Malformed)}},
			mutation{member + " null", edit(func(v map[string]json.RawMessage) { v[name] = []byte("null") }), []string{fault(member, placeholder, recipe.Malformed)}},
			mutation{member + " of another type", edit(func(v map[string]json.RawMessage) {
				if v[name][0] == '"' {
					v[name] = []byte("{}")
				} else {
					v[name] = []byte(`"` + string(v[name]) + `"`)
				}
			}), []string{fault(member, placeholder, recipe.Malformed)}},
			mutation{member + " changed", edit(func(v map[string]json.RawMessage) {
				var s string
				if json.Unmarshal(v[name], &s) != nil {
					v[name] = []byte("0")
					return
				}
				v[name], _ = json.Marshal(flip(s))
			}), []string{tr.changed(member, template)}},
		)
	}
	return out
}
