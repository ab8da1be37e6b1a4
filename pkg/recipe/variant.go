package recipe

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/secret"
)

// SignedAs finds out how a client made a signature that is not the one expected:
// by another encoding or hash, or over a text that differs in one or two of the
// ways that vendors' documents leave open. It returns that way in words, to
// follow "it was made", and the text that was hashed; "" when it is none of
// them. seen is what Recognise found of the request.
func (r Recipe) SignedAs(req *http.Request, body []byte, expect Expect, seen Seen) (how string, text secret.String) {
	const longest = 16 << 10 // of a text, since it is hashed many times
	if r.Sign == nil || seen.Values["sign"].IsZero() {
		return "", secret.String{}
	}
	rd := &reader{Recogniser: &Recogniser{Expect: expect, recipe: r, texts: textsOf(expect.Known)}, seen: seen}
	for _, name := range []string{"query", "form", "json"} {
		r.EachTemplate(func(key string, t Template) {
			if ph, only := t.Only(); only && ph.Name == "sign" && strings.HasPrefix(key, name+".") {
				rd.at = map[string]string{"sign": key}
			}
		})
	}
	parts := rd.signedParts(req, body)
	value := rd.signValue(parts)
	full := signed{path: req.URL.EscapedPath()}.value
	for _, use := range combined(twists(parts, full, r.secretsOf(expect))) {
		text, key := r.Sign.twisted(use, value)
		if len(text) > longest {
			break
		}
		if made, ok := r.Sign.madeBy(text, key, seen.Values["sign"].Reveal()); ok {
			return strings.TrimSpace(hows(use) + " " + made), secret.New(text)
		}
	}
	return "", secret.String{}
}

// combined are no twist, each alone and each pair: the simplest come first.
func combined(all []twist) [][]twist {
	out := [][]twist{nil}
	for i := range all {
		out = append(out, all[i:i+1])
	}
	for i := range all {
		for j := range i {
			out = append(out, []twist{all[j], all[i]})
		}
	}
	return out
}

// twist is one thing that a client does differently to the text that it signs.
type twist struct {
	how   string
	value func(name, v string) string
	text  func(string) string
}

func hows(use []twist) string {
	var out []string
	for _, t := range use {
		out = append(out, t.how)
	}
	return strings.Join(out, " and ")
}

func (s Sign) twisted(use []twist, value func(string) (string, bool)) (text, key string) {
	text, _ = s.Text.Expand(func(name string) (string, bool) {
		v, ok := value(name)
		for _, t := range use {
			if t.value != nil {
				v = t.value(name, v)
			}
		}
		return v, ok
	})
	for _, t := range use {
		if t.text != nil {
			text = t.text(text)
		}
	}
	key, _ = s.Key.Expand(value)
	return text, key
}

// secretsOf are the secrets in the signature's text.
func (r Recipe) secretsOf(expect Expect) []string {
	var out []string
	for _, ph := range r.Sign.Text.Placeholders() {
		if _, ok := expect.Known[ph.Name].(secret.String); ok {
			out = append(out, ph.Name)
		}
	}
	return out
}

// twists are the ways in which a text may differ.
func twists(s signed, full func(string) (string, bool), secrets []string) []twist {
	only := func(which []string, f func(string) string) func(string, string) string {
		return func(name, v string) string {
			if slices.Contains(which, name) {
				return f(v)
			}
			return v
		}
	}
	params, path := []string{"params", "query_sorted", "body"}, []string{"path", "path_compact"}
	constant := func(v string) func(string) string { return func(string) string { return v } }
	decoded, _ := url.QueryUnescape(s.rawQuery)
	sorted, _ := s.value("query_sorted")
	fullPath, _ := full("path")
	return []twist{
		{how: "with the time in seconds", value: only([]string{"timestamp_ms"}, func(v string) string { return v[:max(0, len(v)-3)] })},
		{how: "without the time", value: only([]string{"timestamp", "timestamp_ms"}, constant(""))},
		{how: "without the query and body", value: only(params, constant(""))},
		{how: "with the query", value: only(params, constant(s.rawQuery))},
		{how: "with ? before the query", value: only(params, constant("?"+s.rawQuery))},
		{how: "with the query sorted", value: only(params, constant(sorted))},
		{how: "with the query percent-decoded", value: only(params, constant(decoded))},
		{how: "with the body", value: only(params, constant(s.body))},
		{how: "without the secret", value: only(secrets, constant(""))},
		{how: "with the slashes of the path", value: only(path, constant(s.path))},
		{how: "without the slashes of the path", value: only(path, constant(strings.ReplaceAll(s.path, "/", "")))},
		{how: "with the whole path, from the root of the host", value: only([]string{"path"}, constant(fullPath))},
		{how: "with the whole path, from the root of the host", value: only([]string{"path_compact"}, constant(strings.ReplaceAll(fullPath, "/", "")))},
		{how: "with the method in lower case", value: only([]string{"method"}, strings.ToLower)},
		{how: "over the text in lower case", text: strings.ToLower},
		{how: "over the text in upper case", text: strings.ToUpper},
	}
}

// madeBy reports whether sign is a digest of text, and says how it differs from
// what s says: "" when it does not.
func (s Sign) madeBy(text, key, sign string) (how string, ok bool) {
	for _, h := range Hashes {
		if isKeyed(h) && key == "" {
			continue
		}
		other := s
		other.Hash = h
		sum, err := other.sum(text, key)
		if err != nil {
			continue
		}
		for _, enc := range []struct{ name, text string }{
			{"hex", encode(sum, "hex")},
			{"HEX", encode(sum, "HEX")},
			{"base64", encode(sum, "base64")},
			{"base64 without padding", base64.RawStdEncoding.EncodeToString(sum)},
			{"base64url", encode(sum, "base64url")},
			{"base64url with padding", base64.URLEncoding.EncodeToString(sum)},
			{"base64 of its hex digits", base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(sum)))},
		} {
			if enc.text != sign {
				continue
			}
			var differs []string
			if h != s.Hash {
				differs = append(differs, "by "+h+" instead of "+s.Hash)
			}
			if want := s.encoding(); enc.name != want {
				differs = append(differs, "in "+encodingWords(enc.name)+" instead of "+encodingWords(want))
			}
			return strings.Join(differs, " and "), true
		}
	}
	return "", false
}

func encodingWords(name string) string {
	switch name {
	case "hex":
		return "lower-case hex"
	case "HEX":
		return "upper-case hex"
	}
	return name
}
