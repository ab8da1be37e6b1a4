package signature

import (
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// Search is the result of [Signature.Search].
type Search struct {
	Ways  []recipe.Way // the recipes that give the signature, closest to the profile's first
	Tried int          // the number of recipes that were tried

	Signature
	expected string
	own      bool // the profile is in the user's configuration
}

// Search looks for recipes that give the signature expected. If there are none, it tries the other
// values that the profile hashes. own means that the profile is in the user's configuration: a
// recipe is then shown as a change of that profile, otherwise as a new profile. The error says what
// is wrong with expected.
func (s Signature) Search(expected string, own bool) (Search, error) {
	isSecret := func(name string) bool { return s.Profile.Inputs[name].Secret || profile.IsSecretName(name) }
	names := []string{s.Name}
	for _, d := range s.Signed.Derivations {
		if d.Make.Hash != "" && d.Name != s.Name {
			names = append(names, d.Name)
		}
	}
	all := 0
	for _, name := range names {
		ways, tried, err := s.Step.Search(expected, s.Signed, name, isSecret)
		if err != nil {
			return Search{}, err
		}
		if all += tried; len(ways) > 0 {
			s.Name = name
			return Search{Ways: ways, Tried: all, Signature: s, expected: expected, own: own}, nil
		}
	}
	return Search{Tried: all, Signature: s, expected: expected, own: own}, nil
}

// Err returns a [*failure.CheckError] if nothing was found.
func (s Search) Err() error {
	if len(s.Ways) > 0 {
		return nil
	}
	return failure.Checkf(lang.Text{
		EN: "%s: %s: none of %d recipes gives this signature",
		ZH: "%s：%s：试了 %d 种签名方式，都得不出这个签名",
	}, s.Profile.Name, s.Step.Name, s.Tried)
}

// same reports whether the profile's own recipe gives the signature.
func (s Search) same() bool { return len(s.Ways) > 0 && s.Ways[0].How.IsZero() }

// Fields returns the search for programs (docs/output.md).
func (s Search) Fields() render.Fields {
	recipes := []any{}
	for _, w := range s.Ways {
		recipes = append(recipes, s.recipeFields(w))
	}
	return render.Fields{
		{Name: "profile", Value: s.Profile.Name},
		{Name: "step", Value: string(s.Step.Name)},
		{Name: "expected", Value: s.expected},
		{Name: "computed", Value: s.derivation().Value},
		{Name: "as_the_profile", Value: s.same()},
		{Name: "recipes", Value: recipes},
		{Name: "tried", Value: s.Tried},
	}
}

// Text says what was found, then what to do next.
func (s Search) Text() string {
	found := s.Ways
	switch {
	case s.same():
		return lang.Text{
			EN: "This is what the profile computes. If the vendor still refuses it, check the\nrest of the request: the other headers, and the time.",
			ZH: "与接入配置算出的一致。若仍被拒绝，请检查请求的其余部分：其他请求头和时间。",
		}.In(s.Lang)
	case len(found) == 0:
		return s.nothingFound()
	}
	var b strings.Builder
	b.WriteString(s.foundText().In(s.Lang))
	const most = 5
	for _, w := range found[:min(len(found), most)] {
		b.WriteString("\n" + s.described(w))
	}
	b.WriteString("\n" + nextText(found[0]).In(s.Lang)) // recipes that a profile can express come first
	return b.String()
}

// foundText introduces the recipes that were found.
func (s Search) foundText() lang.Text {
	if len(s.Ways) == 1 {
		return lang.Sprintf(lang.Text{
			EN: "The profile's recipe does not give this signature, but this one does (%d tried):\n",
			ZH: "接入配置的签名方式得不出它，下面这种可以（共试 %d 种）：\n",
		}, s.Tried)
	}
	return lang.Sprintf(lang.Text{
		EN: "The profile's recipe does not give this signature, but these %d (of %d tried) do.\nTo tell them apart, try another request:\n",
		ZH: "接入配置的签名方式得不出它，下面 %d 种可以（共试 %d 种），换一个请求即可区分：\n",
	}, len(s.Ways), s.Tried)
}

// nextText says what to do with a recipe that was found.
func nextText(w recipe.Way) lang.Text {
	if w.Beyond.IsZero() {
		return lang.Text{
			EN: "If the signature is the vendor's, put this into your configuration. If it is from\nyour own code, correct this there.",
			ZH: "如果签名来自厂商，把它写进自己的配置文件即可；如果来自自己的代码，要改的就是这一处。",
		}
	}
	return lang.Text{
		EN: `A profile cannot express this, so ssoctl cannot sign like this. If the signature is
the vendor's, sign like this in your own code. If it is from your own code,
correct this there.`,
		ZH: `接入配置无法表达这种方式，ssoctl 也就不能照此签名。如果签名来自厂商，请在自己的
代码里照此签名；如果来自自己的代码，要改的就是这一处。`,
	}
}

// described returns a recipe as TOML for the user's own profile, or in words if a profile
// cannot express it.
func (s Search) described(w recipe.Way) string {
	var b strings.Builder
	how := printable.Text(w.How.In(s.Lang)) + "\n"
	write := func(format string, value func(string) string) {
		for _, m := range s.members(w.Make) {
			fmt.Fprintf(&b, format, m[0], value(m[1]))
		}
	}
	if !w.Beyond.IsZero() {
		b.WriteString(how)
		write("  %-8s  %s\n", printable.Text)
		return b.String()
	}
	b.WriteString("# " + how)
	name := s.Profile.Name
	if !s.own {
		name = "mine"
		fmt.Fprintf(&b, "[profiles.mine]\nextends = %s\n", exactjson.Quote(s.Profile.Name))
	}
	if s.Step.Sign != nil {
		fmt.Fprintf(&b, "[profiles.%s.%s.sign]\n", tomlKey(name), s.Step.Name)
	} else {
		fmt.Fprintf(&b, "[profiles.%s.make.%s]\n", tomlKey(name), tomlKey(s.Name))
	}
	write("%-8s = %s\n", exactjson.Quote) // TOML strings have the same escapes as JSON
	return b.String()
}

// members returns the members of a recipe. An empty key is included if it removes the
// profile's key.
func (s Search) members(f recipe.Make) [][2]string {
	out := [][2]string{{"text", string(f.Text)}, {"hash", f.Hash}, {"key", string(f.Key)}, {"encoding", f.Encoding}}
	return slices.DeleteFunc(out, func(m [2]string) bool { return m[0] == "key" && f.Key == "" && s.recipe().Key == "" })
}

func (s Search) recipeFields(w recipe.Way) map[string]any {
	out := map[string]any{"how": w.How.In(s.Lang)}
	if !w.Beyond.IsZero() {
		out["beyond_profiles"] = w.Beyond.In(s.Lang)
	}
	for _, m := range s.members(w.Make) {
		out[m[0]] = m[1]
	}
	return out
}

// tomlKey returns a TOML key, quoted if necessary.
func tomlKey(name string) string {
	if profile.IsBareKey(name) {
		return name
	}
	return exactjson.Quote(name)
}
