package cmd

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// expect prints which recipes give a digest. If none does, it returns a *findings error.
func (s signature) expect(c *cobra.Command, digest string) error {
	found, tried, err := s.Step.Search(digest, s.Signed, func(name string) bool { return s.p.Inputs[name].Secret })
	if err != nil {
		return usagef(lang.Text{EN: "--expect: %v", ZH: "--expect：%v"}, err)
	}
	own := len(found) > 0 && found[0].How.IsZero()
	recipes := []any{}
	for _, f := range found {
		recipes = append(recipes, s.recipeFields(f))
	}
	result := render.Result{Text: s.outcome(found, own, tried), Fields: render.Fields{
		{Name: "profile", Value: s.p.Name},
		{Name: "step", Value: string(s.Step.Name)},
		{Name: "expected", Value: digest},
		{Name: "computed", Value: s.Signed.Digest},
		{Name: "as_the_profile", Value: own},
		{Name: "recipes", Value: recipes},
		{Name: "tried", Value: tried},
	}}
	if err := s.write(c, result); err != nil {
		return err
	}
	if len(found) == 0 {
		return &findings{lang.Sprintf(lang.Text{
			EN: "%s: %s: none of %d recipes gives this digest",
			ZH: "%s：%s：试了 %d 种签名方式，都得不出这个摘要",
		}, s.p.Name, s.Step.Name, tried)}
	}
	return nil
}

// outcome says what was found, then what to do next.
func (s signature) outcome(found []recipe.Way, own bool, tried int) string {
	in := func(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(s.language()) }
	switch {
	case own:
		return in("This is what the profile computes. If the vendor still refuses it, check the\nrest of the request: the other headers, and the time.", "与接入配置算出的一致。若仍被拒绝，请检查请求的其余部分：其他请求头和时间。")
	case len(found) == 0:
		return s.nothingFound(tried)
	}
	var b strings.Builder
	if len(found) == 1 {
		fmt.Fprintf(&b, in("The profile's recipe does not give this digest, but this one does (%d tried):", "接入配置的签名方式得不出它，下面这种可以（共试 %d 种）：")+"\n", tried)
	} else {
		fmt.Fprintf(&b, in("The profile's recipe does not give this digest, but these %d (of %d tried) do.\nTo tell them apart, try another request:", "接入配置的签名方式得不出它，下面 %d 种可以（共试 %d 种），换一个请求即可区分：")+"\n", len(found), tried)
	}
	const most = 5
	for _, f := range found[:min(len(found), most)] {
		b.WriteString("\n" + s.described(f))
	}
	if found[0].Beyond.IsZero() { // recipes that a profile can express come first
		b.WriteString("\n" + in("Put it into your configuration.", "把它写进自己的配置文件即可。"))
	} else {
		b.WriteString("\n" + in(`A profile cannot express this, so ssoctl cannot sign like this. If the digest is
the vendor's, sign like this in your own code. If it is from your own code,
correct this there.`, `接入配置无法表达这种方式，ssoctl 也就不能照此签名。如果摘要来自厂商，请在自己的
代码里照此签名；如果来自自己的代码，要改的就是这一处。`))
	}
	return b.String()
}

func (s signature) nothingFound(tried int) string {
	return fmt.Sprintf(lang.Text{
		EN: `None of %d recipes gives this digest. Its input may differ:
  - the secret, the id, the code or the time: --at must be the signed value,
    digit by digit
  - the address: the part after base_url is signed, exactly as it is sent
  - the text: get it from where the digest was computed, and compare it with the
    output of ssoctl sign --show-secrets without --expect`,
		ZH: `试了 %d 种签名方式，都得不出这个摘要。原始数据可能不同：
  - 密钥、应用 id、授权码或时间：--at 要与签名时的值逐位一致
  - 地址：签名用的是 base_url 之后的部分，与实际发送的一致
  - 文本：向对方索取待签名文本，与 ssoctl sign --show-secrets（不带 --expect）的输出逐字比对`,
	}.In(s.language()), tried)
}

// described is a recipe as TOML for the user's own profile, or in words if a profile
// cannot express it.
func (s signature) described(w recipe.Way) string {
	var b strings.Builder
	how := printable.Text(w.How.In(s.language())) + "\n"
	write := func(format string, value func(string) string) {
		for _, m := range s.members(w.Sign) {
			fmt.Fprintf(&b, format, m[0], value(m[1]))
		}
	}
	if !w.Beyond.IsZero() {
		b.WriteString(how)
		write("  %-8s  %s\n", printable.Text)
		return b.String()
	}
	b.WriteString("# " + how)
	name := s.p.Name
	if src, err := s.sources(); err == nil && !src.IsOwn(name) {
		name = "mine"
		fmt.Fprintf(&b, "[profiles.mine]\nextends = %s\n", tomlString(s.p.Name))
	}
	fmt.Fprintf(&b, "[profiles.%s.%s.sign]\n", tomlKey(name), s.Step.Name)
	write("%-8s = %s\n", tomlString)
	return b.String()
}

// members returns the members of a recipe. An empty key is included if it removes the
// profile's key.
func (s signature) members(f recipe.Sign) [][2]string {
	out := [][2]string{{"text", string(f.Text)}, {"hash", f.Hash}, {"key", string(f.Key)}, {"encoding", f.Encoding}}
	return slices.DeleteFunc(out, func(m [2]string) bool { return m[0] == "key" && f.Key == "" && s.Step.Sign.Key == "" })
}

func (s signature) recipeFields(w recipe.Way) map[string]any {
	out := map[string]any{"how": w.How.In(s.language())}
	if !w.Beyond.IsZero() {
		out["beyond_profiles"] = w.Beyond.In(s.language())
	}
	for _, m := range s.members(w.Sign) {
		out[m[0]] = m[1]
	}
	return out
}

// tomlKey is a TOML key, quoted if necessary.
func tomlKey(name string) string {
	bare := func(c rune) bool {
		return c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c)) || c == '_' || c == '-'
	}
	if name != "" && strings.IndexFunc(name, func(c rune) bool { return !bare(c) }) < 0 {
		return name
	}
	return tomlString(name)
}

// tomlString is a TOML basic string, which has the same escapes as JSON.
func tomlString(text string) string {
	return exactjson.Quote(text)
}
