package profile

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Example is the example of a step's response, or of a refusal, for the emulator. It is a
// body alone, or a whole response in the format of HTTP/1.1. [ParseExample] makes one.
type Example struct {
	Status int // 0 if the example is a body alone
	header []exampleField
	body   recipe.Parsed
	text   recipe.Template // from which body was parsed
	form   body.Form       // how values are written in the body
	isJWT  bool            // the body has the claims of a JWT
}

type exampleField struct {
	name  string
	value recipe.Parsed
}

// ParseExample parses an example of a step. response is the step's key of that name. faults
// say what is wrong with a whole response; the Example works without the faulty parts.
func ParseExample(response string, t recipe.Template) (_ Example, faults []error) {
	text := strings.TrimLeft(string(t), " \t\r\n")
	if !strings.HasPrefix(text, "HTTP/") {
		return Example{body: t.Parse(), text: t, form: formOf(response, "", t)}, nil
	}
	m, err := fixture.ParseMessage(strings.ReplaceAll(text, "\r\n", "\n"))
	media := body.Media(m.Header.Get("Content-Type"))
	e := Example{Status: m.Status(), body: recipe.Template(m.Body).Parse(), text: recipe.Template(m.Body), form: formOf(response, media, recipe.Template(m.Body))}
	e.isJWT = body.IsJWT(media) && e.form == body.JSON
	if err == nil {
		err = e.check(m)
	}
	if err != nil {
		faults, e.Status = append(faults, err), http.StatusOK // any other status may be invalid
	}
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		for _, value := range m.Header[name] {
			if err := checkExampleField(name, value); err != nil {
				faults = append(faults, err)
				continue
			}
			e.header = append(e.header, exampleField{name, recipe.Template(value).Parse()})
		}
	}
	return e, faults
}

// checkExampleField checks one field of a whole response.
func checkExampleField(name, value string) error {
	switch http.CanonicalHeaderKey(name) {
	case "Content-Encoding":
		return &recipe.HeaderError{Name: name, Problem: lang.Text{EN: "cannot be set: the emulator does not compress", ZH: "不能设置：模拟器不压缩响应"}}
	case "Content-Type":
		if charset := body.Charset(value); charset != "" && !body.KnowsCharset(charset) {
			return lang.Errorf(lang.Text{EN: "unknown charset %q", ZH: "没有 %q 这种字符集"}, charset)
		}
	}
	return recipe.CheckHeader(name, value)
}

// check checks the status.
func (e Example) check(m fixture.Message) error {
	switch {
	case e.Status == 0:
		return lang.Errorf(lang.Text{EN: "the status line is %q: expected one such as HTTP/1.1 200 OK", ZH: "状态行是 %q，应类似 HTTP/1.1 200 OK"}, m.Start)
	case !isResponseStatus(e.Status):
		return lang.Errorf(lang.Text{EN: "HTTP %d is not a response to a step: expected 200 to 299, or 400 to 599", ZH: "HTTP %d 不是对步骤的响应：应为 200 至 299，或 400 至 599"}, e.Status)
	case e.Status == http.StatusNoContent && strings.TrimSpace(m.Body) != "":
		return lang.Errorf(lang.Text{EN: "HTTP 204 has no body", ZH: "HTTP 204 没有响应体"})
	}
	return nil
}

// isResponseStatus reports whether a step can be answered with an HTTP status.
func isResponseStatus(status int) bool {
	return 200 <= status && status <= 299 || 400 <= status && status <= 599
}

// formOf returns the form of the body t in an example. response is the step's key of that
// name; media is "" if the example does not declare one.
func formOf(response, media string, t recipe.Template) body.Form {
	text, _ := t.Expand(func(string) (string, bool) { return "1", true })
	if strings.TrimSpace(text) == "" {
		return body.Empty
	}
	if isPairs(string(t)) && (response == ResponseForm || response == "" && media == body.FormType) {
		return body.Fields
	}
	switch form := (body.Body{Data: []byte(text)}).Form(); form {
	case body.Page, body.Markup:
		return body.Markup
	case body.Script:
		return form
	}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, `"`) {
		return body.JSON
	}
	return body.Text
}

// IsFormExample reports whether an example is a form. response is the key response of its
// step. A step whose responses are forms may still refuse with JSON or XML.
func IsFormExample(response, example string) bool {
	return response == ResponseForm && isPairs(example)
}

func isPairs(example string) bool {
	i := strings.IndexAny(example, "=\"<[(")
	return i >= 0 && example[i] == '='
}

// IsZero reports whether there is no example.
func (e Example) IsZero() bool { return e.Status == 0 && e.form == body.Empty }

// Form returns the form of the body.
func (e Example) Form() body.Form { return e.form }

// Placeholders returns the placeholders of the header and the body in order, including
// repeated ones.
func (e Example) Placeholders() []recipe.Placeholder {
	var out []recipe.Placeholder
	for _, f := range e.header {
		out = append(out, f.value.Placeholders()...)
	}
	return append(out, e.body.Placeholders()...)
}

// Filled is an example with values in place of the placeholders, ready to be sent. Header is
// nil and Status 200 if the example is a body alone.
type Filled struct {
	Status int
	Header http.Header
	Body   string
}

// IsJWT reports whether the response is a JWT. [Example.Fill] makes one without a signature.
func (e Example) IsJWT() bool { return e.isJWT }

// Fill returns the response with a value for each placeholder, escaped as its place requires.
// The body is in the charset that it declares.
func (e Example) Fill(value func(name string) (string, bool)) Filled {
	text, _ := e.body.Expand(func(name string) (string, bool) {
		v, ok := value(name)
		return e.escape(v), ok
	})
	if e.Status == 0 {
		return Filled{Status: http.StatusOK, Body: text}
	}
	data, m := []byte(text), Filled{Status: e.Status, Header: http.Header{}}
	for _, f := range e.header {
		v, _ := f.value.Expand(value)
		m.Header.Add(f.name, strings.Map(printableInHeader, v))
	}
	if e.isJWT {
		data = body.UnsignedJWT(data)
	}
	m.Body = string(body.Of(m.Header, data).Encode())
	return m
}

// Quoting returns the example with quotes around the placeholder wherever it stands for a
// JSON number. It is for values that are not numbers: a vendor may have numbers at one
// address, and strings at another.
func (e Example) Quoting(name string) Example {
	if e.form == body.JSON {
		bare := regexp.MustCompile(`([:,\[]\s*)(\{` + regexp.QuoteMeta(name) + `\})`)
		e.text = recipe.Template(bare.ReplaceAllString(string(e.text), `$1"$2"`))
		e.body = e.text.Parse()
	}
	return e
}

// printableInHeader drops characters that cannot be in a field, such as line breaks.
func printableInHeader(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// escape returns a value, escaped for the form of the body.
func (e Example) escape(value string) string {
	switch e.form {
	case body.Fields:
		return url.QueryEscape(value)
	case body.Markup:
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(value)) // a Buffer takes everything
		return b.String()
	case body.JSON, body.Script:
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
			return exactjson.Escape(value)
		}
	}
	return value
}

// ExampleTrials returns three sets of values for the placeholders of an example. The first
// two have different digits, because some placeholders stand in place of a JSON number, and
// the first has long ones that appear nowhere else. The third has realistic values, with
// characters that JSON escapes.
func ExampleTrials(placeholders []recipe.Placeholder) []map[string]string {
	out := []map[string]string{{}, {}, {}}
	for i, ph := range placeholders {
		out[0][ph.Name] = fmt.Sprintf("71%06d000137", i)
		out[1][ph.Name] = fmt.Sprintf("9%03d", i)
		switch ph.Name {
		case "subject", "expires_in", "exp", "iat", "timestamp", "timestamp_ms", "tenant.id":
			out[2][ph.Name] = fmt.Sprint(9007199254740993 + i)
		case "access_token", "refresh_token":
			out[2][ph.Name] = fmt.Sprintf("emulated%032d", i)
		default:
			out[2][ph.Name] = fmt.Sprintf(`a"b\c é %d`, i)
		}
	}
	return out
}
