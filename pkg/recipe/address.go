package recipe

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// AddressError says why the URL of a recipe is not a valid absolute http or https URL. URL
// lacks the user, password, query and fragment, which may contain secrets.
type AddressError struct {
	URL     string
	Problem lang.Text
}

func (e *AddressError) Error() string { return e.Text().EN }

// Text returns the error in both languages.
func (e *AddressError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "address %q: %s", ZH: "地址 %q %s"}, e.URL, e.Problem)
}

// address expands a URL. A value at its start is itself a URL and is inserted as is, but
// without its trailing slash if a slash follows. Any later value is one path segment or
// query value and is escaped.
func (b *builder) address(t Template) (*url.URL, error) {
	var text strings.Builder
	all := t.parts()
	value := b.counted(b.value)
	for i, p := range all {
		if p.Name == "" {
			text.WriteString(p.literal)
			continue
		}
		v, ok := value(p.Name)
		switch {
		case !ok:
			b.missing([]Placeholder{p.Placeholder})
		case i == 0:
			v = all[1:].join(v)
			if len(all) > 1 && strings.ContainsAny(v, "?#") {
				return &url.URL{}, &AddressError{shownAddress(v), lang.Text{EN: "must not contain ? or #, because more follows it", ZH: "不能含 ? 或 #，因为后面还有内容"}}
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

// CheckAddress returns an [*AddressError] if the template is not a valid URL with the known
// values and harmless other ones. It returns nil if the value at its start is not known.
func (t Template) CheckAddress(known Values) error {
	b := builder{made: map[string]string{}}
	for i, ph := range t.Placeholders() {
		text, ok := known.Text(ph.Name)
		switch {
		case !ok && i == 0 && strings.HasPrefix(string(t), "{"+ph.Name):
			return nil
		case !ok:
			text = "1"
		}
		b.made[ph.Name] = text
	}
	if _, err := b.address(t); b.size <= maxValues { // otherwise Build reports it
		return err
	}
	return nil
}

// ExpandAddress is [Template.Expand] for a URL: the value at its start loses its trailing
// slash if a slash follows.
func (t Template) ExpandAddress(value func(name string) (string, bool)) (text string, missing []Placeholder) {
	all := t.parts()
	if len(all) == 0 || all[0].Name == "" {
		return all.expand(value)
	}
	start, missing := all[:1].expand(value)
	rest, more := all[1:].expand(value)
	return all[1:].join(start) + rest, append(missing, more...)
}

// join returns address, without a trailing slash if the parts start with one.
func (ps parts) join(address string) string {
	if len(ps) > 0 && strings.HasPrefix(ps[0].literal, "/") {
		return strings.TrimSuffix(address, "/")
	}
	return address
}

var needsHost = lang.Text{EN: "needs http:// or https:// and a host", ZH: "须以 http:// 或 https:// 开头，并有主机名"}

func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(plain(text))
	switch {
	case err != nil && strings.Contains(text, "://"):
		return &url.URL{}, &AddressError{shownAddress(text), lang.Text{EN: "cannot be read as an address", ZH: "不是有效的地址"}}
	case err != nil: // a misplaced colon
		return &url.URL{}, &AddressError{shownAddress(text), needsHost}
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return &url.URL{}, &AddressError{shownAddress(text), needsHost}
	case u.User != nil:
		return &url.URL{}, &AddressError{shownAddress(text), lang.Text{EN: "must not contain a user or password", ZH: "不能含用户名或密码"}}
	case slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." }):
		return &url.URL{}, &AddressError{shownAddress(text), lang.Text{EN: "must not contain . or .. as a part of its path", ZH: "路径里不能有 . 或 .. 段"}}
	}
	return u, nil
}

// shownAddress returns the part of an address, even a malformed one, that is safe to
// print.
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

// plain escapes the characters after the host that cannot appear in a request line.
// Control characters stay, and url.Parse refuses them.
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

// PathAfter returns path without the path of base_url, because a vendor that signs its
// paths does not see the prefix that a gateway or an emulator adds. An empty path becomes
// "/", as on the wire.
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

// served is the path and the query of a recipe's URL, parsed for matching. Placeholders
// remain, except at the start of the URL, where the value is known.
type served struct {
	path  []parts
	plain string // the path if it has no placeholder and no escape; otherwise ""
	query map[string]parts
}

// served parses the URL; nil if the value at its start is not known.
func (r Recipe) served(known Values) *served {
	u := r.knownURL(known)
	if u == nil {
		return nil
	}
	path := u.RawPath // as written: escaping would break placeholders
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

// unknownHost is the host of a URL whose host is a placeholder.
const unknownHost = "host"

// escapedBraces escapes the braces that do not begin or end a placeholder, until the URL is
// parsed.
var escapedBraces = strings.NewReplacer("{", "%7B", "}", "%7D")

// knownURL returns the URL with its placeholders, but with the known value at its start
// and a dummy host. It returns nil if the start is not known.
func (r Recipe) knownURL(known Values) *url.URL {
	var text strings.Builder
	all := r.URL.parts()
	for i, p := range all {
		switch v, ok := known.Text(p.Name); {
		case p.Name == "":
			text.WriteString(escapedBraces.Replace(p.literal))
		case i == 0 && !ok:
			return nil
		case i == 0:
			text.WriteString(escapedBraces.Replace(all[1:].join(v)))
		case !strings.Contains(strings.TrimPrefix(strings.TrimPrefix(text.String(), "http://"), "https://"), "/"):
			text.WriteString(unknownHost) // hosts are not compared
		default:
			text.WriteString("{" + p.Name + "}") // without its ?, which would start the query
		}
	}
	u, err := url.Parse(text.String())
	if err != nil {
		return nil
	}
	return u
}

// unescaped parses a part of knownURL and unescapes its literals.
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

// match reads an escaped path. A placeholder matches no slash except an escaped one.
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

// String returns the path as template source.
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
