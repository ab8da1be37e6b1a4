package recipe

import (
	"maps"
	"net/http"
	"slices"

	"ssoctl/pkg/secret"
)

// Recogniser is a parsed [Recipe] for a server that reads many requests. Do not change it
// or the values that it was made from.
type Recogniser struct {
	Expect
	recipe               Recipe
	served               *served
	query, headers, form []wanted // in alphabetical order
	json                 *wantedJSON
	contentType          string               // of the body; "" if there is none
	namesContentType     bool                 // the recipe sets it as a header
	makes                map[string]Make      // see Recipe.used
	covering             map[string]bool      // see Recipe.covering
	held                 map[string]bool      // the members that contain covering makes
	texts                map[string]knownText // from Known, with the placeholders of client authentication
	auth                 map[string]string    // see authMembers
}

// knownText is a known value, prepared for comparison.
type knownText struct {
	text  string
	value secret.String // text, wrapped
	hides bool          // the value was given as a secret
}

// wanted is one member that a request must contain.
type wanted struct {
	name, member string // member is group.name
	parts        parts
	list         []parts // of a repeated member; nil for others
}

// Recogniser parses the recipe.
func (r Recipe) Recogniser(expect Expect) *Recogniser {
	rec := &Recogniser{
		Expect: expect, recipe: r, served: r.served(expect.Known),
		headers: wantedOf("headers", nil, r.Headers), contentType: r.ContentType(), namesContentType: r.namesContentType(),
	}
	rec.texts = textsOf(expect.Known)
	if expect.AnyAuth {
		rec.auth = r.authMembers()
	}
	if len(rec.jwtMethods()) > 0 {
		rec.texts[jwtAuthType] = knownText{JWTBearer, secret.New(JWTBearer), false}
	}
	var inURL map[string]parts
	if rec.served != nil {
		inURL = rec.served.query
	}
	rec.query = withRepeated("query", wantedOf("query", inURL, r.Query), r.repeatedIn("query"))
	if r.JSON != nil {
		rec.json = wantJSON("json", r.JSON)
	} else if r.Form != nil {
		rec.form = withRepeated("form", wantedOf("form", nil, r.Form), r.repeatedIn("form"))
	}
	if rec.makes = r.used(); len(rec.makes) > 0 {
		rec.covering = r.covering()
		rec.held = r.holders(rec.covering)
	}
	return rec
}

func textsOf(known Values) map[string]knownText {
	out := map[string]knownText{}
	for name := range known {
		if text, ok := known.Text(name); ok {
			_, hides := known[name].(secret.String)
			out[name] = knownText{text, secret.New(text), hides}
		}
	}
	for _, name := range ClientAuth {
		if text, ok := known.clientAuth(name); ok {
			out[name] = knownText{text, secret.New(text), true}
		} else {
			delete(out, name)
		}
	}
	return out
}

func wantedOf(group string, first map[string]parts, members map[string]Template) []wanted {
	all := maps.Clone(first)
	if all == nil {
		all = map[string]parts{}
	}
	for name, t := range members {
		all[name] = t.parts()
	}
	var out []wanted
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, wanted{name: name, member: group + "." + name, parts: all[name]})
	}
	return out
}

// IsFor is [Recipe.IsFor].
func (rec *Recogniser) IsFor(req *http.Request) bool {
	_, ok := rec.served.match(req.URL.EscapedPath(), rec.Known.Text)
	return ok && req.Method == rec.recipe.Method
}

func (rec *Recogniser) reader(seen Seen) *reader { return &reader{Recogniser: rec, seen: seen} }

// Recognise does what [Recipe.Recognise] does. The methods of [reader] read the parts of the
// request.
func (rec *Recogniser) Recognise(req *http.Request, body []byte) Seen {
	rd := rec.reader(Seen{Values: make(map[string]secret.String, 8)})
	rd.at = make(map[string]string, 8)
	if rec.auth != nil {
		rd.sent = make(map[string]bool, 3)
	}
	if req.Method != rec.recipe.Method {
		rd.problem("method", "", Differs, rec.recipe.Method, req.Method)
	}
	rd.path(rec.served, req.URL.EscapedPath())
	rd.query(req.URL.RawQuery)
	rd.header(req.Header)
	if rd.body(req, body); rec.auth != nil {
		rd.clientAuth()
	}
	if len(rec.makes) > 0 {
		rd.derivations(req, body)
	}
	return rd.seen
}
