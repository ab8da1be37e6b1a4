package recipe

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// AddressError says that a recipe's URL came out as no absolute http or https
// address. URL is without its user, password, query and fragment, which may
// hold secrets.
type AddressError struct{ URL, Problem string }

func (e *AddressError) Error() string { return fmt.Sprintf("address %q: %s", e.URL, e.Problem) }

// address expands a URL. What stands at its start is an address and goes in as
// it is, but for a slash at its end where the recipe goes on with one; a value
// further on is one path segment or query value and is escaped.
func (b *builder) address(t Template) (*url.URL, error) {
	var text strings.Builder
	all := t.parts()
	for i, p := range all {
		if p.Name == "" {
			text.WriteString(p.literal)
			continue
		}
		v, ok := b.value(p.Name)
		switch {
		case !ok:
			b.missing([]Placeholder{p.Placeholder})
		case i == 0:
			v = all[1:].join(v)
			if len(all) > 1 && strings.ContainsAny(v, "?#") {
				return &url.URL{}, &AddressError{shownAddress(v), "must not hold ? or #, because more follows it"}
			}
			text.WriteString(v)
		case strings.Contains(text.String(), "?"):
			text.WriteString(url.QueryEscape(v))
		default:
			text.WriteString(url.PathEscape(v))
		}
	}
	return parseAddress(text.String())
}

// CheckAddress returns the *AddressError of an address whatever its placeholders stand
// for; start is a value of one at its start.
func (t Template) CheckAddress(start string) error {
	b := builder{made: map[string]string{}}
	for i, ph := range t.Placeholders() {
		if b.made[ph.Name] = "1"; i == 0 && strings.HasPrefix(string(t), "{"+ph.Name) {
			b.made[ph.Name] = start
		}
	}
	_, err := b.address(t)
	return err
}

// ExpandAddress is Expand for an address: a slash at the end of a value at its
// start is left out where the template goes on with one.
func (t Template) ExpandAddress(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	all := t.parts()
	if len(all) == 0 || all[0].Name == "" {
		return all.expand(value)
	}
	start, missing := all[:1].expand(value)
	rest, more := all[1:].expand(value)
	return all[1:].join(start) + rest, append(missing, more...)
}

// join returns the address as it is when the parts follow it.
func (ps parts) join(address string) string {
	if len(ps) > 0 && strings.HasPrefix(ps[0].literal, "/") {
		return strings.TrimSuffix(address, "/")
	}
	return address
}

func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(plain(text))
	switch {
	case err != nil && strings.Contains(text, "://"):
		return &url.URL{}, &AddressError{shownAddress(text), "cannot be read as an address"}
	case err != nil: // a colon stands where none can
		return &url.URL{}, &AddressError{shownAddress(text), "needs http:// or https:// and a host"}
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return &url.URL{}, &AddressError{shownAddress(text), "needs http:// or https:// and a host"}
	case u.User != nil:
		return &url.URL{}, &AddressError{shownAddress(text), "must not hold a user or password"}
	case slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." }):
		return &url.URL{}, &AddressError{shownAddress(text), "must not hold . or .. as a part of its path"}
	}
	return u, nil
}

// shownAddress is the part of an address, even of a malformed one, that may be
// shown.
func shownAddress(text string) string {
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		text = text[:i]
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		start := strings.Index(text[:at], "://")
		if start >= 0 {
			start += len("://")
		}
		text = text[:max(start, 0)] + "…" + text[at:]
	}
	return text
}

// plain escapes, behind the host, what cannot stand in a request line and
// leaves the rest. A control character is left too: url.Parse refuses it.
func plain(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	slash := strings.IndexAny(rest, "/?#")
	if slash < 0 {
		return address
	}
	start := len(address) - len(rest) + slash
	var b strings.Builder
	b.WriteString(address[:start])
	for i := start; i < len(address); i++ {
		if c := address[i]; c == ' ' || c > 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// PathAfter returns what follows the path of base_url in path: a vendor that
// signs its paths knows nothing of a prefix that a gateway or an emulator adds.
// The empty path is /, as it is sent.
func PathAfter(v Values, path string) string {
	path = cmp.Or(path, "/")
	base, _ := v.Text("base_url")
	u, err := url.Parse(base)
	if err != nil {
		return path
	}
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(u.EscapedPath(), "/")); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return path
}

// served is where a server answers a recipe: the segments of its path and the
// members of the URL's own query. Placeholders remain, but for what is known of
// the start of the address.
type served struct {
	path  []parts
	plain string // the path where it holds no placeholder and nothing escaped; else ""
	query map[string]parts
}

// served returns nil when the start of the address is not known.
func (r Recipe) served(known Values) *served {
	u := r.knownURL(known)
	if u == nil {
		return nil
	}
	path := u.RawPath // as written, where escaping would touch placeholders
	if path == "" {
		path = cmp.Or(u.EscapedPath(), "/")
	}
	s := &served{query: map[string]parts{}}
	for segment := range strings.SplitSeq(path, "/") {
		s.path = append(s.path, r.unescaped(segment, url.PathUnescape))
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(name); err == nil && pair != "" {
			s.query[name] = r.unescaped(value, url.QueryUnescape)
		}
	}
	s.plain = s.String()
	for _, segment := range s.path {
		if len(segment.placeholders()) > 0 || strings.ContainsAny(s.plain, "%") {
			s.plain = ""
		}
	}
	return s
}

// knownURL is the URL with its placeholders, but for its start, which is nil
// when it is not known, and its host, which is any.
func (r Recipe) knownURL(known Values) *url.URL {
	// Braces that are no placeholder's are escaped until the URL is taken apart.
	escape := strings.NewReplacer("{", "%7B", "}", "%7D").Replace
	var text strings.Builder
	all := r.URL.parts()
	for i, p := range all {
		switch v, ok := known.Text(p.Name); {
		case p.Name == "":
			text.WriteString(escape(p.literal))
		case i == 0 && !ok:
			return nil
		case i == 0:
			text.WriteString(escape(all[1:].join(v)))
		case !strings.Contains(strings.TrimPrefix(strings.TrimPrefix(text.String(), "http://"), "https://"), "/"):
			text.WriteString("host") // hosts are not compared
		default:
			text.WriteString("{" + p.Name + "}") // a ? would begin the query
		}
	}
	u, err := url.Parse(text.String())
	if err != nil {
		return nil
	}
	return u
}

// unescaped takes a piece of knownURL apart and unescapes its literals.
func (r Recipe) unescaped(text string, unescape func(string) (string, error)) parts {
	out := Template(text).parts()
	for i, p := range out {
		if plain, err := unescape(p.literal); err == nil {
			out[i].literal = plain
		}
		out[i].Optional = slices.Contains(r.URL.Placeholders(), Placeholder{p.Name, true})
	}
	return out
}

// match reads an escaped path. A placeholder never takes a slash, but for an
// escaped one.
func (s *served) match(path string, known func(string) (string, bool)) ([]capture, bool) {
	if s == nil {
		return nil, false
	}
	if path != "" && path == s.plain {
		return nil, true
	}
	segments := strings.Split(cmp.Or(path, "/"), "/")
	if len(segments) != len(s.path) {
		return nil, false
	}
	var out []capture
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		if err != nil {
			return nil, false
		}
		captures, ok := s.path[i].match(text, known)
		if !ok {
			return nil, false
		}
		out = append(out, captures...)
	}
	return out, true
}

// String is the path as a template.
func (s *served) String() string {
	if s == nil {
		return ""
	}
	segments := make([]string, len(s.path))
	for i, p := range s.path {
		segments[i] = p.text()
	}
	return strings.Join(segments, "/")
}
