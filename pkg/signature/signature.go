// Package signature shows how a request is signed, and finds the recipe that gives a digest.
//
// Make a [Signature] of a draft; [Signature.Text] shows it. [Signature.Search] looks for a
// digest that the vendor, or somebody's own code, computed.
package signature

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Signature is a request that is signed.
type Signature struct {
	client.Draft
	Profile *profile.Profile
	Lang    lang.Lang
	Scrub   *scrub.Scrubber // decides whether secrets are shown
}

// visible is the request to show: unchanged with --show-secrets, otherwise with marks in
// place of secrets.
func (s Signature) visible() *recipe.Request {
	if s.Scrub.Lifted {
		return s.Signed
	}
	return s.Request
}

// shown replaces the marks in a text of the visible request with redacted values.
func (s Signature) shown(text string) string {
	var pairs []string
	for _, m := range s.Marks {
		pairs = append(pairs, m.Text, cmp.Or(s.Scrub.Shown(m.Value), "{"+m.Name+"}"))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// signedText is the text that is hashed.
func (s Signature) signedText() string { return s.shown(s.visible().SignText.Reveal()) }

// part is a piece of the text that is hashed.
type part struct{ source, value string }

func (s Signature) parts() []part {
	var out []part
	for _, t := range s.Step.Sign.Text.Parts() {
		value, _ := t.Expand(s.visible().SignValue)
		out = append(out, part{string(t), s.shown(value)})
	}
	return out
}

// request is the request as it would be sent: its first line, headers, body.
func (s Signature) request() (line string, headers map[string]any, body string) {
	req := s.visible()
	headers = map[string]any{}
	for name := range req.Header {
		value := req.Header.Get(name)
		if name == "Authorization" && strings.HasPrefix(value, "Basic ") && !s.Scrub.Lifted {
			value = "Basic " + secret.Redacted // marks cannot be replaced inside Base64
		}
		headers[name] = s.shown(value)
	}
	return req.Method + " " + s.shown(req.URL.String()), headers, s.shown(string(req.Body))
}

// Fields returns the signature for programs (docs/output.md).
func (s Signature) Fields() render.Fields {
	var parts []any
	for _, p := range s.parts() {
		parts = append(parts, map[string]any{"part": p.source, "value": p.value})
	}
	line, headers, body := s.request()
	method, address, _ := strings.Cut(line, " ")
	return render.Fields{
		{Name: "profile", Value: s.Profile.Name},
		{Name: "step", Value: string(s.Step.Name)},
		{Name: "hash", Value: s.Step.Sign.Hash},
		{Name: "encoding", Value: cmp.Or(s.Step.Sign.Encoding, "hex")},
		{Name: "parts", Value: parts},
		{Name: "text", Value: s.signedText()},
		{Name: "digest", Value: s.Signed.Digest},
		{Name: "request", Value: render.Fields{{Name: "method", Value: method}, {Name: "url", Value: address}, {Name: "headers", Value: headers}, {Name: "body", Value: body}}},
		{Name: "guess", Value: s.Step.GuessText().In(s.Lang)},
	}
}

// Text returns the signature for a person: the parts of the signed text, the text, the digest
// and the request.
func (s Signature) Text() string {
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(s.Lang) }
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", s.Profile.Name, s.Step.Name)
	parts := s.parts()
	width := 0
	for i, p := range parts {
		parts[i] = part{printable.Text(p.source), printable.Text(p.value)} // makes line feeds visible
		p = parts[i]
		width = max(width, ansi.StringWidth(p.source))
	}
	for _, p := range parts {
		fmt.Fprintf(&b, "  %s%s  %s\n", p.source, strings.Repeat(" ", width-ansi.StringWidth(p.source)), cmp.Or(p.value, in("(empty)", "（空）")))
	}
	fmt.Fprintf(&b, "\n%s\n  %s\n", in("text", "待签名文本"), strings.ReplaceAll(s.signedText(), "\n", "\n  "))
	fmt.Fprintf(&b, "\n%s\n  %s\n", fmt.Sprintf(in("digest: %s, as %s", "摘要：%s，%s"), s.Step.Sign.Hash, cmp.Or(s.Step.Sign.Encoding, "hex")), s.Signed.Digest)
	line, headers, body := s.request()
	fmt.Fprintf(&b, "\n%s\n  %s\n", in("request, not sent", "请求（未发送）"), line)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, headers[name])
	}
	if body != "" {
		fmt.Fprintf(&b, "\n  %s\n", body)
	}
	if guess := profile.Unverified(s.Step.GuessText()); !guess.IsZero() {
		fmt.Fprintf(&b, "\n%s\n", guess.In(s.Lang))
	}
	return b.String()
}
