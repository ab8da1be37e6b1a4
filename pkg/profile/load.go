package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Sources are the files in which profiles stand. Of two that describe the same
// profile the user's wins over the project's, and either over the built-in one.
type Sources struct {
	Builtin fs.FS // NAME.toml of each; nil is none
	Project *File // ./ssoctl.toml, or nil
	User    *File // the user's own configuration, or nil
}

// origin is where a part of a merged profile came from.
type origin struct {
	file   *File
	prefix []string // path of the profile's table in the file
}

// table is the profile's table in the file.
func (o origin) table() map[string]any {
	t := o.file.raw
	for _, key := range o.prefix {
		t = table(t, key)
	}
	return t
}

func (o origin) errorf(path []string, format string, args ...any) *Error {
	e := &Error{Key: strings.Join(path, "."), Problem: fmt.Sprintf(format, args...)}
	if o.file != nil {
		e.File, e.Line = o.file.Path, o.file.Line(slices.Concat(o.prefix, path)...)
	}
	return e
}

// origin is the place of a key below o.
func (o origin) origin(path ...string) Origin {
	return Origin{From: "file", File: o.file.Path, Line: o.file.Line(slices.Concat(o.prefix, path)...)}
}

// DefaultName returns default_profile: the user's before the project's.
func (s Sources) DefaultName() string {
	for _, f := range s.files() {
		if name, ok := f.raw["default_profile"].(string); ok {
			return name
		}
	}
	return ""
}

// LoadDefault is Load of default_profile. Where no profile has that name, the error says
// in which line it stands.
func LoadDefault(from Sources) (*Profile, error) {
	p, err := Load(from.DefaultName(), from)
	unknown, ok := err.(*Error)
	if !ok || unknown.File != "" {
		return p, err
	}
	for _, f := range from.files() {
		if _, named := f.raw["default_profile"].(string); named {
			located := origin{file: f}.errorf([]string{"default_profile"}, "%s", unknown.Problem)
			located.Hint = unknown.Hint
			return nil, located
		}
	}
	return nil, err
}

// files are the configuration files, the one that wins first.
func (s Sources) files() []*File {
	return slices.DeleteFunc([]*File{s.User, s.Project}, func(f *File) bool { return f == nil })
}

func (s Sources) builtin() fs.FS {
	if s.Builtin == nil {
		return embed.FS{}
	}
	return s.Builtin
}

// BuiltinNames returns the built-in profiles that can be used, and those that
// only serve to be extended, in alphabetical order.
func (s Sources) BuiltinNames() []string {
	paths, _ := fs.Glob(s.builtin(), "*.toml")
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(path, ".toml")
	}
	slices.Sort(paths)
	return paths
}

// OwnNames returns the profiles of the configuration files, in alphabetical order.
func (s Sources) OwnNames() []string {
	names := map[string]bool{}
	for _, f := range s.files() {
		for name := range table(f.raw, "profiles") {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// IsOwn reports whether a configuration file describes the profile.
func (s Sources) IsOwn(name string) bool {
	return slices.ContainsFunc(s.files(), func(f *File) bool {
		_, ok := table(f.raw, "profiles")[name]
		return ok
	})
}

func table(m map[string]any, key string) map[string]any {
	t, _ := m[key].(map[string]any)
	return t
}

// CheckFiles returns what is wrong with the configuration files outside their
// profiles.
func (s Sources) CheckFiles() error {
	var errs Errors
	for _, f := range s.files() {
		errs = append(errs, f.faults()...)
		if _, trusts := f.raw["trusted"]; trusts && f != s.User {
			errs = append(errs, origin{file: f}.errorf([]string{"trusted"}, "belongs in your own configuration: a project cannot trust itself"))
		}
	}
	return errs.Sorted().orNil()
}

// check returns what is wrong with the keys of the file itself.
func (f *File) check() (errs Errors) {
	for _, key := range slices.Sorted(maps.Keys(f.raw)) {
		errs = append(errs, f.checkKey(key)...)
	}
	return errs
}

func (f *File) checkKey(key string) (errs Errors) {
	fail := func(path []string, format string, args ...any) {
		errs = append(errs, origin{file: f}.errorf(path, format, args...))
	}
	wrong := false
	switch key {
	case "default_profile":
		_, isText := f.raw[key].(string)
		wrong = !isText
	case "profiles":
		profiles, isTable := f.raw[key].(map[string]any)
		wrong = !isTable
		for _, name := range slices.Sorted(maps.Keys(profiles)) {
			if _, ok := profiles[name].(map[string]any); !ok {
				fail([]string{key, name}, "has to be a table [profiles.%s]", name)
			}
		}
	case "trusted":
		if _, err := f.TrustedFolders(); err != nil {
			return Errors{err.(*Error)}
		}
	default:
		fail([]string{key}, "unknown key%s", Suggest(key, []string{"default_profile", "profiles", "trusted"}))
	}
	if wrong {
		fail([]string{key}, "has the wrong type")
	}
	return errs
}

// TrustedFolders returns the folders whose projects the file trusts, as it writes
// them: absolute, or below ~. The error is an *Error.
func (f *File) TrustedFolders() ([]string, error) {
	value, given := f.raw["trusted"]
	if !given {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, origin{file: f}.errorf([]string{"trusted"}, "has to be a list of folders")
	}
	var out []string
	for _, v := range list {
		folder, _ := v.(string)
		if !filepath.IsAbs(folder) && folder != "~" && !strings.HasPrefix(folder, "~/") {
			return nil, origin{file: f}.errorf([]string{"trusted"}, "%q is not the path of a folder: it has to begin with / or ~/", fmt.Sprint(v))
		}
		out = append(out, folder)
	}
	return out, nil
}

// Load finds a profile, merges what it extends, and checks its form. The error
// is an *Error or Errors. What only Lint finds does not keep a profile from
// being used.
func Load(name string, from Sources) (*Profile, error) {
	if err := from.CheckFiles(); err != nil {
		return nil, err
	}
	return load(name, from)
}

// load is Load without a look at the rest of the files.
func load(name string, from Sources) (*Profile, error) {
	m, err := assemble(name, from)
	if err == nil {
		err = m.errs.Sorted().orNil()
	}
	if err != nil {
		return nil, err
	}
	return m.p, nil
}

// assemble merges the layers of a profile and decodes them as far as their form
// allows. The error says why there are no layers.
func assemble(name string, from Sources) (*merger, error) {
	m := &merger{sources: from, raw: map[string]any{}, p: &Profile{
		Name: name, values: map[string]value{}, origins: map[string]origin{},
	}}
	layers, err := m.chain(name, nil, false)
	if err != nil {
		return nil, err
	}
	m.p.own, m.p.raw = layers, m.raw
	m.decode()
	return m, nil
}
