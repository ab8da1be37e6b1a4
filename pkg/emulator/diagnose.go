package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// maxDiagnosis is the limit of a diagnosis, in bytes.
const maxDiagnosis = 4 << 10

// diagnosis lists in one line what was wrong with the request, beginning with the
// reason for its refusal. Secrets are masked.
func (c *call) diagnosis() lang.Text {
	findings := slices.Clone(c.findings)
	slices.SortStableFunc(findings, func(a, b finding) int { return c.rank(a) - c.rank(b) })
	var lines []lang.Text
	for i, f := range findings {
		if i == 4 && len(findings) > 5 {
			lines = append(lines, lang.Sprintf(lang.Text{EN: "and %d more", ZH: "另有 %d 处"}, len(findings)-i))
			break
		}
		lines = append(lines, c.line(f))
	}
	text := joined(lines)
	cut := func(text string) string {
		if text = c.scrubber().Scrub(text); len(text) > maxDiagnosis {
			text = strings.ToValidUTF8(text[:maxDiagnosis], "") + "…"
		}
		return text
	}
	return lang.Text{EN: cut(text.EN), ZH: cut(text.ZH)}
}

// Texts that several diagnoses contain.
var (
	isMissing    = lang.Text{EN: "is missing", ZH: "缺少"}
	missingWants = lang.Text{EN: "is missing: expected %s", ZH: "缺少，应为 %s"}
	expectedOnly = lang.Text{EN: "expected %s", ZH: "应为 %s"}
)

func (c *call) line(f finding) lang.Text {
	if !f.text.IsZero() {
		return f.text
	}
	text := about(orNothing(c.scrubber().Scrub(f.problem.Member)), c.describe(f.problem))
	if f.kind == "" && f.problem.Kind != recipe.Unread {
		text = plus(text, lang.Text{EN: " (not enforced)", ZH: "（不会因此拒绝）"})
	}
	return text
}

// describe says what is wrong with a member.
func (c *call) describe(p recipe.Problem) lang.Text {
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
		return lang.Text{
			EN: "is missing: expected Basic and base64 of client_id:client_secret, or client_id and client_secret in the body",
			ZH: "缺少，应为 Basic 加 client_id:client_secret 的 base64，或在请求体里放 client_id 和 client_secret",
		}
	case p.Kind == recipe.Missing && p.Placeholder == "basic_auth":
		return lang.Text{
			EN: "is missing: expected Basic and base64 of client_id:client_secret, as token_endpoint_auth_method says",
			ZH: "缺少，按 token_endpoint_auth_method 应为 Basic 加 client_id:client_secret 的 base64",
		}
	case p.Kind == recipe.Missing && recipe.IsAssertion(p.Placeholder):
		return lang.Text{EN: "is missing: expected a JWT by which the client authenticates (RFC 7523 §2.2)", ZH: "缺少，应为客户端认证用的 JWT（RFC 7523 §2.2）"}
	case p.Kind == recipe.Missing && p.Placeholder == "" && expected != "":
		return lang.Sprintf(missingWants, expected)
	case p.Kind == recipe.Missing:
		return isMissing
	case p.Kind == recipe.Unread:
		return plus(lang.Text{EN: "was sent, but this step ignores it", ZH: "已发送，但这个步骤不使用它"}, c.didYouMean(p))
	case c.isDerived(p.Placeholder):
		return c.signature(p)
	case p.Kind == recipe.Malformed && expected == "" && received == "":
		return lang.Text{EN: "cannot be read", ZH: "无法读取"}
	case p.Kind == recipe.Malformed && expected == "":
		return lang.Sprintf(lang.Text{EN: "cannot be read: %s", ZH: "无法读取：%s"}, received)
	case recipe.IsClientAuth(p.Placeholder) && p.Kind == recipe.Differs, p.Kind == recipe.Malformed && received == "":
		return lang.Sprintf(expectedOnly, inWords(p.ExpectedZH, expected)) // a sentence
	case p.Kind == recipe.Malformed || c.mayShow(p):
		return plus(c.within(p), expectedGot(inWords(p.ExpectedZH, expected), inWords(p.GotZH, received)), c.likelyCause(p))
	case p.Placeholder == "" && known:
		return plus(lang.Sprintf(expectedOnly, orNothing(string(template))), c.schemeSent(p))
	}
	return plus(
		c.within(p),
		lang.Sprintf(lang.Text{
			EN: "is not the registered value: expected %s, got %s; %s",
			ZH: "不是登记的值：应为 %s，实际为 %s；%s",
		}, expected, received, difference(p.Expected.Reveal(), p.Got.Reveal())),
		c.likelyCause(p),
	)
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

// didYouMean suggests the correct spelling of an unknown member: the only missing member of
// its group.
func (c *call) didYouMean(unread recipe.Problem) lang.Text {
	group, _, _ := strings.Cut(unread.Member, ".")
	var missing []string
	for _, f := range c.findings {
		p := f.problem
		if other, name, ok := strings.Cut(p.Member, "."); ok && other == group && p.Kind == recipe.Missing {
			missing = append(missing, name)
		}
	}
	if len(missing) != 1 {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{EN: "; did you mean %s?", ZH: "；是不是 %s？"}, orNothing(missing[0]))
}

// within names the wrong value in a member that contains several values.
func (c *call) within(p recipe.Problem) lang.Text {
	if template, known := c.s.template(p.Member); known && p.Placeholder != "" && !slices.ContainsFunc(template.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == p.Placeholder }) {
		return about(p.Placeholder, "")
	}
	return lang.Text{}
}

// schemeSent names the scheme of an Authorization header that was not understood.
func (c *call) schemeSent(p recipe.Problem) lang.Text {
	scheme, _, two := strings.Cut(p.Got.Reveal(), " ")
	switch {
	case p.Member != "headers.Authorization":
		return lang.Text{}
	case !two:
		return lang.Text{EN: ", got no scheme", ZH: "，实际没有认证方案"}
	}
	return lang.Sprintf(lang.Text{EN: ", got the scheme %s", ZH: "，实际的认证方案是 %s"}, orNothing(scheme))
}

// likelyCause names the probable cause of a wrong value; zero if none is known.
func (c *call) likelyCause(p recipe.Problem) lang.Text {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	unescaped, err := url.QueryUnescape(got)
	_, digits := strconv.ParseUint(got, 10, 63)
	format := c.s.fresh[p.Placeholder].Time
	switch {
	case (p.Placeholder == "timestamp_ms" || format == "%s%3N") && digits == nil && len(got) == 10:
		return lang.Text{EN: ": this is in seconds", ZH: "：这是以秒为单位的"}
	case (p.Placeholder == "timestamp" || format == "%s") && digits == nil && len(got) == 13:
		return lang.Text{EN: ": this is in milliseconds", ZH: "：这是以毫秒为单位的"}
	case expected == "" || p.Kind == recipe.Malformed || expected == got:
		return lang.Text{}
	case strings.ReplaceAll(expected, "+", " ") == got:
		return lang.Text{EN: "; in a form and in Basic a + means a space: send %2B (RFC 6749 §2.3.1)", ZH: "；在表单和 Basic 里 + 表示空格：请发送 %2B（RFC 6749 §2.3.1）"}
	case strings.TrimSpace(got) == expected:
		return lang.Text{EN: "; there is white space around it", ZH: "；首尾有空白"}
	case strings.EqualFold(got, expected):
		return lang.Text{EN: "; only the case differs", ZH: "；只有大小写不同"}
	case err == nil && unescaped == expected:
		return lang.Text{EN: "; it is percent-encoded once too often", ZH: "；多做了一次百分号编码"}
	case strings.Trim(got, "\"'") == expected:
		return lang.Text{EN: "; there are quotes around it", ZH: "；首尾有引号"}
	}
	for _, name := range c.v.p.InputNames() {
		if value, ok := c.v.inputs.Text(name); ok && value == got && name != p.Placeholder {
			return lang.Sprintf(lang.Text{EN: "; it is the value of %s", ZH: "；这是 %s 的值"}, name)
		}
	}
	return lang.Text{}
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

// DiagnosisHeader is the response header with the [Event] Diagnosis of the request, in
// English. Characters other than printable ASCII, and the percent sign, are percent-encoded
// UTF-8. The value is cut at 1 KiB. [Options].Quiet turns the header off.
const DiagnosisHeader = "X-Ssoctl-Diagnosis"

const maxHeader = 1 << 10 // limit of the header's value, in bytes

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
		if b.Len()+len(piece) > maxHeader-len(more) {
			return b.String() + more
		}
		b.WriteString(piece)
	}
	return strings.TrimSpace(b.String())
}
