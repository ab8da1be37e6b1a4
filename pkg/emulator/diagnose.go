package emulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// longestDiagnosis is the limit of a diagnosis, in bytes.
const longestDiagnosis = 4 << 10

// diagnosis lists in one line what was wrong with the request, beginning with the
// reason for its refusal. Secrets are masked.
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
	text := orNothing(f.problem.Member) + ": " + c.describe(f.problem)
	if f.kind == "" && f.problem.Kind != recipe.Unread {
		text += " (not enforced)"
	}
	return text
}

// describe says what is wrong with a member.
func (c *call) describe(p recipe.Problem) string {
	if p.Inside != "" {
		return c.insideToken(p)
	}
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
		return "was sent, but this step ignores it" + c.didYouMean(p)
	case c.isDerived(p.Placeholder):
		return c.signature(p)
	case p.Kind == recipe.Malformed && expected == "" && received == "":
		return "cannot be read"
	case p.Kind == recipe.Malformed && expected == "":
		return "cannot be read: " + received
	case recipe.IsClientAuth(p.Placeholder) && p.Kind == recipe.Differs, p.Kind == recipe.Malformed && received == "":
		return "expected " + expected // a sentence
	case p.Kind == recipe.Malformed || c.open(p):
		return c.within(p) + "expected " + expected + ", got " + cmp.Or(received, "nothing") + c.likelyCause(p)
	case p.Placeholder == "" && known:
		return "expected " + orNothing(string(template)) + c.schemeSent(p)
	}
	return c.within(p) + "is not the registered value: expected " + expected + ", got " + received + "; " +
		difference(p.Expected.Reveal(), p.Got.Reveal()) + c.likelyCause(p)
}

// literals lists the values of a member in all steps that share the path, such as
// grant types. If there is only one, it returns expected.
func (c *call) literals(member, expected string) string {
	var all []string
	for _, s := range c.candidates {
		if t, ok := s.template(member); ok && len(t.Placeholders()) == 0 && !slices.Contains(all, string(t)) {
			all = append(all, string(t))
		}
	}
	if n := len(all) - 1; n > 0 {
		return strings.Join(all[:n], ", ") + " or " + all[n]
	}
	return expected
}

// didYouMean suggests the member that an unknown one may be a misspelling of: the only
// missing member of its group.
func (c *call) didYouMean(unread recipe.Problem) string {
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
	return "; did you mean " + orNothing(missing[0]) + "?"
}

// within names the wrong value in a member that contains several values.
func (c *call) within(p recipe.Problem) string {
	if template, known := c.s.template(p.Member); known && p.Placeholder != "" && !slices.ContainsFunc(template.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == p.Placeholder }) {
		return p.Placeholder + ": "
	}
	return ""
}

// schemeSent names the scheme of an Authorization header that was not understood.
func (c *call) schemeSent(p recipe.Problem) string {
	scheme, _, two := strings.Cut(p.Got.Reveal(), " ")
	switch {
	case p.Member != "headers.Authorization":
		return ""
	case !two:
		return ", got no scheme"
	}
	return ", got the scheme " + orNothing(scheme)
}

// likelyCause names the probable cause of a wrong value, or returns "".
func (c *call) likelyCause(p recipe.Problem) string {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	unescaped, err := url.QueryUnescape(got)
	_, digits := strconv.ParseUint(got, 10, 63)
	format := c.s.fresh[p.Placeholder].Time
	switch {
	case (p.Placeholder == "timestamp_ms" || format == "%s%3N") && digits == nil && len(got) == 10:
		return ": this is in seconds"
	case (p.Placeholder == "timestamp" || format == "%s") && digits == nil && len(got) == 13:
		return ": this is in milliseconds"
	case expected == "" || p.Kind == recipe.Malformed || expected == got:
		return ""
	case strings.ReplaceAll(expected, "+", " ") == got:
		return "; in a form and in Basic a + means a space: send %2B (RFC 6749 §2.3.1)"
	case strings.TrimSpace(got) == expected:
		return "; there is white space around it"
	case strings.EqualFold(got, expected):
		return "; only the case differs"
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

// difference says where two different texts first differ, without showing them.
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
		return "it continues after the expected " + lang.Count(n, "character")
	}
	return fmt.Sprintf("the first difference is at character %d (got %s, expected %d)", n+1, lang.Count(len(b), "character"), len(a))
}

// orNothing returns the [printable.Value] of a text, or the word nothing for an empty one.
func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return printable.Value(text)
}

// maskPath returns the request's path without the secrets that the recipe puts in it.
func (c *call) maskPath() string {
	path := c.req.URL.Path
	if path == c.s.path {
		return path // a literal path has no secrets
	}
	for name, value := range c.seen.Values {
		if c.v.secret(name) && !value.IsZero() {
			path = strings.ReplaceAll(path, value.Reveal(), secret.Redacted)
		}
	}
	return path
}

// DiagnosisHeader is the response header with the [Event] Diagnosis of the request.
// Other characters than printable ASCII, and the percent sign, are percent-encoded
// UTF-8. The value is cut at 1 KiB. [Options].Quiet turns the header off.
const DiagnosisHeader = "X-Ssoctl-Diagnosis"

const longestHeader = 1 << 10 // limit of the header's value, in bytes

// headerText encodes a diagnosis as a header value.
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
