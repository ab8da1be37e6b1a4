package client

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// begin records the request of a step that is about to be sent. It returns nil without a recorder.
// Requests for metadata and keys have no step: [Client.get] records them.
func (c *Client) begin(kind record.Kind, again record.Repeat, s *profile.Step, req *recipe.Request, values recipe.Values) *record.Call {
	if c.deps.Record == nil {
		return nil
	}
	return c.deps.Record.Begin(record.Call{
		Kind: kind, Repeat: again, Profile: c.profile.Name, Step: string(s.Name), Guess: s.GuessText(), Request: req.Request, RequestBody: req.Body,
		Signed: signedOf(req), Members: c.members(s, req, values),
	})
}

// signedOf returns the hashes and signatures of a request.
func signedOf(req *recipe.Request) []record.Signed {
	var out []record.Signed
	for _, d := range req.Derivations {
		if d.Make.Hash != "" { // a trace decodes JWTs anyway
			out = append(out, record.Signed{Name: d.Name, Text: d.Text, Value: d.Value})
		}
	}
	return out
}

// Returned records the redirect that ended a login in the browser. err says why it has no
// usable code; nil if it has one.
func (c *Client) Returned(address *url.URL, err error) {
	query := address.Query()
	c.hide(query.Get("state"))
	c.deps.Record.Begin(record.Call{
		Kind: record.Returned, Profile: c.profile.Name, Step: "callback", Err: err, Failures: c.readRedirect(query),
		Request: &http.Request{Method: http.MethodGet, URL: address, Header: http.Header{}},
	})
}

// PageEvent records the event by which ssoctl's own page at address delivered a code.
func (c *Client) PageEvent(address *url.URL, code string, event []byte) {
	c.scrub.Add(secret.New(code))
	c.deps.Record.Begin(record.Call{
		Kind: record.Returned, Profile: c.profile.Name, Step: "callback", RequestBody: event,
		Request: &http.Request{Method: http.MethodPost, URL: address, Header: http.Header{"Content-Type": {"application/json"}}},
	})
}

// hide adds values that bind a login, such as the state, to the scrubber. It skips short
// ones, which protect nothing and match ordinary text by chance.
func (c *Client) hide(values ...string) {
	const least = 8
	for _, v := range values {
		if len(v) >= least {
			c.scrub.Add(secret.New(v))
		}
	}
}

// members returns the line of the profile for each part of a request, followed by the
// source of each input that the parts use.
func (c *Client) members(s *profile.Step, req *recipe.Request, values recipe.Values) []record.Member {
	var out, inputs []record.Member
	add := func(key, where string, t recipe.Template) {
		out = append(out, record.Member{Key: key, Template: string(t), Where: c.profile.Where(where).String()})
		for _, p := range t.Placeholders() {
			names := []string{p.Name}
			if recipe.IsClientAuth(p.Name) {
				names = []string{"client_id", "client_secret"}
			}
			for _, name := range names {
				if _, from := c.profile.Given(name); from.From != "" {
					inputs = append(inputs, record.Member{Key: "{" + name + "}", Where: from.String()})
				}
			}
		}
	}
	s.EachTemplate(func(key string, t recipe.Template) {
		if t != "" && isPresent(key, t, req, values) {
			add(key, string(s.Name)+"."+key, t)
		}
	})
	s.EachMake(func(name string, m recipe.Make) {
		if name == "sign" && s.Sign != nil {
			return // among the templates of the step
		}
		if m.Random > 0 {
			add("make."+name+".random", "make."+name+".random", recipe.Template(strconv.Itoa(m.Random)))
		}
		if m.Time != "" {
			add("make."+name+".time", "make."+name+".time", recipe.Template(m.Time))
		}
		m.EachTemplate(func(key string, t recipe.Template) {
			if key = "make." + name + "." + key; t != "" {
				add(key, key, t)
			}
		})
	})
	slices.SortFunc(inputs, func(a, b record.Member) int { return strings.Compare(a.Key, b.Key) })
	return append(out, slices.Compact(inputs)...)
}

// isPresent reports whether an optional part is in the request.
func isPresent(key string, t recipe.Template, req *recipe.Request, values recipe.Values) bool {
	group, name, _ := strings.Cut(key, ".")
	switch group {
	case "query":
		return req.URL.Query().Has(name)
	case "headers":
		return req.Header.Get(name) != ""
	case "form":
		form, _ := url.ParseQuery(string(req.Body)) // built by Build, so it is valid
		return form.Has(name)
	}
	return !slices.ContainsFunc(t.Placeholders(), func(p recipe.Placeholder) bool {
		_, has := values.Text(p.Name)
		return p.Optional && !has
	})
}

// vendorCode returns the code of a refusal; "" for other errors.
func vendorCode(err error) string {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Code
	}
	return ""
}
