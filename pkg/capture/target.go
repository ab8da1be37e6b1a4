package capture

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/exchange"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// place is an address of the vendor below which requests may belong: what an
// emulator serves below one path stands here on several hosts.
type place struct{ base *url.URL }

// placesOf are base_url, and the hosts of the steps' addresses.
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
	for _, s := range p.Steps() {
		text, _ := s.URL.ExpandAddress(known.Text)
		add(text, false)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no address of the vendor is known: give the inputs %s", p.Name, strings.Join(p.AddressInputs(p.Steps()...), ", "))
	}
	return out, nil
}

// target is where a request goes, and what it is.
type target struct {
	url  *url.URL
	step *profile.Step // nil for none
	// here is the request as the vendor sees it, without its body.
	here *http.Request
	seen recipe.Seen // empty where there is no step
	misfit
}

// misfit is how badly a request fits a step, the gravest first: literals, then
// all else.
type misfit struct{ literals, problems int }

func (m misfit) less(o misfit) bool {
	return m.literals < o.literals || m.literals == o.literals && m.problems < o.problems
}

// target finds the step that fits best, among those served at the path; and
// where it is no step's the first place.
func (r *Recorder) target(req *http.Request, body []byte) (*target, error) {
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), r.opts.Prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return nil, fmt.Errorf("nothing is passed on from here: %s is served below %s/", r.p.Name, r.opts.Prefix)
	}
	var best *target
	for _, pl := range r.places {
		t, err := r.at(pl, rest, req)
		if err != nil {
			return nil, err
		}
		if best == nil {
			best = t
		}
		for _, s := range r.p.Steps() {
			if !servedBy(s, t.here, r.known) {
				continue
			}
			got := *t
			got.step, got.seen = s, s.Recognise(t.here, body, recipe.Expect{Known: r.expected(s, t.here, body), Types: r.types})
			got.problems = len(got.seen.Problems)
			for _, problem := range got.seen.Problems {
				if problem.Placeholder == "" && problem.Kind != recipe.Unread {
					got.literals++
				}
			}
			if best.step == nil || got.less(best.misfit) {
				best = &got
			}
		}
	}
	return best, nil
}

// at is the request as it goes to a place.
func (r *Recorder) at(pl place, rest string, req *http.Request) (*target, error) {
	u, err := url.Parse(pl.base.String() + rest)
	if err != nil {
		return nil, fmt.Errorf("the path %s cannot be passed on", rest)
	}
	u.RawQuery = req.URL.RawQuery
	here := &http.Request{Method: req.Method, URL: u, Header: req.Header, Host: u.Host}
	return &target{url: u, here: here}, nil
}

// servedBy reports whether a step is at the request's host and path, whatever
// the method.
func servedBy(s *profile.Step, req *http.Request, known recipe.Values) bool {
	text, _ := s.URL.ExpandAddress(known.Text)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != req.URL.Scheme || u.Host != req.URL.Host {
		return false
	}
	return s.IsFor(&http.Request{Method: s.Method, URL: req.URL}, known)
}

// expected are the inputs that a request has to hold as they are known: not
// those that the client chooses for each request. What nobody has said of how
// the client proves who it is, is seen from the request.
func (r *Recorder) expected(s *profile.Step, req *http.Request, body []byte) recipe.Values {
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
		case latest == "" || !signs(s, name): // else the signature can be checked by it
		case in.Secret:
			out[name] = secret.New(latest)
		default:
			out[name] = latest
		}
	}
	return out
}

// shown is what a request itself shows of the client.
type shown struct {
	method, id string
	secret     secret.String
}

// credentials reads the members by which a client proves who it is.
func credentials(s *profile.Step, req *http.Request, body []byte) shown {
	out := shown{method: recipe.AuthMethodPost}
	if id, password, ok := basicAuth(req.Header.Get("Authorization")); ok && s.Uses("basic_auth") {
		return shown{recipe.AuthMethodBasic, id, secret.New(password)}
	} else if !s.Uses("post_secret") {
		out.method = recipe.AuthMethodBasic
	}
	m := exchange.Message{Start: req.Method + " /?" + req.URL.RawQuery, Header: req.Header, Body: string(body)}
	members, err := m.Members()
	if err != nil {
		return out
	}
	s.EachTemplate(func(key string, t recipe.Template) {
		text, _ := members[key].(string)
		switch only, _ := t.Only(); only.Name {
		case "post_id":
			out.id = text
		case "post_secret":
			out.secret = secret.New(text)
		}
	})
	return out
}

// basicAuth is RFC 6749 §2.3.1.
func basicAuth(header string) (id, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	plain, err := base64.StdEncoding.DecodeString(encoded)
	id, password, colon := strings.Cut(string(plain), ":")
	if err != nil || !colon || !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	id, err1 := url.QueryUnescape(id)
	password, err2 := url.QueryUnescape(password)
	return id, password, err1 == nil && err2 == nil
}
