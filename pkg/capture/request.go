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
	t, f := p.target, r.requestValues(p.target).standIn
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
	r.suspect(p)
	return m
}

// suspect makes secrets of the values in the request that look like secrets and have no stand-in
// yet, because they are where no key was read: in a body that is cut off or in a wrong format.
// [Proxy.clean] removes them.
func (r *Proxy) suspect(p *passed) {
	public := map[string]bool{}
	for name, v := range r.known {
		if text, ok := v.(string); ok && !r.isSecret(name) {
			public[text] = true
		}
	}
	for name, value := range p.target.seen.Values {
		if !r.isSecret(name) {
			public[value.Reveal()] = true
		}
	}
	if p.target.step != nil {
		p.target.step.EachTemplate(func(_ string, t recipe.Template) { public[string(t)] = true })
	}
	for _, v := range scrub.Suspects(p.req.URL.RequestURI(), string(p.body)) {
		if _, known := r.standins.known(v.Reveal()); !known && !public[v.Reveal()] {
			r.standins.of("suspect", v.Reveal())
		}
	}
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

// requestValues chooses the stand-ins in a request.
type requestValues struct {
	*Proxy
	step          *profile.Step     // nil if the profile has none for the request
	wrong, unread map[string]bool   // keys of members that differ from the profile, or that it does not read
	only          map[string]string // by key: the placeholder that is the member's whole template
}

func (r *Proxy) requestValues(t *target) requestValues {
	v := requestValues{r, t.step, map[string]bool{}, map[string]bool{}, map[string]string{}}
	for _, problem := range t.seen.Problems {
		key := strings.NewReplacer("[", ".", "]", "").Replace(problem.Member)
		v.wrong[key] = true
		v.unread[key] = problem.Kind == recipe.Unread || problem.Kind == recipe.Differs && problem.Placeholder == ""
		if key == "content-type" || key == "form" || key == "json" { // the whole body was not read
			v.unread["form"], v.unread["json"] = true, true
		}
	}
	if t.step != nil {
		v.unread["form"], v.unread["json"] = v.unread["form"] || t.step.Form == nil, v.unread["json"] || t.step.JSON == nil
		t.step.EachTemplate(func(key string, template recipe.Template) {
			if ph, ok := template.Only(); ok {
				v.only[strings.ToLower(key)] = ph.Name
			}
		})
	}
	return v
}

// standIn is the [leaf] of a request.
func (v requestValues) standIn(key string, value any) (string, bool) {
	text := profile.Text(value)
	ph := v.only[strings.ToLower(key)]
	if v.isNew(key, ph) {
		return "*", true
	}
	if name, ok := v.standins.known(text); ok {
		return name, true
	}
	if v.step == nil || within(v.unread, key) || strings.HasPrefix(key, "headers.") && ph == "" {
		if name := lastName(key); scrub.Suspicious(name) || scrub.LooksRandom(text) {
			return v.standins.guess(name, text), true
		}
	}
	inside := v.standins.within(text)
	return inside, inside != text
}

// isNew reports whether a member, whose whole template is the placeholder, has another value in
// each request.
func (v requestValues) isNew(key, placeholder string) bool {
	_, input := v.p.Inputs[placeholder]
	switch {
	case recipe.IsAssertion(placeholder), placeholder == "state":
		return true
	case v.wrong[key]:
		return false
	}
	return placeholder == "uuid" || v.isToken(placeholder) || profile.IsPerLogin(placeholder) && !input
}

// isToken reports whether a placeholder stands for a JWT that the client makes.
func (v requestValues) isToken(placeholder string) bool {
	if v.step == nil {
		return false
	}
	m, made := v.step.Make(placeholder)
	return made && m.JWT != nil
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
