package recipe

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// MinRandom is the minimum number of characters of a random value, in a profile and in a
// request. MaxRandom is the maximum in a profile.
const (
	MinRandom = 8
	MaxRandom = 256
)

// made checks a made value, except a hash or signature, for which the whole request is
// needed.
func (rd *reader) made(member string, c capture, m Make) {
	switch {
	case m.Time != "":
		if _, _, ok := m.ParseTime(c.text); !ok {
			rd.worded(member, c.Name, Malformed, m.timeWords(), lang.Text{EN: c.text})
		}
	case m.Random > 0:
		if len(c.text) < MinRandom {
			rd.worded(member, c.Name, Malformed, lang.Sprintf(lang.Text{EN: "at least %s", ZH: "至少 %s"}, lang.Amount(MinRandom, "character", "个字符")), lang.Text{EN: c.text})
		}
	case m.JWT != nil:
		rd.token(member, c, *m.JWT)
	case m.Hash == "" && !rd.covering[c.Name]:
		rd.encoded(member, c, m)
	}
}

func (m Make) encodingWords() lang.Text {
	return lang.Text{EN: strings.TrimSpace(m.Encoding + " of " + string(m.Text)), ZH: strings.TrimSpace(string(m.Text) + " 的 " + m.Encoding)}
}

func (m Make) timeWords() lang.Text {
	zone := m.Zone
	if zone == "" {
		zone = "UTC"
	}
	example := m.time(time.Date(2026, time.January, 31, 23, 59, 58, 0, time.UTC))
	return lang.Sprintf(lang.Text{EN: "a time as %s in %s, such as %s", ZH: "%[2]s 时间，格式 %[1]s，例如 %[3]s"}, m.Time, zone, example)
}

// encoded decodes a text that is not hashed, and records the values in it.
func (rd *reader) encoded(member string, c capture, m Make) {
	text, err := decode(c.text, m.encoding())
	if err != nil {
		rd.worded(member, c.Name, Malformed, m.encodingWords(), lang.Text{EN: c.text})
		return
	}
	captures, ok := m.Text.parts().match(string(text), rd.known)
	if !ok {
		rd.worded(member, c.Name, Malformed, m.encodingWords(), lang.Text{EN: c.text})
	}
	for _, inner := range captures {
		rd.value(member, inner)
	}
}

// derivations computes the values that are made from a text, and compares them with those
// that were sent.
func (rd *reader) derivations(req *http.Request, body []byte) {
	d := rd.deriver(req, body)
	names := make([]string, 0, len(rd.makes))
	for name, m := range rd.makes {
		if m.IsText() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		m := rd.makes[name]
		if m.JWT != nil {
			rd.verifyToken(d, name, *m.JWT)
			continue
		}
		got, sent := rd.seen.Values[name]
		text, key, missing := m.expandMake(d.value)
		value := ""
		if !required(missing) {
			value, _ = m.derive(text, key) // lint reports an unknown hash; a public key cannot sign
		}
		if rd.seen.Derivations == nil {
			rd.seen.Derivations = map[string]Derivation{}
		}
		rd.seen.Derivations[name] = Derivation{Name: name, Make: m, Text: secret.New(text), Value: value}.withKey(key)
		computed := m.Hash != "" || rd.covering[name] // otherwise encoded has read the value
		if sent && computed && (required(missing) || !m.verify(text, key, got.Reveal())) {
			rd.problem(rd.at[name], name, Differs, value, got.Reveal())
		}
	}
}

func (rd *reader) deriver(req *http.Request, body []byte) *deriver {
	return &deriver{reader: rd, covered: rd.coveredBy(req, body), computed: map[string]string{}, left: maxValues}
}

// deriver looks up the values of the placeholders in the texts of makes.
type deriver struct {
	*reader
	covered  *covered
	computed map[string]string // values that the request does not contain; "" if they have no value
	left     int               // bytes of values that may still be looked up
}

// value returns the value of a placeholder in a make.
func (d *deriver) value(name string) (string, bool) {
	v, ok := d.find(name)
	if d.left -= len(v); d.left < 0 {
		return "", false
	}
	return v, ok
}

func (d *deriver) find(name string) (string, bool) {
	if v, ok := d.covered.value(name); ok {
		return v, true
	}
	if v, ok := d.known(name); ok {
		return v, true
	}
	m, made := d.makes[name]
	if v, sent := d.seen.Text(name); sent && (!made || m.Hash == "") {
		return v, true
	}
	if !made || !m.IsText() || m.JWT != nil {
		return "", false
	}
	if _, begun := d.computed[name]; !begun {
		d.computed[name] = "" // ends a cycle
		if text, key, missing := m.expandMake(d.value); !required(missing) {
			d.computed[name], _ = m.derive(text, key)
		}
	}
	return d.computed[name], d.computed[name] != ""
}

// coveredBy returns the parts of the request that makes cover, without the members that
// contain these makes.
func (rd *reader) coveredBy(req *http.Request, body []byte) *covered {
	c := covered{
		method: req.Method, path: PathAfter(rd.Known, req.URL.EscapedPath()), rawQuery: req.URL.RawQuery, body: string(body),
		mediaType: rd.recipe.ContentType(), address: rd.address(req),
	}
	return c.without(rd.held)
}

// address returns the URL of the request without its query. The host is that of the recipe,
// because a proxy may have changed it.
func (rd *reader) address(req *http.Request) string {
	u := *req.URL
	u.Scheme, u.Host, u.RawQuery, u.Fragment = "http", req.Host, "", ""
	if known := rd.recipe.knownURL(rd.Known); known != nil && known.Scheme != "" {
		u.Scheme = known.Scheme
		if known.Host != unknownHost {
			u.Host = known.Host
		}
	}
	return u.String()
}
