package scanpage

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/contentpolicy"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Placeholders returns the placeholders whose values [New] needs.
func Placeholders(s *profile.Scan) (names []recipe.Placeholder) {
	names = slices.Concat(s.SDK.Placeholders(), s.Origin.Placeholders(), s.Redirect.Placeholders())
	for _, t := range s.Options {
		names = append(names, t.Placeholders()...)
	}
	return names
}

// setup is the data for the page's script. It is sent as JSON and never becomes part of
// the page.
type setup struct {
	Lang    lang.Lang      `json:"lang"`
	Login   string         `json:"login"`
	SDK     string         `json:"sdk"`
	Class   string         `json:"class"`
	Find    string         `json:"find"` // script that looks up the class
	Options map[string]any `json:"options"`
	Message map[string]any `json:"message"`
	Event   string         `json:"event"`
	Events  map[string]any `json:"events"`
	Code    string         `json:"code"`
	Origin  string         `json:"origin"`
	// Redirect is where the page goes once it is confirmed, in pieces: even ones are text,
	// odd ones members of the message. Nil if the message has the code.
	Redirect []string `json:"redirect"`
	// Inputs are the names of the inputs for SDK and Origin, "" if there is none.
	Inputs struct {
		SDK    string `json:"sdk"`
		Origin string `json:"origin"`
	} `json:"inputs"`
}

// The id of the element that the vendor's script fills, and its size in pixels.
const (
	element = "code"
	size    = 300
)

// newSetup returns a [*profile.Error] if the profile or a value is not valid.
func newSetup(p *profile.Profile, values recipe.Values, l lang.Lang) (*setup, error) {
	s := p.Scan
	out := &setup{
		Lang: l, Login: p.Caption(l), Class: s.Class, Find: find(s.Class), Options: map[string]any{},
		Message: s.Message, Event: s.Event, Events: s.Events, Code: s.Code,
	}
	fault := func(key string, err error) error {
		return &profile.Error{Key: p.Name + ": scan." + key, Problem: lang.Sprintf(lang.Text{EN: "%v", ZH: "值有误：%v"}, err)}
	}
	if !profile.IsIdentifier(s.Class) {
		return nil, fault("class", lang.Errorf(lang.Text{EN: "%q is not a valid class name", ZH: "%q 不是有效的类名"}, s.Class))
	}
	text, _ := s.SDK.ExpandAddress(values.Text)
	sdk, err := url.Parse(text)
	if err == nil && (sdk.Host == "" || sdk.Scheme != "https" && sdk.Scheme != "http" || sdk.User != nil) {
		err = lang.Errorf(lang.Text{EN: "%q is not the URL of a script", ZH: "%q 不是脚本的地址"}, text)
	}
	if err != nil {
		return nil, fault("sdk", err)
	}
	out.SDK = sdk.String()
	text, _ = s.Origin.ExpandAddress(values.Text)
	if out.Origin, err = canonicalOrigin(text); err != nil {
		return nil, fault("origin", err)
	}
	for name, t := range s.Options {
		if out.Options[name], err = option(t, values); err != nil {
			return nil, fault("options."+name, err)
		}
	}
	out.Redirect = pieces(p, values)
	for field, t := range map[*string]recipe.Template{&out.Inputs.SDK: s.SDK, &out.Inputs.Origin: s.Origin} {
		if ph, only := t.Only(); only {
			*field = ph.Name
		}
	}
	return out, nil
}

// pieces returns the URL that the page goes to once it is confirmed, with the inputs filled
// in. A member of the message at its start is inserted as it is, any other is escaped.
func pieces(p *profile.Profile, values recipe.Values) []string {
	const mark = "\x00" // not in a URL
	members := p.FromMessage()
	if len(members) == 0 {
		return nil
	}
	text, _ := p.Scan.Redirect.ExpandAddress(func(name string) (string, bool) {
		if slices.Contains(members, name) {
			return mark + name + mark, true
		}
		return values.Text(name)
	})
	return strings.Split(text, mark)
}

// find returns a script that attaches the vendor's class to its own element. The class is
// named in the source, because a class declaration (class X {}) makes a global that is not
// a property of window.
func find(class string) string {
	return "document.currentScript.found = typeof " + class + ` === "function" && ` + class + ";"
}

// option expands a template for the vendor's script. A template of a single placeholder
// may become a number or a bool.
func option(t recipe.Template, values recipe.Values) (any, error) {
	known := recipe.Values{"element": element, "width": json.Number(fmt.Sprint(size)), "height": json.Number(fmt.Sprint(size))}
	for _, ph := range t.Placeholders() {
		if _, own := known[ph.Name]; !own {
			known[ph.Name] = values[ph.Name]
		}
		if _, hidden := known[ph.Name].(secret.String); hidden {
			return nil, lang.Errorf(lang.Text{EN: "{%s} is a secret, which must not reach a web page", ZH: "{%s} 是密钥，不能出现在网页里"}, ph.Name)
		}
	}
	if ph, only := t.Only(); only && known[ph.Name] != nil {
		return known[ph.Name], nil
	}
	text, _ := t.Expand(known.Text)
	return text, nil
}

// canonicalOrigin returns an origin as browsers write it: in lower case, without the
// default port. Its first label may be *, which stands for exactly one label.
func canonicalOrigin(text string) (string, error) {
	u, err := url.Parse(strings.ToLower(text))
	if err != nil {
		return "", err
	}
	host := strings.TrimPrefix(u.Hostname(), "*.")
	ported := u.Port() != "" && u.Port() != map[string]string{"https": "443", "http": "80"}[u.Scheme]
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.User != nil, strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "",
		!regexp.MustCompile(`^[a-z0-9.-]+$|:`).MatchString(host), host != u.Hostname() && net.ParseIP(host) != nil:
		return "", lang.Errorf(lang.Text{EN: "%q is not an origin: expected scheme://host, whose first label may be *", ZH: "%q 不是来源：应为 scheme://host，主机名第一段可以是 *"}, text)
	case ported:
		return u.Scheme + "://" + u.Host, nil
	}
	return u.Scheme + "://" + strings.TrimSuffix(u.Host, ":"+u.Port()), nil
}

// policy returns the Content-Security-Policy of the page. It allows only our own scripts
// and style, by digest; the vendor's script, by URL; requests to this server; and frames,
// images and requests of the vendor's origins.
func (s *setup) policy(ownScript, ownStyle string) (string, error) {
	sdk, err := url.Parse(s.SDK)
	if err != nil {
		return "", err
	}
	// Escape what would end a source or a directive. Sources have no query.
	script := strings.NewReplacer(";", "%3B", ",", "%2C", "'", "%27").Replace(sdk.Scheme + "://" + sdk.Host + sdk.EscapedPath())
	vendor := s.Origin + " " + sdk.Scheme + "://" + sdk.Host
	return "default-src 'none'; script-src " + ownScript + " " + contentpolicy.Digest(s.Find) + " " + script + "; style-src " + ownStyle +
		"; frame-src " + vendor + "; img-src " + vendor + "; connect-src 'self' " + vendor +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", nil
}
