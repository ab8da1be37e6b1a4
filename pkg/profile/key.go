package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// signers returns the algorithms of signatures, by the input that is their key.
func (p *Profile) signers() map[string][]string {
	out := map[string][]string{}
	use := func(m recipe.Make) {
		algorithm, of, signs := m.PrivateKey()
		ph, only := of.Only()
		if _, input := p.Inputs[ph.Name]; signs && only && input {
			out[ph.Name] = append(out[ph.Name], algorithm)
		}
	}
	for _, m := range p.Makes {
		use(m)
	}
	for _, s := range p.Steps() {
		if s.Sign != nil {
			use(*s.Sign)
		}
	}
	return out
}

// clientKey returns the algorithm of the JWT with which the client authenticates, or an empty
// list for any algorithm that fits the key. used is false if the client never authenticates
// with a JWT.
func (p *Profile) clientKey() (algorithms []string, used bool) {
	_, declared := p.Inputs[recipe.ClientKey]
	if !declared || !slices.ContainsFunc(p.Steps(), func(s *Step) bool { return s.Uses("jwt_auth") }) {
		return nil, false
	}
	if given, _ := p.Given(recipe.AuthAlgorithm); given != "" && p.authMethod() == recipe.AuthMethodKeyJWT {
		return []string{given}, true
	}
	return []string{}, true
}

func (p *Profile) authMethod() string {
	method, _ := p.Given(recipe.AuthMethod)
	return method
}

// KeyOf returns the algorithms of the signatures whose private key is an input, in
// alphabetical order: [key.Hashes] and [key.Algorithms]. It returns nil if the input is not a
// private key, and an empty list if it is a key for any algorithm.
func (p *Profile) KeyOf(input string) []string {
	algorithms := p.signers()[input]
	if input == recipe.ClientKey {
		if more, is := p.clientKey(); is {
			algorithms = append(more, algorithms...)
		}
	}
	slices.Sort(algorithms)
	return slices.Compact(algorithms)
}

// IsKey reports whether an input is the private key of a signature.
func (p *Profile) IsKey(input string) bool { return p.KeyOf(input) != nil }

// ExampleKey returns a private key published in an RFC that fits an input, in PEM; "" if the
// input is not a key, or the client does not authenticate with it.
func (p *Profile) ExampleKey(input string) string {
	algorithms := p.KeyOf(input)
	if k, ok := key.Example(algorithms...); ok && algorithms != nil && (input != recipe.ClientKey || p.authMethod() == recipe.AuthMethodKeyJWT) {
		return k.PEM()
	}
	return ""
}

// checkKey returns an error if a text is not a key of the kind that an input requires. The
// error contains no part of the text.
func (p *Profile) checkKey(input, text string) error {
	algorithms := p.KeyOf(input)
	if algorithms == nil {
		return nil
	}
	parse := key.ParsePrivate
	if p.Verifies && input == recipe.ClientKey && len(key.ParseAll(text)) > 0 {
		return nil
	} else if p.Verifies {
		parse = key.Parse
	}
	k, err := parse(text)
	for _, a := range algorithms {
		if err == nil {
			err = k.Fits(a)
		}
	}
	return err
}

// sendsKey reports what [Profile.SendsKey] finds.
func (l *linter) sendsKey(s *Step) {
	if err := l.p.SendsKey(s); err != nil {
		l.errs = append(l.errs, err.(Errors)...)
	}
}

// keyInput checks an input that is a private key.
func (l *linter) keyInput(path []string, name string, in Input) {
	if l.p.IsKey(name) && !in.Secret {
		l.errorf(path, lang.Text{EN: "this input is a private key: add secret = true", ZH: "这个输入项是私钥：请加上 secret = true"})
	}
	if algorithms := l.p.KeyOf(name); len(algorithms) > 1 {
		if _, fits := key.Example(algorithms...); !fits && !slices.ContainsFunc(algorithms, isUnknownAlgorithm) {
			l.errorf(path, lang.Text{EN: "no key fits all of %s: use an input for each", ZH: "没有密钥能同时用于 %s：请各用一个输入项"}, lang.List(algorithms))
		}
	}
}

func isUnknownAlgorithm(name string) bool {
	return !slices.Contains(key.Hashes, name) && !slices.Contains(key.Algorithms, key.Algorithm(name))
}

// privateKey checks that the key of a signature or a JWT is an input alone: only then is it
// read as a key before anything is sent.
func (l *linter) privateKey(path []string, m recipe.Make) {
	_, of, signs := m.PrivateKey()
	if !signs || of == "" {
		return
	}
	ph, only := of.Only()
	_, input := l.p.Inputs[ph.Name]
	if !only || !input && (l.p.IsMade(ph.Name) || slices.Contains(l.supplied(nil), ph.Name)) {
		l.errorf(path, lang.Text{EN: "expected one input alone, such as {private_key}: the key of a signature cannot be combined with other text, computed, or read from a response", ZH: "应只含一个输入项，例如 {private_key}：签名的密钥不能拼接、生成，也不能从响应读取"})
	}
}

// hasKey reports whether an input is a private key, or has one in its default.
func (p *Profile) hasKey(input string) bool {
	seen := map[string]bool{}
	var has func(name string) bool
	has = func(name string) bool {
		if seen[name] {
			return false
		}
		seen[name] = true
		return p.IsKey(name) || slices.ContainsFunc(p.Inputs[name].Default.Placeholders(), func(ph recipe.Placeholder) bool { return has(ph.Name) })
	}
	return has(input)
}

// SendsKey returns [Errors] with each template of the step, and of the values made for it,
// that would send or show a private key; nil if there is none.
func (p *Profile) SendsKey(s *Step) error {
	var errs Errors
	check := func(path []string, at string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			if p.hasKey(ph.Name) {
				errs = append(errs, p.errorf(slices.Concat(path, strings.Split(at, ".")), lang.Text{EN: "{%s} is a private key: it is never sent", ZH: "{%s} 是私钥，不能发送"}, ph.Name))
			}
		}
	}
	s.EachTemplate(func(at string, t recipe.Template) {
		if !strings.HasPrefix(at, "sign.") {
			check(s.at(), at, t)
		}
	})
	s.EachMake(func(name string, m recipe.Make) {
		path := []string{"make", name}
		if name == "sign" && s.Sign != nil {
			path = s.at("sign")
		}
		m.EachTemplate(func(at string, t recipe.Template) {
			if at != "key" && at != "jwt.key" {
				check(path, at, t)
			}
		})
	})
	if errs == nil {
		return nil
	}
	return errs
}
