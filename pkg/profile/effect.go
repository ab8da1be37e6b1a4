package profile

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Effect is what a project's configuration makes of one profile.
type Effect struct {
	Name    string
	Extends string // the nearest profile that it extends
	// Was says where the profile is from without the project: "own", "built-in", or
	// "" when the project brings it. Changed are then the keys that it changes.
	Was     string
	Changed []string
	Sends   []Sending
	Err     error // why it cannot be used
}

// Sending is what a step sends to an address.
type Sending struct {
	Step    string // or scan, or redirect_uri
	Origin  string // scheme and host, with placeholders where they are not known
	Named   bool   // by the project's configuration
	Secrets []Spent
}

// Spent is a secret that a step sends: an input, a code or a token.
type Spent struct {
	Name      string
	From      Origin // of an input's value; empty when it has none
	Reference string // by which an input's value is looked up, "" for none
	Project   bool   // the project's configuration gives the value
}

// Reference is a value of a configuration file that is looked up elsewhere.
type Reference struct {
	Profile, Input, Text string
	Line                 int
}

// Effects returns what the project's configuration does to each profile that it
// describes or changes, in alphabetical order. Addresses are those that the files
// name; values gives a profile what the environment holds, for the secrets.
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
		if e, any := src.effect(name, without, values); any {
			out = append(out, e)
		}
	}
	return out, nil
}

// effect is what the project does to one profile, if anything.
func (s Sources) effect(name string, without Sources, values func(*Profile) error) (e Effect, any bool) {
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

// changed are the keys of which two versions of a profile say different things.
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

// sends is what each step sends, and where to.
func (p *Profile) sends(project *File) []Sending {
	var out []Sending
	for _, s := range p.Steps() {
		out = append(out, p.sending(s.Name, "url", s.URL, s.Placeholders(), project))
	}
	const back = "redirect_uri"
	if to := recipe.Template("{" + back + "}"); p.Authorize != nil && p.Authorize.Uses(back) && p.isNamed("", to, project) {
		out = append(out, p.sending(back, "", to, []recipe.Placeholder{{Name: "code"}}, project))
	}
	if p.Scan != nil { // the vendor's script is given them
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
			names = append(names, clientCredentials...)
		} else {
			names = append(names, p.reach(recipe.Template("{"+ph.Name+"}"))...)
		}
	}
	slices.Sort(names)
	to := Sending{Step: step, Origin: p.originOfAddress(address), Named: p.isNamed(step+"."+key, address, project)}
	for _, name := range slices.Compact(names) {
		if p.isSpent(name, project) {
			to.Secrets = append(to.Secrets, p.spent(name, project))
		}
	}
	return to
}

// issued are what a login yields, which is secret.
var issued = []string{"code", "code_verifier", "access_token", "refresh_token", "id_token", AppToken}

// isSpent reports whether a placeholder is a secret, or something that the project has
// looked up.
func (p *Profile) isSpent(name string, project *File) bool {
	in, isInput := p.Inputs[name]
	if !isInput {
		return IsIssued(name)
	}
	v, given := p.values[name]
	return in.Secret || given && v.file == project && secret.IsReference(v.text)
}

func (p *Profile) spent(name string, project *File) Spent {
	v, given := p.values[name]
	s := Spent{Name: name, From: v.Origin, Project: given && v.file == project}
	switch {
	case given && secret.IsReference(v.text):
		s.Reference = v.text
	case !given && p.Inputs[name].Default != "":
		s.From = Origin{From: "default"}
	}
	return s
}

// isNamed reports whether a file says a part of an address: its key, a value or a
// default in it.
func (p *Profile) isNamed(key string, address recipe.Template, f *File) bool {
	if p.origins[key].file == f {
		return true
	}
	for _, name := range p.reach(address) {
		v, given := p.values[name]
		if given && v.file == f || !given && p.origins["inputs."+name+".default"].file == f {
			return true
		}
	}
	return false
}

// originOfAddress is the scheme and the host to which a request goes, as far as they are
// known without following references; what is secret, or is not known, is shown as a
// placeholder. A text that is no address is shown whole.
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
	if strings.HasPrefix(text, mark) { // an address that is not known, and a path
		return e.restored(head)
	}
	return e.restored(text)
}

// untilPath cuts an address where its host ends, or its scheme.
func untilPath(text string) (before, from string) {
	if end := strings.IndexAny(text, `/?#\`); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// expansion is an address with the values and defaults of its inputs. A value is not a
// template: braces in it stay.
type expansion struct {
	p       *Profile
	b       strings.Builder
	unknown []string // each stands in b as its index between two marks
}

// mark cannot be part of an address.
const mark = "\x00"

var marked = regexp.MustCompile(mark + `\d+` + mark)

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
		case !in.Secret && secret.IsReference(v.text):
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

// restored is a part of the address with its placeholders.
func (e *expansion) restored(text string) string {
	return marked.ReplaceAllStringFunc(text, func(m string) string {
		i, _ := strconv.Atoi(strings.Trim(m, mark))
		return e.unknown[i]
	})
}

// References are the values of the file's profiles that are looked up elsewhere, in
// the order of their lines.
func (f *File) References() []Reference {
	var out []Reference
	for profile := range table(f.raw, "profiles") {
		for key, v := range table(table(f.raw, "profiles"), profile) {
			if text, ok := v.(string); ok && secret.IsReference(text) {
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

// IsIssued reports whether a placeholder is what a login yields, such as a code.
func IsIssued(name string) bool { return slices.Contains(issued, name) }
