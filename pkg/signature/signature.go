// Package signature shows how a request is signed, and finds the recipe of a given signature.
//
// Make a [Signature] from a draft; [Signature.Text] shows it. [Signature.Search] looks for
// the recipe of a signature that the vendor or another program computed. [Given] has the values
// that were signed in an existing request.
package signature

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// Signature is a request that is signed.
type Signature struct {
	client.Draft
	Name    string // the placeholder, see [recipe.Recipe.Signature]
	Profile *profile.Profile
	Lang    lang.Lang
	Scrub   *scrub.Scrubber // decides whether secrets are shown
}

// visible returns the request to show: unchanged with --show-secrets, otherwise with marks in
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

// recipe returns the profile's recipe for the signature.
func (s Signature) recipe() recipe.Make {
	m, _ := s.Step.Make(s.Name)
	return m
}

// derivation returns the signature of the visible request.
func (s Signature) derivation() recipe.Derivation {
	d, _ := s.visible().Derivation(s.Name)
	return d
}

// signedText returns the text that is hashed.
func (s Signature) signedText() string { return s.shown(s.derivation().Text.Reveal()) }

// part is a piece of the text that is hashed.
type part struct{ source, value string }

// parts returns the parts of the signed text, or the members of a JWT.
func (s Signature) parts() []part {
	if s.IsToken() {
		return s.tokenParts()
	}
	var out []part
	for _, t := range s.recipe().Text.Parts() {
		value, _ := t.Expand(s.derivation().Lookup)
		out = append(out, part{string(t), s.shown(value)})
	}
	return out
}

// hash returns the name of the algorithm.
func (s Signature) hash() string {
	if s.IsToken() {
		return s.recipe().JWT.Alg
	}
	return s.recipe().Hash
}

// encoding returns how the signature is written, such as hex.
func (s Signature) encoding() string {
	if s.IsToken() {
		return "jwt"
	}
	return cmp.Or(s.recipe().Encoding, "hex")
}

// value is a value that was made for the request, in addition to the signature.
type value struct {
	name, text string
	of         string // the text that the value was made from; "" for a time or a random value
}

// others returns the values that the profile's [make.NAME] made, except the signature.
func (s Signature) others() []value {
	var out []value
	for _, name := range slices.Sorted(maps.Keys(s.visible().Made)) {
		if _, own := s.Step.Makes[name]; !own || name == s.Name {
			continue
		}
		d, _ := s.visible().Derivation(name)
		out = append(out, value{name, s.shown(s.visible().Made[name]), s.shown(d.Text.Reveal())})
	}
	return out
}

// request returns the request as it would be sent.
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
	out := render.Fields{
		{Name: "profile", Value: s.Profile.Name},
		{Name: "step", Value: string(s.Step.Name)},
		{Name: "hash", Value: s.hash()},
		{Name: "encoding", Value: s.encoding()},
		{Name: "parts", Value: parts},
		{Name: "text", Value: s.signedText()},
		{Name: "digest", Value: s.shown(s.derivation().Value)},
	}
	if others := s.others(); len(others) > 0 {
		made := map[string]any{}
		for _, v := range others {
			made[v.name] = v.text
		}
		out = append(out, render.Field{Name: "made", Value: made})
	}
	if s.Step.Sends() {
		line, headers, body := s.request()
		method, address, _ := strings.Cut(line, " ")
		out = append(out, render.Field{Name: "request", Value: render.Fields{{Name: "method", Value: method}, {Name: "url", Value: address}, {Name: "headers", Value: headers}, {Name: "body", Value: body}}})
	}
	return append(out, render.Field{Name: "guess", Value: s.Step.GuessText().In(s.Lang)})
}

// Text returns the signature for a person: the parts of the signed text, the text, its
// signature and the request.
func (s Signature) Text() string {
	in := func(t lang.Text) string { return t.In(s.Lang) }
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", s.Profile.Name, s.Step.Name)
	parts := s.parts()
	width := 0
	for _, p := range parts {
		width = max(width, terminal.Widest(printable.Text(p.source))) // makes line feeds visible
	}
	empty := in(lang.Text{EN: "(empty)", ZH: "（空）"})
	for _, p := range parts {
		fmt.Fprintf(&b, "  %s  %s\n", terminal.Pad(printable.Text(p.source), width), cmp.Or(printable.Text(p.value), empty))
	}
	fmt.Fprintf(&b, "\n%s\n  %s\n", in(lang.Text{EN: "text", ZH: "待签名文本"}), strings.ReplaceAll(s.signedText(), "\n", "\n  "))
	title := lang.Sprintf(lang.Text{EN: "signature: %s, as %s", ZH: "签名：%s，%s"}, s.hash(), s.encoding())
	fmt.Fprintf(&b, "\n%s\n  %s\n", in(title), s.shown(s.derivation().Value))
	b.WriteString(s.othersText())
	if s.Step.Sends() {
		b.WriteString(s.requestText())
	}
	if guess := profile.Unverified(s.Step.GuessText()); !guess.IsZero() {
		fmt.Fprintf(&b, "\n%s\n", in(guess))
	}
	return b.String()
}

// othersText lists for a person the other values that were made, unless the parts show them.
func (s Signature) othersText() string {
	others := slices.DeleteFunc(s.others(), func(v value) bool {
		return v.of == "" && slices.Contains(s.recipe().Text.Parts(), recipe.Template("{"+v.name+"}"))
	})
	if len(others) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", lang.Text{EN: "other values that are made", ZH: "其他生成的值"}.In(s.Lang))
	width := 0
	for _, v := range others {
		width = max(width, len(v.name)+len("{}"))
	}
	for _, v := range others {
		fmt.Fprintf(&b, "  %s  %s\n", terminal.Pad("{"+v.name+"}", width), printable.Text(v.text))
		if v.of != "" && v.of != v.text {
			fmt.Fprintf(&b, "  %s  %s\n", terminal.Pad("", width), lang.Sprintf(lang.Text{EN: "made from %s", ZH: "原文：%s"}, printable.Text(v.of)).In(s.Lang))
		}
	}
	return b.String()
}

// requestText shows the request, for a person.
func (s Signature) requestText() string {
	var b strings.Builder
	line, headers, body := s.request()
	fmt.Fprintf(&b, "\n%s\n  %s\n", lang.Text{EN: "request, not sent", ZH: "请求（未发送）"}.In(s.Lang), line)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, headers[name])
	}
	if body != "" {
		fmt.Fprintf(&b, "\n  %s\n", body)
	}
	return b.String()
}
