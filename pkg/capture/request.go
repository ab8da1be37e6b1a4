package capture

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/body"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
)

// request returns the client's request with stand-ins.
func (r *Proxy) request(p *passed) fixture.Message {
	t, f := p.target, r.requestLeaf(p)
	path := r.path(t)
	if t.url.RawQuery != "" {
		path += "?" + rewritePairs(t.url.RawQuery, "query", f)
	}
	m := fixture.Message{Start: p.req.Method + " " + path, Header: http.Header{}}
	for name, values := range p.req.Header {
		if slices.Contains(usual, name) || slices.Contains(ofOneHop, name) || strings.HasPrefix(name, "Sec-") || strings.HasPrefix(name, "X-Forwarded-") {
			continue
		}
		for _, value := range values {
			m.Header.Add(name, r.header(name, value, f))
		}
	}
	m.Body = string(p.body)
	switch body.Of(p.req.Header, p.body).Form() {
	case body.Empty:
	case body.JSON:
		m.Body = rewriteJSON(m.Body, "json", f)
	case body.Fields:
		m.Body = rewritePairs(m.Body, "form", f)
	default:
		m.Body = scrub.WithoutRuns(r.standins.within(m.Body))
	}
	return m
}

// usual are the headers that recordings omit, because any client may send them and no vendor's
// API needs them.
var usual = []string{
	"User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Content-Length", "Host", "Cookie", "Origin", "Referer",
	"Cache-Control", "Pragma", "Forwarded", "Via", "Upgrade-Insecure-Requests", "Dnt", "Priority",
}

// path returns the path of the request after base_url, with stand-ins.
func (r *Proxy) path(t *target) string {
	segments := strings.Split(recipe.PathAfter(r.known, t.url.EscapedPath()), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			continue
		}
		if name, ok := r.standins.known(plain); ok {
			segments[i] = url.PathEscape(name)
		} else if t.step == nil && scrub.LooksRandom(plain) {
			segments[i] = url.PathEscape(r.standins.guess("path", plain))
		}
	}
	return strings.Join(segments, "/")
}

// header returns the value of a header with stand-ins. The scheme of Authorization stays.
func (r *Proxy) header(name, value string, f leaf) string {
	scheme, rest, ok := strings.Cut(value, " ")
	if ok && name == "Authorization" {
		if id, password, isBasic := basicauth.Decode(value); isBasic {
			return scheme + " " + basicauth.Encode(id, r.standins.of("client_secret", password))
		}
		if known, ok := r.standins.known(rest); ok {
			return scheme + " " + known
		}
		return scheme + " " + r.standins.of("authorization", rest)
	}
	if replacement, ok := f("headers."+name, value); ok {
		return replacement
	}
	return value
}

// requestLeaf returns the function that chooses the stand-ins in a request.
func (r *Proxy) requestLeaf(p *passed) leaf {
	t := p.target
	wrong, unread := map[string]bool{}, map[string]bool{}
	for _, problem := range t.seen.Problems {
		key := strings.NewReplacer("[", ".", "]", "").Replace(problem.Member)
		wrong[key] = true
		unread[key] = problem.Kind == recipe.Unread || problem.Kind == recipe.Differs && problem.Placeholder == ""
	}
	isToken := func(ph string) bool {
		m, made := recipe.Make{}, false
		if t.step != nil {
			m, made = t.step.Make(ph)
		}
		return made && m.JWT != nil
	}
	only := map[string]string{} // by member: the placeholder that is its whole template
	if t.step != nil {
		t.step.EachTemplate(func(key string, template recipe.Template) {
			if ph, ok := template.Only(); ok {
				only[strings.ToLower(key)] = ph.Name
			}
		})
	}
	return func(key string, value any) (string, bool) {
		text := profile.Text(value)
		ph := only[strings.ToLower(key)]
		if recipe.IsAssertion(ph) {
			return "*", true
		}
		if _, input := r.p.Inputs[ph]; !wrong[key] && (ph == "uuid" || isToken(ph) || profile.IsPerLogin(ph) && !input) || ph == "state" {
			return "*", true
		}
		if name, ok := r.standins.known(text); ok {
			return name, true
		}
		if t.step == nil || within(unread, key) || strings.HasPrefix(key, "headers.") && ph == "" {
			if name := lastName(key); scrub.Suspicious(name) || scrub.LooksRandom(text) {
				return r.standins.guess(name, text), true
			}
		}
		if inside := r.standins.within(text); inside != text {
			return inside, true
		}
		return "", false
	}
}

// within reports whether a key, or an object that contains it, is in the set.
func within(set map[string]bool, key string) bool {
	for ; key != ""; key = key[:max(0, strings.LastIndexByte(key, '.'))] {
		if set[key] {
			return true
		}
	}
	return false
}

// lastName returns the last name in a key. An array element has the name of its array.
func lastName(key string) string {
	name := key[strings.LastIndexByte(key, '.')+1:]
	if isDigits(name) {
		return lastName(strings.TrimSuffix(strings.TrimSuffix(key, name), "."))
	}
	return name
}
