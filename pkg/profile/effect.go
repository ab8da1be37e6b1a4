package profile

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// Effect describes how a project's configuration file changes one profile.
type Effect struct {
	Name    string
	Extends string // the profile that it extends directly
	// Was says what the profile is without the project: "own" (the user's),
	// "built-in", or "" if the project defines it. Unless Was is "", Changed lists the
	// keys that the project changes.
	Was     string
	Changed []string
	Sends   []Sending
	Err     error // why the profile cannot be used; nil if it can
}

// Sending describes what a step sends to which address.
type Sending struct {
	Step    string // a step's name, "scan" or "redirect_uri"
	Origin  string // scheme and host; unknown parts are shown as placeholders
	Issuer  string // scheme and host of the issuer whose metadata have the address; "" for none
	Named   bool   // the project's configuration determines the address
	Secrets []Spent
}

// Spent is a secret that a step sends: an input, a code or a token.
type Spent struct {
	Name      string
	From      Origin // where the input's value comes from; zero if it has none
	Reference string // the reference that yields the value, such as env:NAME; "" for none
	Project   bool   // the project's configuration supplies the value
	Issued    bool   // a login yields it, such as code or access_token; it is not an input
}

// Reference is a value in a configuration file that is looked up elsewhere, such as
// env:NAME. Text is the reference itself.
type Reference struct {
	Profile, Input, Text string
	Line                 int
}

// Effects reports how the project's configuration changes each profile that it defines
// or modifies, sorted by name. Addresses are determined from the files alone. The
// secrets also take into account what the function values sets on each profile, such
// as values from the environment.
func Effects(src Sources, values func(*Profile) error) ([]Effect, error) {
	if err := src.CheckFiles(); err != nil {
		return nil, err
	}
	without := src
	without.Project = nil
	names := slices.Concat(src.OwnNames(), src.BuiltinNames())
	slices.Sort(names)
	var out []Effect
	for _, name := range slices.Compact(names) {
		if e, changes := src.effect(name, without, values); changes {
			out = append(out, e)
		}
	}
	return out, nil
}

// effect reports how the project changes one profile. changes is false if it does not.
func (s Sources) effect(name string, without Sources, values func(*Profile) error) (e Effect, changes bool) {
	e.Name = name
	before, err := load(name, without)
	switch {
	case without.IsOwn(name):
		e.Was = "own"
	case err == nil:
		e.Was = "built-in"
	}
	after, err := load(name, s)
	if err != nil {
		e.Err = err
		_, described := table(s.Project.raw, "profiles")[name]
		return e, described || before != nil
	}
	if e.Changed = changed(before, after); len(e.Changed) == 0 && e.Was != "" {
		return e, false
	}
	if len(after.Extends) > 0 {
		e.Extends = after.Extends[0]
	}
	e.Sends = after.sends(s.Project)
	e.Err = values(after)
	for _, to := range e.Sends {
		for i, spent := range to.Secrets {
			to.Secrets[i] = after.spent(spent.Name, s.Project)
		}
	}
	return e, true
}

// changed returns the keys whose values differ between two versions of a profile.
func changed(before, after *Profile) []string {
	if before == nil {
		return nil
	}
	values := func(p *Profile) map[string]any {
		out := map[string]any{}
		for _, m := range p.Members() {
			out[m.Key()] = m.Value
		}
		return out
	}
	a, b := values(before), values(after)
	keys := slices.AppendSeq(slices.Sorted(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.DeleteFunc(slices.Compact(keys), func(key string) bool { return reflect.DeepEqual(a[key], b[key]) })
}

// sends returns what each step sends, and where to.
func (p *Profile) sends(project *File) []Sending {
	var out []Sending
	for _, s := range p.Requests() {
		out = append(out, p.sending(s.Name.Table(), "url", s.URL, s.Placeholders(), project))
	}
	const back = "redirect_uri"
	if to := recipe.Template("{" + back + "}"); p.StartUses(back) && p.isNamed("", to, project) {
		out = append(out, p.sending(back, "", to, []recipe.Placeholder{{Name: "code"}}, project))
	}
	if p.Scan != nil { // its options are passed to the vendor's script
		var given []recipe.Placeholder
		for _, name := range slices.Sorted(maps.Keys(p.Scan.Options)) {
			given = append(given, p.Scan.Options[name].Placeholders()...)
		}
		out = append(out, p.sending("scan", "sdk", p.Scan.SDK, given, project))
	}
	return out
}

func (p *Profile) sending(step, key string, address recipe.Template, placeholders []recipe.Placeholder, project *File) Sending {
	var names []string
	for _, ph := range placeholders {
		if recipe.IsClientAuth(ph.Name) {
			names = append(names, ClientCredentials...)
		} else {
			names = append(names, p.reach(recipe.Template("{"+ph.Name+"}"))...)
		}
	}
	slices.Sort(names)
	to := Sending{Step: step, Origin: p.originOfAddress(address), Named: p.isNamed(step+"."+key, address, project)}
	if ph, only := recipe.Template(to.Origin).Only(); only && p.isDiscovered(ph.Name) {
		to.Issuer = p.originOfAddress(issuerAddress)
	}
	for _, name := range slices.Compact(names) {
		if p.isSpent(name, project) {
			to.Secrets = append(to.Secrets, p.spent(name, project))
		}
	}
	return to
}

// isSpent reports whether a placeholder is a secret, or a value that the project looks
// up with a reference.
func (p *Profile) isSpent(name string, project *File) bool {
	in, isInput := p.Inputs[name]
	if !isInput {
		return IsSecretName(name) && !p.IsMade(name) // the inputs of a make count themselves
	}
	v, given := p.values[name]
	return in.Secret || given && v.file == project && reference.Is(v.text)
}

func (p *Profile) spent(name string, project *File) Spent {
	v, given := p.values[name]
	_, isInput := p.Inputs[name]
	s := Spent{Name: name, From: v.Origin, Project: given && v.file == project, Issued: !isInput}
	switch {
	case given && reference.Is(v.text):
		s.Reference = v.text
	case !given && p.Inputs[name].Default != "":
		s.From = Origin{From: "default"}
	}
	return s
}

const issuerAddress = recipe.Template("{" + oidc.IssuerInput + "}")

// isDiscovered reports whether an input comes from the metadata of an issuer that the files
// name.
func (p *Profile) isDiscovered(name string) bool {
	return oidc.IsEndpoint(name) && p.lacks(name, nil) && !p.lacks(oidc.IssuerInput, nil)
}

// lacks reports whether the files give an input no value, or a default that needs an input
// without one. within are the inputs whose defaults led here.
func (p *Profile) lacks(name string, within []string) bool {
	if v, given := p.values[name]; given {
		return v.text == ""
	}
	def := p.Inputs[name].Default
	return def == "" || slices.ContainsFunc(def.Placeholders(), func(ph recipe.Placeholder) bool {
		return slices.Contains(within, ph.Name) || p.lacks(ph.Name, append(within, name))
	})
}

// isNamed reports whether a file determines any part of an address: the address
// itself, a value or default that it uses, or the issuer whose metadata have it.
func (p *Profile) isNamed(key string, address recipe.Template, f *File) bool {
	if p.origins[key].file == f {
		return true
	}
	names := p.reach(address)
	if slices.ContainsFunc(names, p.isDiscovered) {
		names = append(names, p.reach(issuerAddress)...)
	}
	for _, name := range names {
		v, given := p.values[name]
		if given && v.file == f || !given && p.origins["inputs."+name+".default"].file == f || p.origins["make."+name].file == f {
			return true
		}
	}
	return false
}

// originOfAddress returns the scheme and host that a request goes to. It does not
// follow references. Secret and unknown parts are shown as placeholders, and text that
// is not an address is returned whole.
func (p *Profile) originOfAddress(t recipe.Template) string {
	e := expansion{p: p}
	e.add(t, nil)
	text := e.b.String()
	head, rest := untilPath(text)
	if host, ok := strings.CutPrefix(rest, "//"); ok && strings.HasSuffix(head, ":") {
		if host, _ = untilPath(host); host != "" {
			return e.restored(strings.ToLower(head + "//" + host[strings.LastIndexByte(host, '@')+1:]))
		}
	}
	if strings.HasPrefix(text, mark) { // an unknown address, then a path
		return e.restored(head)
	}
	return e.restored(text)
}

// untilPath splits text before the first character that ends a scheme or a host.
func untilPath(text string) (before, from string) {
	if end := strings.IndexAny(text, `/?#\`); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// expansion builds an address from the values and defaults of its inputs. Values are
// not templates: braces in them are literal.
type expansion struct {
	p       *Profile
	b       strings.Builder
	unknown []string // placeholders; b contains the index of each between two marks
}

// mark delimits placeholders in an expansion: it cannot occur in an address.
const mark = "\x00"

func (e *expansion) add(t recipe.Template, within []string) {
	for _, part := range t.Parts() {
		if e.b.Len() > maxDefault {
			return
		}
		ph, is := part.Only()
		in, v := e.p.Inputs[ph.Name], e.p.values[ph.Name]
		switch {
		case !is:
			e.literal(string(part))
		case !in.Secret && reference.Is(v.text):
			e.placeholder("{" + v.text + "}")
		case !in.Secret && v.text != "":
			e.literal(v.text)
		case !in.Secret && in.Default != "" && !slices.Contains(within, ph.Name):
			e.add(in.Default, append(within, ph.Name))
		default:
			e.placeholder(string(part))
		}
	}
}

func (e *expansion) literal(text string) {
	e.b.WriteString(strings.ReplaceAll(text, mark, "\ufffd"))
}

func (e *expansion) placeholder(text string) {
	fmt.Fprint(&e.b, mark, len(e.unknown), mark)
	e.unknown = append(e.unknown, text)
}

// restored puts the placeholders back into a part of the address.
func (e *expansion) restored(text string) string {
	return regexp.MustCompile(mark+`\d+`+mark).ReplaceAllStringFunc(text, func(m string) string {
		i, _ := strconv.Atoi(strings.Trim(m, mark))
		return e.unknown[i]
	})
}

// References returns the references that the file's profiles contain, in line order.
func (f *File) References() []Reference {
	var out []Reference
	for profile := range table(f.raw, "profiles") {
		for key, v := range table(table(f.raw, "profiles"), profile) {
			if text, ok := v.(string); ok && reference.Is(text) {
				out = append(out, Reference{profile, key, text, f.Line("profiles", profile, key)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Reference) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Profile+"."+a.Input, b.Profile+"."+b.Input)
	})
	return out
}
