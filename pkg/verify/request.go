package verify

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// request compares a recorded request with the recipe.
func (v Verifier) request(p *profile.Profile, s *profile.Step, x *fixture.Fixture) ([]Difference, error) {
	members, _ := x.Request.Members() // recognise reports a request that cannot be read
	if _, _, err := target(x.Request); err != nil {
		return []Difference{{Where: InRequest, Member: "path", Kind: Malformed, Expected: "METHOD /PATH", Got: err.Error()}}, nil
	}
	seen, err := v.recognise(p, s, x)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, problem := range seen.Problems {
		if members[problem.Member] == "*" && isGenerated(p, s, problem) {
			continue
		}
		out = append(out, differenceOf(p, s, problem))
	}
	return out, nil
}

// target returns the method and URL of a recorded request.
func target(m fixture.Message) (method string, at *url.URL, err error) {
	method, path, _ := strings.Cut(m.Start, " ")
	if !strings.HasPrefix(path, "/") {
		return "", nil, fmt.Errorf("%q has no path", m.Start)
	}
	at, err = url.Parse(base + path)
	return method, at, err
}

// recognise reads the recorded request with the recipe of the step.
func (v Verifier) recognise(p *profile.Profile, s *profile.Step, x *fixture.Fixture) (recipe.Seen, error) {
	expect, err := v.expect(p, x)
	if err != nil {
		return recipe.Seen{}, err
	}
	method, at, err := target(x.Request)
	if err != nil {
		return recipe.Seen{}, err
	}
	req := &http.Request{Method: method, URL: at, Header: x.Request.Header, Host: at.Host}
	return s.Recognise(req, []byte(x.Request.Body), expect), nil
}

// Made returns the signatures, hashes and encoded texts that the profile computes for the
// fixture's request, by placeholder. It leaves out values that cannot be computed.
func (v Verifier) Made(x *fixture.Fixture) (map[string]string, error) {
	p := v.Profile.Copy()
	s := p.Step(profile.StepName(x.Step))
	if s == nil {
		return nil, nil
	}
	seen, err := v.recognise(p, s, x)
	out := map[string]string{}
	for name, d := range seen.Derivations {
		if d.Value != "" {
			out[name] = d.Value
		}
	}
	return out, err
}

// isGenerated reports whether a value is generated for each request or login. The recording may have
// a * in its place.
func isGenerated(p *profile.Profile, s *profile.Step, problem recipe.Problem) bool {
	name := problem.Placeholder
	if name == "" {
		s.EachTemplate(func(key string, t recipe.Template) {
			if only, ok := t.Only(); ok && strings.EqualFold(key, problem.Member) {
				name = only.Name
			}
		})
	}
	return p.IsMade(name) || profile.IsPerLogin(name)
}

// differenceOf describes a problem of the request. It does not quote the profile's secrets.
func differenceOf(p *profile.Profile, s *profile.Step, problem recipe.Problem) Difference {
	d := Difference{Where: InRequest, Member: problem.Member, Expected: problem.Expected.Reveal(), Got: problem.Got.Reveal(), expectedZH: problem.ExpectedZH, gotZH: problem.GotZH}
	switch problem.Kind {
	case recipe.Missing:
		d.Kind = Missing
		if problem.Placeholder != "" {
			d.Expected = "{" + problem.Placeholder + "}"
		}
	case recipe.Unread:
		d.Kind = Added
	case recipe.Malformed:
		d.Kind = Malformed
	default:
		d.Kind = Differs
	}
	if problem.Inside != "" {
		d.Member += " " + problem.Inside
	}
	if made, is := s.Make(problem.Placeholder); is && made.Hash != "" && problem.Kind == recipe.Differs {
		d.Expected = fmt.Sprintf("the %s of %q", made.Hash, string(made.Text))
		d.expectedZH = fmt.Sprintf("%q 的 %s", string(made.Text), made.Hash)
	}
	if p.Inputs[problem.Placeholder].Secret && problem.Kind == recipe.Differs {
		d.Expected = "{" + problem.Placeholder + "} as given"
		d.expectedZH = "给出的 {" + problem.Placeholder + "}"
	}
	return d
}

// callback checks that the redirect has the code, and the state if the vendor returns it.
func callback(p *profile.Profile, s *profile.Step, x *fixture.Fixture) []Difference {
	if x.Callback == "" {
		return nil
	}
	query, err := url.ParseQuery(x.Callback)
	if err != nil {
		return []Difference{{Where: InCallback, Member: "query", Kind: Malformed, Expected: "a query", expectedZH: "查询串", Got: err.Error()}}
	}
	reader, err := p.RedirectReader()
	if err != nil {
		return nil // [Verifier.Compare] has reported it
	}
	says := reader.Says(query)
	if says.Error != "" || len(query) == 1 && query.Has("state") { // the state alone says that the user declined
		want, _ := x.Want["refusal"].(map[string]any)
		if code := cmp.Or(says.Error, loopback.Denied); want != nil && want["code"] != code {
			return []Difference{{Where: InCallback, Member: "code", Kind: Differs, Expected: code, Got: profile.Text(want["code"])}}
		}
		return nil
	}
	var out []Difference
	values := reader.Values(query)
	if values["code"] = says.Code; says.Code == "" {
		out = append(out, Difference{Where: InCallback, Member: strings.Join(s.CodeParams(), " or "), Kind: Missing})
		values["code"] = x.Want["code"]
	}
	for _, name := range slices.Sorted(maps.Keys(x.Want)) {
		if got := profile.Text(values[name]); got != profile.Text(x.Want[name]) {
			out = append(out, Difference{Where: InCallback, Member: name, Kind: Differs, Expected: got, Got: profile.Text(x.Want[name])})
		}
	}
	if s.State == "" && !query.Has("state") {
		out = append(out, Difference{Where: InCallback, Member: "state", Kind: Missing})
	}
	return out
}
