// Package environment makes the environment variables that tell a program where an emulator
// is, and what it expects of a client. [Of] makes the variables; [Values] lists the values
// that a variable of any name can have.
package environment

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/suggestion"
)

// Emulator is the variable with the emulator's address on this machine.
const Emulator = "SSOCTL_EMULATOR"

const caFile = "ca_file"

// Of returns variables, as NAME=value. With one profile, each input has the variable that
// ssoctl reads. base_url has one even if it is not an input, to override a variable of the
// user. With several profiles, the name of the profile precedes that of the input:
// SSOCTL_CRM_CLIENT_ID. asked adds further variables, as NAME=WHAT; WHAT is one of [Values].
// The error is a [failure.UsageError], for example if two inputs would be the same variable.
func Of(r emulator.Ready, profiles []*profile.Profile, asked []string) ([]string, error) {
	out := []string{Emulator + "=" + local(r)}
	if r.CAFile != "" {
		out = append(out, "SSL_CERT_FILE="+r.CAFile)
	}
	values, variable := Values(r, profiles), regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	if len(profiles) == 1 {
		out = append(out, render.Variable("profile")+"="+profiles[0].Name)
		if _, is := r.Profiles[profiles[0].Name]["base_url"]; !is {
			out = append(out, render.Variable("base_url")+"="+values["base_url"])
		}
	}
	inputs, err := ofInputs(r, profiles)
	if err != nil {
		return nil, err
	}
	out = append(out, inputs...)
	for _, pair := range asked {
		name, what, ok := strings.Cut(pair, "=")
		if !ok || !variable.MatchString(name) {
			return nil, failure.Usagef(lang.Text{EN: "--env %s: expected NAME=WHAT, such as ISSUER=issuer", ZH: "--env %s：应为 NAME=WHAT，例如 ISSUER=issuer"}, pair)
		}
		value, ok := values[what]
		if !ok {
			return nil, unknownValue(pair, what, known(values, profiles))
		}
		out = append(out, name+"="+value)
	}
	return out, nil
}

// ofInputs returns a variable for each input.
func ofInputs(r emulator.Ready, profiles []*profile.Profile) ([]string, error) {
	var out []string
	taken := map[string]string{} // inputs, by their variable
	for _, p := range profiles {
		for _, input := range slices.Sorted(maps.Keys(r.Profiles[p.Name])) {
			name, variable := input, render.Variable(input)
			if len(profiles) > 1 {
				name, variable = p.Name+"."+input, render.Variable(p.Name+"_"+input)
			}
			if other, ok := taken[variable]; ok {
				return nil, failure.Usagef(lang.Text{
					EN: "%s and %s would both be the variable %s: emulate one of the profiles at a time, or rename one",
					ZH: "%s 和 %s 会成为同一个环境变量 %s：请分开模拟，或给其中一个接入配置改名",
				}, other, name, variable)
			}
			taken[variable] = name
			out = append(out, variable+"="+r.Profiles[p.Name][input])
		}
	}
	return out, nil
}

// known lists the names of values, each once.
func known(values map[string]string, profiles []*profile.Profile) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(values)), func(name string) bool {
		return len(profiles) == 1 && strings.HasPrefix(name, profiles[0].Name+".")
	})
}

func unknownValue(pair, what string, known []string) error {
	if what == caFile {
		return failure.Usagef(lang.Text{EN: "--env %s: ca_file requires --tls", ZH: "--env %s：ca_file 只能和 --tls 一起用"}, pair)
	}
	return failure.Usagef(lang.Text{EN: "--env %s: expected one of %s%s", ZH: "--env %s：应为 %s 之一%s"}, pair, lang.List(known), suggestion.For(what, known))
}

// Values returns what a program may want to know about the emulator, by name: address,
// admin_url and ca_file; for each profile, as PROFILE.NAME, its inputs, base_url, and
// STEP_url, the address of a step; for a single profile, the same without its name.
func Values(r emulator.Ready, profiles []*profile.Profile) map[string]string {
	out := map[string]string{}
	for _, p := range profiles {
		for name, value := range valuesOf(r, p) {
			out[p.Name+"."+name] = value
			if len(profiles) == 1 {
				out[name] = value
			}
		}
	}
	out["address"], out["admin_url"] = r.Address, local(r)+"/_"
	if r.CAFile != "" {
		out[caFile] = r.CAFile
	}
	return out
}

func valuesOf(r emulator.Ready, p *profile.Profile) map[string]string {
	out := map[string]string{"base_url": r.Address + "/" + p.Name}
	for _, s := range p.Requests() {
		base := out["base_url"]
		if s == p.Authorize {
			base = cmp.Or(r.Browser[p.Name], base)
		}
		address, missing := s.URL.ExpandAddress(func(name string) (string, bool) {
			if name == "base_url" {
				return base, true
			}
			value, ok := r.Profiles[p.Name][name]
			return value, ok
		})
		if len(missing) == 0 && address != "" {
			out[string(s.Name)+"_url"] = address
		}
	}
	maps.Copy(out, r.Profiles[p.Name])
	return out
}

// local is the address on this machine.
func local(r emulator.Ready) string { return cmp.Or(r.Local, r.Address) }
