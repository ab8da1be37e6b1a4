package capture

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// place is a base URL of the vendor. A profile may have several hosts; the proxy serves
// all of them under one prefix.
type place struct{ base *url.URL }

// placesOf returns base_url and the hosts of the steps, each once.
func placesOf(p *profile.Profile, known recipe.Values) ([]place, error) {
	var out []place
	add := func(text string, whole bool) {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return
		}
		base := &url.URL{Scheme: u.Scheme, Host: u.Host}
		if whole {
			base.Path = strings.TrimSuffix(u.Path, "/")
		}
		if !slices.ContainsFunc(out, func(p place) bool { return p.base.String() == base.String() }) {
			out = append(out, place{base})
		}
	}
	if text, ok := known.Text("base_url"); ok {
		add(text, true)
	}
	for _, s := range p.Requests() {
		text, _ := s.URL.ExpandAddress(known.Text)
		add(text, false)
	}
	for _, name := range []string{oidc.IssuerInput, oidc.KeysInput} {
		text, _ := known.Text(name)
		add(text, false)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: the vendor's address is not known: set the inputs %s", p.Name, strings.Join(p.AddressInputs(p.Requests()...), ", "))
	}
	return out, nil
}

// target is the destination of a request, and the step that it matches.
type target struct {
	url  *url.URL
	step *profile.Step // nil if the profile has none
	// forwarded is the request as the vendor receives it, without its body.
	forwarded *http.Request
	seen      recipe.Seen // empty if step is nil
	// document is what the provider publishes at the URL, if step is nil; see Proxy.document.
	document profile.StepName
}

// reads returns the step that reads the response: step, or the zero Step if step is nil.
func (t *target) reads() *profile.Step {
	if t.step == nil {
		return &profile.Step{}
	}
	return t.step
}

// target returns the destination of a request, and the step with its path that fits it best.
// If no step has its path, the destination is a document of the provider, or else the first place.
func (r *Proxy) target(req *http.Request, body []byte) (*target, error) {
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), r.opts.Prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return nil, lang.Errorf(lang.Text{EN: "nothing is forwarded from this path: requests for %s start with %s/", ZH: "这个路径不转发：%s 的请求以 %s/ 开头"}, r.p.Name, r.opts.Prefix)
	}
	var places []target
	for _, pl := range r.places {
		t, err := r.at(pl, rest, req)
		if err != nil {
			return nil, err
		}
		places = append(places, t)
	}
	best, seen := recipe.Closest(r.readings(places, body))
	if best.step == nil {
		for i := range places {
			if places[i].document = r.document(places[i].url.String()); places[i].document != "" {
				return &places[i], nil
			}
		}
		return &places[0], nil
	}
	best.seen = seen
	return &best, nil
}

// readings yields how each step with the request's path reads the request, at each place.
func (r *Proxy) readings(places []target, body []byte) iter.Seq2[target, recipe.Seen] {
	return func(yield func(target, recipe.Seen) bool) {
		for _, t := range places {
			for _, s := range r.p.Requests() {
				if !servedBy(s, t.forwarded, r.known) {
					continue
				}
				expect := recipe.Expect{Known: r.expected(s, t.forwarded, body), Types: r.types}
				if t.step = s; !yield(t, s.Recognise(t.forwarded, body, expect)) {
					return
				}
			}
		}
	}
}

// at returns the target of a request that is forwarded to a place. Its step is not set.
func (r *Proxy) at(pl place, rest string, req *http.Request) (target, error) {
	u, err := url.Parse(pl.base.String() + rest)
	if err != nil {
		return target{}, lang.Errorf(lang.Text{EN: "cannot forward the path %s", ZH: "无法转发路径 %s"}, rest)
	}
	u.RawQuery = req.URL.RawQuery
	forwarded := &http.Request{Method: req.Method, URL: u, Header: req.Header, Host: u.Host}
	return target{url: u, forwarded: forwarded}, nil
}

// servedBy reports whether a step has the request's host and path. The method may differ.
func servedBy(s *profile.Step, req *http.Request, known recipe.Values) bool {
	text, _ := s.URL.ExpandAddress(known.Text)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != req.URL.Scheme || u.Host != req.URL.Host {
		return false
	}
	return s.IsFor(&http.Request{Method: s.Method, URL: req.URL}, known)
}

// expected returns the values of inputs that the request must contain, without the inputs
// that a client may choose for each request. If the client authentication method is not
// set, expected takes it from the request.
func (r *Proxy) expected(s *profile.Step, req *http.Request, body []byte) recipe.Values {
	out := recipe.Values{}
	for name, v := range r.known {
		if name != "redirect_uri" && name != "state" && name != "scope" {
			out[name] = v
		}
	}
	shown := credentials(s, req, body)
	if _, asks := r.p.Inputs[recipe.AuthMethod]; asks {
		if _, origin := r.p.Given(recipe.AuthMethod); origin.From == "default" {
			out[recipe.AuthMethod] = shown.method
		}
	}
	for name, in := range r.p.Inputs {
		switch latest := r.standins.latest(name); {
		case out[name] != nil:
		case name == "client_id" && shown.id != "":
			out[name] = shown.id
		case name == "client_secret" && !shown.secret.IsZero():
			out[name] = shown.secret
		case latest == "" || !signs(s, name): // otherwise use it to check the signature
		case in.Secret:
			out[name] = secret.New(latest)
		default:
			out[name] = latest
		}
	}
	return out
}

// shown holds a client's credentials and how the client sends them.
type shown struct {
	method, id string
	secret     secret.String
}

// credentials returns the credentials in a request for a step.
func credentials(s *profile.Step, req *http.Request, body []byte) shown {
	out := shown{method: recipe.AuthMethodPost}
	if id, password, ok := basicauth.Decode(req.Header.Get("Authorization")); ok && s.Uses("basic_auth") {
		return shown{recipe.AuthMethodBasic, id, secret.New(password)}
	} else if !s.Uses("post_secret") {
		out.method = recipe.AuthMethodBasic
	}
	m := fixture.Message{Start: req.Method + " /?" + req.URL.RawQuery, Header: req.Header, Body: string(body)}
	members, err := m.Members()
	if err != nil {
		return out
	}
	s.EachTemplate(func(key string, t recipe.Template) {
		text, _ := members[key].(string)
		switch only, _ := t.Only(); {
		case only.Name == "post_id":
			out.id = text
		case only.Name == "post_secret":
			out.secret = secret.New(text)
		case recipe.IsAssertion(only.Name) && text != "":
			out.method = recipe.AssertionMethod(text)
		}
	})
	return out
}
