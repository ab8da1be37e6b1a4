package capture

import (
	"encoding/json"
	"io"
	"net/url"
	"strconv"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/scrub"
)

// leaf returns the replacement for a member's value, or false to keep it. value is a
// string or a json.Number.
type leaf func(key string, value any) (string, bool)

// rewriteData is [rewriteJSON] for the body of a response, which may be XML, a form, a JWT or
// a script.
func rewriteData(text string, response client.Response, f leaf) string {
	if response.Form() == body.Markup {
		return rewriteXML(text, response.Value(), f)
	}
	if response.Form() == body.JWT {
		claims, _ := body.Claims([]byte(text))
		return string(body.UnsignedJWT([]byte(rewriteJSON(string(claims), "json", f))))
	}
	if response.Form() == body.Fields {
		return rewritePairs(text, "json", f)
	}
	inner, _ := body.JSONP([]byte(text))
	if response.Form() != body.Script || len(inner) == 0 {
		return rewriteJSON(text, "json", f)
	}
	before, after, _ := strings.Cut(text, string(inner))
	return before + rewriteJSON(string(inner), "json", f) + after
}

// rewriteJSON replaces strings and numbers in a JSON text, and keeps everything else byte
// for byte. f gets the keys of [fixture.Flatten] with the prefix at. Invalid JSON is returned
// without what looks like a token.
func rewriteJSON(text, at string, f leaf) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	w := jsonWalk{at: at}
	var b strings.Builder
	end, copied := 0, 0
	for {
		before := end
		token, err := dec.Token()
		if err != nil {
			if err != io.EOF {
				return scrub.WithoutRuns(text)
			}
			break
		}
		end = int(dec.InputOffset())
		start := before
		for start < end && strings.IndexByte(" \t\r\n,:", text[start]) >= 0 {
			start++
		}
		key, isLeaf := w.step(token)
		if !isLeaf {
			continue
		}
		if replacement, ok := f(key, token); ok {
			if _, number := token.(json.Number); !number || !json.Valid([]byte(replacement)) {
				replacement = exactjson.Quote(replacement)
			}
			b.WriteString(text[copied:start] + replacement)
			copied = end
		}
	}
	b.WriteString(text[copied:])
	return b.String()
}

// jsonWalk tracks the key of each token.
type jsonWalk struct {
	at    string
	stack []jsonLevel
}

type jsonLevel struct {
	at    string // key of the object or array itself
	array bool
	index int
	name  string
	named bool // the name has been read, but not its value
}

// step processes the next token and returns its key if it is a value: a string or a
// number.
func (w *jsonWalk) step(token json.Token) (key string, isLeaf bool) {
	if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
		w.stack = w.stack[:len(w.stack)-1]
		return "", false
	}
	key = w.at
	if n := len(w.stack); n > 0 {
		l := &w.stack[n-1]
		switch {
		case l.array:
			key = l.at + "." + strconv.Itoa(l.index)
			l.index++
		case !l.named:
			l.name, l.named = token.(string), true
			return "", false
		default:
			key, l.named = l.at+"."+l.name, false
		}
	}
	switch t := token.(type) {
	case json.Delim:
		w.stack = append(w.stack, jsonLevel{at: key, array: t == '['})
		return "", false
	case string, json.Number:
		return key, true
	}
	return "", false
}

// rewritePairs replaces values in a query or form. Invalid escapes are taken literally. What has
// no equals sign, or several values separated by semicolons, loses what looks like a token.
func rewritePairs(raw, at string, f leaf) string {
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, has := strings.Cut(pair, "=")
		if !has {
			pairs[i] = scrub.WithoutRuns(pair)
			continue
		}
		if replacement, ok := f(at+"."+body.Unescape(name), body.Unescape(value)); ok {
			if replacement != "*" { // valid in a query as is
				replacement = url.QueryEscape(replacement)
			}
			pairs[i] = name + "=" + replacement
		} else if strings.Contains(value, ";") {
			pairs[i] = name + "=" + scrub.WithoutRuns(value)
		}
	}
	return strings.Join(pairs, "&")
}
