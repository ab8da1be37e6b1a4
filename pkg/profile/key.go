package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// keys returns the inputs that are private keys, with the algorithms of the signatures that
// they are for: [key.Hashes] and [key.Algorithms], in alphabetical order.
func (p *Profile) keys() map[string][]string {
	var out map[string][]string
	use := func(m recipe.Make) {
		algorithm, of, signs := m.PrivateKey()
		ph, only := of.Only()
		if _, input := p.Inputs[ph.Name]; !signs || !only || !input || slices.Contains(out[ph.Name], algorithm) {
			return
		}
		if out == nil {
			out = map[string][]string{}
		}
		out[ph.Name] = append(out[ph.Name], algorithm)
		slices.Sort(out[ph.Name])
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

// KeyOf returns the algorithms of the signatures that an input is the private key for; none
// for any other input.
func (p *Profile) KeyOf(input string) []string { return p.keys()[input] }

// IsKey reports whether an input is the private key of a signature.
func (p *Profile) IsKey(input string) bool { return len(p.KeyOf(input)) > 0 }

// ExampleKey returns the private key that an RFC publishes and that fits an input, in PEM; ""
// if the input is not a key.
func (p *Profile) ExampleKey(input string) string {
	for _, algorithm := range p.KeyOf(input) {
		if k, ok := key.Example(algorithm); ok {
			return k.PEM()
		}
	}
	return ""
}

// checkKey returns an error if a text is not the kind of key that an input requires. The
// error contains no part of the text.
func (p *Profile) checkKey(input, text string) error {
	algorithms := p.KeyOf(input)
	if len(algorithms) == 0 {
		return nil
	}
	parse := key.ParsePrivate
	if p.Verifies {
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

// keyInput checks an input that is a private key.
func (l *linter) keyInput(path []string, name string, in Input) {
	if l.p.IsKey(name) && !in.Secret {
		l.errorf(path, lang.Text{EN: "this input is a private key: add secret = true", ZH: "这个输入项是私钥：请加上 secret = true"})
	}
}

// SendsKey returns errors about the templates of a step that would send a private key, nil
// if there are none.
func (p *Profile) SendsKey(s *Step) error {
	keys := p.keys()
	if keys == nil {
		return nil
	}
	var errs Errors
	s.EachTemplate(func(at string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			if keys[ph.Name] != nil && !strings.HasPrefix(at, "sign.") {
				errs = append(errs, p.errorf(s.at(strings.Split(at, ".")...), lang.Text{EN: "{%s} is a private key: it is never sent", ZH: "{%s} 是私钥，不能发送"}, ph.Name))
			}
		}
	})
	if errs == nil {
		return nil
	}
	return errs
}
