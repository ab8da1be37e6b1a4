package record

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"ssoctl/pkg/exactjson"
)

// encoding says how a value is encoded in a part of a request.
type encoding int

const (
	inHeader encoding = iota // not encoded
	inPath
	inQuery // also in forms
	inJSON
)

// encode encodes s as net/url and encoding/json do. The shell functions return the same
// text, so that a signature over the encoded text stays valid.
func (e encoding) encode(s string) string {
	switch e {
	case inPath:
		return url.PathEscape(s)
	case inQuery:
		return url.QueryEscape(s)
	case inJSON:
		return exactjson.Escape(s)
	}
	return s
}

// function returns a shell function that encodes its argument with POSIX tools only, or
// "" if the encoding needs none.
func (e encoding) function() (name, definition string) {
	// od turns each byte into digits, because awk cannot read arbitrary bytes.
	const percent = `%s() {
  printf %%s "$1" | od -An -v -tx1 | awk '
    BEGIN { for (i = 33; i < 127; i++) char[sprintf("%%02x", i)] = sprintf("%%c", i) }
    { for (i = 1; i <= NF; i++)
        if ($i == "20") printf "%%s", "%s"
        else if (char[$i] ~ /[%s]/) printf "%%s", char[$i]
        else printf "%%s", "%%" toupper($i) }'
}`
	switch e {
	case inPath:
		return "pathencode", fmt.Sprintf(percent, "pathencode", "%20", "A-Za-z0-9._~$&+=:@-")
	case inQuery:
		return "urlencode", fmt.Sprintf(percent, "urlencode", "+", "A-Za-z0-9._~-")
	case inJSON:
		return "jsonescape", `jsonescape() {
  printf %b "$(printf %s "$1" | od -An -v -to1 | awk '
    BEGIN {
      for (i = 0; i < 32; i++) char[sprintf("%03o", i)] = sprintf("\\\\u%04x", i)
      char["010"] = "\\\\b"; char["011"] = "\\\\t"; char["012"] = "\\\\n"
      char["014"] = "\\\\f"; char["015"] = "\\\\r"
      char["042"] = "\\\\\""; char["134"] = "\\\\\\\\" }
    { for (i = 1; i <= NF; i++) printf "%s", $i in char ? char[$i] : "\\0" $i }')"
}`
	}
	return "", ""
}

// shellWriter writes shell words and collects the variables and functions that they use.
type shellWriter struct {
	variables       []Variable
	uses, functions map[string]bool
}

// piece is a part of a word. All variables in it have the same encoding.
type piece struct {
	text string
	in   encoding
}

// word returns one argument of quoted text and variables.
func (w *shellWriter) word(pieces ...piece) string {
	var out, literal strings.Builder
	flush := func() {
		out.WriteString(Quote(literal.String()))
		literal.Reset()
	}
	for _, p := range pieces {
		for {
			at, v := w.next(p.text)
			literal.WriteString(p.text[:at])
			if v == nil {
				break
			}
			flush()
			out.WriteString(w.expression(v, p.in))
			p.text = p.text[at+len(v.Mark):]
		}
	}
	flush()
	if out.Len() == 0 {
		return "''"
	}
	return out.String()
}

// next returns the first variable in text and the index of its mark, or len(text) and nil
// if there is none.
func (w *shellWriter) next(text string) (at int, v *Variable) {
	at = len(text)
	for i := range w.variables {
		if found := strings.Index(text[:at], w.variables[i].Mark); found >= 0 {
			at, v = found, &w.variables[i]
		}
	}
	return at, v
}

// expression returns a shell expression for a variable, encoded as that place of a request needs it.
func (w *shellWriter) expression(v *Variable, in encoding) string {
	w.uses[v.Name] = true
	name, definition := in.function()
	if name == "" || !v.Value.IsZero() && in.encode(v.Value.Reveal()) == v.Value.Reveal() {
		return `"$` + v.Name + `"`
	}
	w.functions[definition] = true
	return `"$(` + name + ` "$` + v.Name + `")"`
}

// Assign returns the shell command that sets and exports a variable.
func Assign(name, value string) string {
	if value == "" {
		return "export " + name + "=''"
	}
	return "export " + name + "=" + Quote(value)
}

// Quote quotes text for a POSIX shell in single quotes. Control characters and bytes that
// are not UTF-8 become printf escapes, so that the result is safe to print on a terminal.
// The result for "" is "".
func Quote(text string) string {
	var b strings.Builder
	for text != "" {
		hidden := strings.IndexFunc(text, isHidden)
		if hidden < 0 {
			hidden = len(text)
		}
		if hidden > 0 {
			b.WriteString("'" + strings.ReplaceAll(text[:hidden], "'", `'\''`) + "'")
			text = text[hidden:]
			continue
		}
		b.WriteString(`"$(printf '`)
		for text != "" && strings.IndexFunc(text, isHidden) == 0 {
			_, size := utf8.DecodeRuneInString(text)
			for _, c := range []byte(text[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
			text = text[size:]
		}
		b.WriteString(`')"`)
	}
	return b.String()
}

// isHidden reports whether r must be escaped. Line feeds must not: $(…) strips them.
func isHidden(r rune) bool {
	return r == utf8.RuneError || r != '\n' && !unicode.IsGraphic(r)
}
