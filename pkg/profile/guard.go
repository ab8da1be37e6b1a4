package profile

import (
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Guard refuses to send a secret of the user's own configuration, a token that
// was bought with one, or anything that an untrusted file takes from the
// environment or the keyring, to an address that only an untrusted file names.
func (p *Profile) Guard(s *Step) error {
	named, at := p.untrustedAddress(s)
	if named == "" {
		return nil
	}
	for _, name := range p.spends(s) {
		v := p.values[name]
		whose, hint := "", lang.Text{}
		switch {
		case v.file == nil:
		case v.file.Trusted && p.treatedAsSecret(name):
			whose = "your own configuration"
			hint = trustHint(named)
		case !v.file.Trusted && takenFrom(v.text) != "":
			whose = "your " + takenFrom(v.text)
			hint = lang.Text{
				EN: "If you trust this file, say so: --config " + at.File,
				ZH: "如果信任这个文件，请加 --config " + at.File,
			}
		}
		if whose == "" {
			continue
		}
		return &Error{
			File: at.File, Line: at.Line, Key: named,
			Problem: fmt.Sprintf("this file names the address, but %s is from %s (%s:%d): it is not sent there", name, whose, v.File, v.Line),
			Hint:    hint,
		}
	}
	if one := p.loginSecret(s); one != "" {
		return &Error{
			File: at.File, Line: at.Line, Key: named,
			Problem: fmt.Sprintf("this file names the address, but the profile is of your own configuration: {%s} is not sent there", one),
			Hint:    trustHint(named),
		}
	}
	return nil
}

// takenFrom says from which place of the machine's a value is, to which whoever wrote
// the file has no way; "" for none. A program that may be run needs no help of ours to
// send what it yields.
func takenFrom(text string) string {
	switch scheme, _, _ := strings.Cut(text, ":"); scheme {
	case "env":
		return "environment"
	case "keyring":
		return "keyring"
	}
	return ""
}

func trustHint(named string) lang.Text {
	return lang.Text{
		EN: fmt.Sprintf("If you trust this address, set %s in your own configuration too.", named),
		ZH: fmt.Sprintf("如果这个地址可信，请在自己的配置里也写上 %s。", named),
	}
}

// loginSecret returns the code or verifier that a step of a profile of the
// user's own sends, "" when it sends none.
func (p *Profile) loginSecret(s *Step) string {
	for _, o := range p.origins {
		if o.file != nil && o.file.Trusted && !o.file.builtin {
			for _, name := range []string{"code", "code_verifier"} {
				if s.Uses(name) {
					return name
				}
			}
		}
	}
	return ""
}

// bought are the placeholders of tokens, which the user's secrets bought.
var bought = []string{AppToken, "access_token", "refresh_token", "id_token"}

// spends returns the inputs that go into the step's request, those by which its
// tokens are bought included.
func (p *Profile) spends(s *Step) []string {
	var out []string
	for _, ph := range s.Placeholders() {
		switch {
		case recipe.IsClientAuth(ph.Name):
			out = append(out, clientCredentials...)
		case slices.Contains(bought, ph.Name): // even where an input is declared by that name
			out = append(out, p.InputNames()...)
		default:
			out = append(out, p.reach(recipe.Template("{"+ph.Name+"}"))...)
		}
	}
	return out
}

// treatedAsSecret is true also of an input of which an untrusted file says what
// it is: that file could say that it is no secret.
func (p *Profile) treatedAsSecret(name string) bool {
	return p.Inputs[name].Secret || p.origins["inputs."+name].untrusted() || p.origins["inputs."+name+".secret"].untrusted()
}

// untrustedAddress returns the key by which an untrusted file decides where the
// step's request goes, "" when none does.
func (p *Profile) untrustedAddress(s *Step) (string, Origin) {
	if o := p.origins[s.Name+".url"]; o.untrusted() {
		return s.Name + ".url", o.origin(s.Name, "url")
	}
	for _, name := range p.reach(s.URL) {
		if v, given := p.values[name]; given {
			if v.file != nil && !v.file.Trusted {
				return name, v.Origin
			}
			continue
		}
		if o := p.origins["inputs."+name+".default"]; o.untrusted() {
			return "inputs." + name + ".default", o.origin("inputs", name, "default")
		}
	}
	return "", Origin{}
}

func (o origin) untrusted() bool { return o.file != nil && !o.file.Trusted }

func (o origin) origin(path ...string) Origin {
	return Origin{From: "file", File: o.file.Path, Line: o.file.Line(slices.Concat(o.prefix, path)...)}
}
