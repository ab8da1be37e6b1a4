package emulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// longestDiagnosis is in bytes.
const longestDiagnosis = 4 << 10

// diagnosis says in one line what was wrong with a request, the reason of its
// refusal first. Secrets are masked in it.
func (c *call) diagnosis() string {
	findings := slices.Clone(c.findings)
	slices.SortStableFunc(findings, func(a, b finding) int { return c.rank(a) - c.rank(b) })
	var lines []string
	for i, f := range findings {
		if i == 4 && len(findings) > 5 {
			lines = append(lines, fmt.Sprintf("and %d more", len(findings)-i))
			break
		}
		lines = append(lines, c.line(f))
	}
	text := c.scrubber().Scrub(strings.Join(lines, "; "))
	if len(text) > longestDiagnosis {
		text = strings.ToValidUTF8(text[:longestDiagnosis], "") + "…"
	}
	return text
}

func (c *call) line(f finding) string {
	if f.text != "" {
		return f.text
	}
	text := shown(f.problem.Member) + ": " + c.describe(f.problem)
	if f.kind == "" && f.problem.Kind != recipe.Unread {
		text += " (not enforced)"
	}
	return text
}

// describe says what is wrong with a member.
func (c *call) describe(p recipe.Problem) string {
	expected, received := c.sides(p)
	template, known := c.s.template(p.Member)
	if known && len(template.Placeholders()) == 0 {
		expected = c.literals(p.Member, expected)
	}
	switch {
	case p.Kind == recipe.Missing && p.Placeholder == "basic_auth" && c.v.expect.AnyAuth:
		return "is missing: expected Basic and base64 of client_id:client_secret, or client_id and client_secret in the body"
	case p.Kind == recipe.Missing && p.Placeholder == "basic_auth":
		return "is missing: expected Basic and base64 of client_id:client_secret, as token_endpoint_auth_method says"
	case p.Kind == recipe.Missing && p.Placeholder == "" && expected != "":
		return "is missing: expected " + expected
	case p.Kind == recipe.Missing:
		return "is missing"
	case p.Kind == recipe.Unread:
		return "was sent, but nothing reads it" + c.meant(p)
	case p.Placeholder == "sign":
		return c.signature(p)
	case p.Kind == recipe.Malformed && expected == "" && received == "":
		return "cannot be read"
	case p.Kind == recipe.Malformed && expected == "":
		return "cannot be read: " + received
	case recipe.IsClientAuth(p.Placeholder) && p.Kind == recipe.Differs, p.Kind == recipe.Malformed && received == "":
		return "expected " + expected // a sentence
	case p.Kind == recipe.Malformed || c.open(p):
		return c.within(p) + "expected " + expected + ", got " + cmp.Or(received, "nothing") + c.likely(p)
	case p.Placeholder == "" && known:
		return "expected the form " + shown(string(template)) + c.schemeSent(p)
	}
	return c.within(p) + "is not the value that is registered here: expected " + expected + ", got " + received + "; " +
		difference(p.Expected.Reveal(), p.Got.Reveal()) + c.likely(p)
}

// literals are the values that a member has in the steps served at one place,
// such as grants; or expected, where it is the only one.
func (c *call) literals(member, expected string) string {
	var all []string
	for _, s := range c.here {
		if t, ok := s.template(member); ok && len(t.Placeholders()) == 0 && !slices.Contains(all, string(t)) {
			all = append(all, string(t))
		}
	}
	if n := len(all) - 1; n > 0 {
		return strings.Join(all[:n], ", ") + " or " + all[n]
	}
	return expected
}

// meant names the member that a misnamed one may be meant for: the only one of
// its group that is missing.
func (c *call) meant(unread recipe.Problem) string {
	group, _, _ := strings.Cut(unread.Member, ".")
	var missing []string
	for _, f := range c.findings {
		p := f.problem
		if other, name, ok := strings.Cut(p.Member, "."); ok && other == group && p.Kind == recipe.Missing {
			missing = append(missing, name)
		}
	}
	if len(missing) != 1 {
		return ""
	}
	return "; is " + shown(missing[0]) + " meant?"
}

// within names the value, in a member that holds several, that is wrong.
func (c *call) within(p recipe.Problem) string {
	if template, known := c.s.template(p.Member); known && p.Placeholder != "" && !slices.ContainsFunc(template.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == p.Placeholder }) {
		return p.Placeholder + ": "
	}
	return ""
}

// schemeSent tells the scheme of an Authorization that has another form.
func (c *call) schemeSent(p recipe.Problem) string {
	scheme, _, two := strings.Cut(p.Got.Reveal(), " ")
	switch {
	case p.Member != "headers.Authorization":
		return ""
	case !two:
		return ", got no scheme before it"
	}
	return ", got the scheme " + shown(scheme)
}

// likely guesses how a wrong value came about.
func (c *call) likely(p recipe.Problem) string {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	unescaped, err := url.QueryUnescape(got)
	_, digits := strconv.ParseUint(got, 10, 63)
	switch {
	case p.Placeholder == "timestamp_ms" && digits == nil && len(got) == 10:
		return ": these are seconds"
	case p.Placeholder == "timestamp" && digits == nil && len(got) == 13:
		return ": these are milliseconds"
	case expected == "" || p.Kind == recipe.Malformed || expected == got:
		return ""
	case strings.ReplaceAll(expected, "+", " ") == got:
		return "; a + in a form, and in Basic, is a space: send %2B (RFC 6749 §2.3.1)"
	case strings.TrimSpace(got) == expected:
		return "; there is white space around it"
	case strings.EqualFold(got, expected):
		return "; only upper and lower case differ"
	case err == nil && unescaped == expected:
		return "; it is percent-encoded once too often"
	case strings.Trim(got, "\"'") == expected:
		return "; there are quotes around it"
	}
	for _, name := range c.v.p.InputNames() {
		if value, ok := c.v.inputs.Text(name); ok && value == got && name != p.Placeholder {
			return "; it is the value of " + name
		}
	}
	return ""
}

// difference tells where two texts part without showing them.
func difference(expected, got string) string {
	a, b := []rune(expected), []rune(got)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	switch {
	case n == len(b):
		return fmt.Sprintf("it ends after %d of %s", n, lang.Count(len(a), "character"))
	case n == len(a):
		return "it goes on after the " + lang.Count(n, "character") + " expected"
	}
	return fmt.Sprintf("character %d is the first that differs (got %d, expected %s)", n+1, len(b), lang.Count(len(a), "character"))
}

// shown makes a text from outside fit for one line.
func shown(text string) string {
	const most = 120
	if text == "" {
		return "nothing"
	}
	runes := []rune(text)
	if len(runes) > most {
		runes = append(runes[:most], '…')
	}
	text = string(runes)
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(text)
	}
	return text
}

// maskPath is the request's path without the secrets that the recipe puts in it.
func (c *call) maskPath() string {
	path := c.req.URL.Path
	if path == c.s.path {
		return path // the recipe puts nothing in it
	}
	for name, value := range c.seen.Values {
		if c.v.secret(name) && !value.IsZero() {
			path = strings.ReplaceAll(path, value.Reveal(), secret.Redacted)
		}
	}
	return path
}

// DiagnosisHeader is the header of a vendor's answer that says what was wrong
// with the request, as Event.Diagnosis: in printable ASCII, everything else and
// the percent sign percent-encoded as UTF-8, and cut at 1 KiB.
const DiagnosisHeader = "X-Ssoctl-Diagnosis"

const longestHeader = 1 << 10 // of its value, in bytes

// headerText writes a diagnosis as a header's value.
func headerText(text string) string {
	const more = "..."
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		piece := string(r)
		if r < ' ' || r > '~' || r == '%' {
			escaped := ""
			for _, c := range []byte(piece) {
				escaped += fmt.Sprintf("%%%02X", c)
			}
			piece = escaped
		}
		if b.Len()+len(piece) > longestHeader-len(more) {
			return b.String() + more
		}
		b.WriteString(piece)
	}
	return strings.TrimSpace(b.String())
}
