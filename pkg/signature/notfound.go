package signature

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// nothingFound says that no recipe fits, and what may be wrong with its input.
func (s Search) nothingFound() string {
	said := []lang.Text{lang.Sprintf(lang.Text{
		EN: "None of %d recipes gives this signature. Its input may differ:",
		ZH: "试了 %d 种签名方式，都得不出这个签名。原始数据可能不同：",
	}, s.Tried)}
	values := s.values()
	if len(values) > 0 {
		said = append(said, lang.Sprintf(lang.Text{
			EN: "  - {%s}: the signed values, digit by digit (--at is the time)",
			ZH: "  - {%s}：要与签名时的值逐位一致（时间用 --at）",
		}, strings.Join(values, "} {")))
	}
	for _, name := range values {
		said = append(said, s.valueAdvice(name)...)
	}
	for _, ph := range s.recipe().Text.Placeholders() {
		said = append(said, s.partAdvice(ph.Name)...)
	}
	said = append(said, lang.Text{
		EN: "  - the text: get it from where the signature was computed, and compare it with the\n    output of ssoctl sign --show-secrets without --expect",
		ZH: "  - 文本：向对方索取待签名文本，与 ssoctl sign --show-secrets（不带 --expect）的输出逐字比对",
	})
	lines := make([]string, len(said))
	for i, line := range said {
		lines[i] = line.In(s.Lang)
	}
	return strings.Join(lines, "\n")
}

// values returns the names of the signed values. It leaves out the key of an RSA signature: if
// another key was used, the search has failed before.
func (s Search) values() []string {
	var key []string
	if strings.HasPrefix(s.recipe().Hash, "rsa-") {
		for _, ph := range s.recipe().Key.Placeholders() {
			key = append(key, ph.Name)
		}
	}
	return slices.DeleteFunc(s.Step.SignedValues(s.Name), func(name string) bool { return slices.Contains(key, name) })
}

// valueAdvice says how to get a value, if it is an address or the result of a step.
func (s Search) valueAdvice(name string) []lang.Text {
	var said []lang.Text
	if text, _ := s.derivation().Lookup(name); strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") {
		said = append(said, lang.Sprintf(lang.Text{
			EN: "  - {%s}: exactly the address that was signed; for a page, the address in the\n    browser, without # and what follows it",
			ZH: "  - {%s}：要与签名时的地址完全一致；网页的地址以浏览器中的为准，不含 # 及其后的部分",
		}, name))
	}
	if step := supplierOf(s.Profile, name); step != nil && step.Name != s.Step.Name {
		said = append(said, lang.Sprintf(lang.Text{
			EN: "  - {%s}: an old one is no longer valid; get the current one: %s",
			ZH: "  - {%s}：旧的会失效，请获取当前的：%s",
		}, name, stepCommand(s.Profile, step, name)))
	}
	return said
}

// partAdvice says what to check in a part of the request.
func (s Search) partAdvice(part string) []lang.Text {
	switch part {
	case "path", "path_compact":
		return []lang.Text{{
			EN: "  - the address: the part after base_url is signed, exactly as it is sent",
			ZH: "  - 地址：签名用的是 base_url 之后的部分，与实际发送的一致",
		}}
	case "url":
		return []lang.Text{{EN: "  - the address: it is signed as a whole, exactly as it is sent", ZH: "  - 地址：整个地址参与签名，与实际发送的一致"}}
	case "params", "body", "query_sorted":
		return []lang.Text{{EN: "  - the parameters: they are signed exactly as they are sent", ZH: "  - 参数：与实际发送的逐字节一致"}}
	case "params_sorted", "params_concat":
		return []lang.Text{lang.Sprintf(lang.Text{
			EN: "  - the parameters: exactly these are signed, decoded: %s",
			ZH: "  - 参数：参与签名的正好是这些，且未经编码：%s",
		}, strings.Join(s.Step.SignedParameters(s.Signed, s.Name), " "))}
	}
	return nil
}

// supplierOf returns the step that reads a value from its response, or nil.
func supplierOf(p *profile.Profile, value string) *profile.Step {
	for _, step := range p.Steps() {
		if _, reads := step.Read[value]; reads && step.Name.IsOwn() {
			return step
		}
	}
	return nil
}

// stepCommand returns the command that prints a value of a step.
func stepCommand(p *profile.Profile, step *profile.Step, value string) string {
	return "ssoctl step " + string(step.Name) + " -p " + p.Name + " --jq .values." + value
}
