package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// Sources are the files that contain profiles. If several define the same profile, the
// user's file wins over the project's, and both win over the built-in profile.
type Sources struct {
	Builtin fs.FS // NAME.toml for each built-in profile; may be nil
	Project *File // ./ssoctl.toml; may be nil
	User    *File // the user's own configuration; may be nil
}

// origin is a table of a file that a part of a merged profile came from.
type origin struct {
	file   *File
	prefix []string // path of the table in the file
}

// table returns the table itself.
func (o origin) table() map[string]any {
	t := o.file.raw
	for _, key := range o.prefix {
		t = table(t, key)
	}
	return t
}

func (o origin) errorf(path []string, format lang.Text, args ...any) *Error {
	e := &Error{Key: strings.Join(path, "."), Problem: lang.Sprintf(format, args...)}
	if o.file != nil {
		e.File, e.Line = o.file.Path, o.file.Line(slices.Concat(o.prefix, path)...)
	}
	return e
}

// origin returns the location of a key in the table.
func (o origin) origin(path ...string) Origin {
	return Origin{From: "file", File: o.file.Path, Line: o.file.Line(slices.Concat(o.prefix, path)...)}
}

// DefaultName returns default_profile. The user's wins over the project's; "" if
// neither is set.
func (s Sources) DefaultName() string {
	for _, f := range s.files() {
		if name, ok := f.raw["default_profile"].(string); ok {
			return name
		}
	}
	return ""
}

// LoadDefault is [Load] for default_profile. If no profile has that name, the error
// points to the line of default_profile.
func LoadDefault(from Sources) (*Profile, error) {
	p, err := Load(from.DefaultName(), from)
	unknown, ok := err.(*Error)
	if !ok || unknown.File != "" {
		return p, err
	}
	for _, f := range from.files() {
		if _, named := f.raw["default_profile"].(string); named {
			located := origin{file: f}.errorf([]string{"default_profile"}, verbatim, unknown.Problem)
			located.Hint = unknown.Hint
			return nil, located
		}
	}
	return nil, err
}

// LoadChosen is [Load], or [LoadDefault] if name is "".
func LoadChosen(name string, from Sources) (*Profile, error) {
	if name == "" {
		return LoadDefault(from)
	}
	return Load(name, from)
}

// files returns the configuration files; earlier ones win.
func (s Sources) files() []*File {
	return slices.DeleteFunc([]*File{s.User, s.Project}, func(f *File) bool { return f == nil })
}

// Paths returns the paths of the configuration files; earlier ones win.
func (s Sources) Paths() []string {
	var out []string
	for _, f := range s.files() {
		out = append(out, f.Path)
	}
	return out
}

func (s Sources) builtin() fs.FS {
	if s.Builtin == nil {
		return embed.FS{}
	}
	return s.Builtin
}

// BuiltinNames returns the names of all built-in profiles, including those that exist
// only to be extended, sorted.
func (s Sources) BuiltinNames() []string {
	paths, _ := fs.Glob(s.builtin(), "*.toml")
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(path, ".toml")
	}
	slices.Sort(paths)
	return paths
}

// OwnNames returns the names of the profiles in the configuration files, sorted.
func (s Sources) OwnNames() []string {
	names := map[string]bool{}
	for _, f := range s.files() {
		for name := range table(f.raw, "profiles") {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// IsOwn reports whether a configuration file defines the profile.
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

// CheckFiles returns the errors in the configuration files outside their profiles, as
// [Errors].
func (s Sources) CheckFiles() error {
	var errs Errors
	for _, f := range s.files() {
		errs = append(errs, f.faults()...)
		if _, trusts := f.raw["trusted"]; trusts && f != s.User {
			errs = append(errs, origin{file: f}.errorf([]string{"trusted"}, lang.Text{EN: "only allowed in your own configuration: a project cannot trust itself", ZH: "只能写在您自己的配置文件里：项目不能信任自己"}))
		}
	}
	return errs.Sorted().orNil()
}

// check returns the errors in the top-level keys of the file.
func (f *File) check() (errs Errors) {
	for _, key := range slices.Sorted(maps.Keys(f.raw)) {
		errs = append(errs, f.checkKey(key)...)
	}
	return errs
}

func (f *File) checkKey(key string) (errs Errors) {
	fail := func(path []string, format lang.Text, args ...any) {
		errs = append(errs, origin{file: f}.errorf(path, format, args...))
	}
	var wanted lang.Text
	switch key {
	case "default_profile":
		if _, ok := f.raw[key].(string); !ok {
			wanted = aProfile
		}
	case "cache":
		return f.checkCache()
	case "profiles":
		profiles, ok := f.raw[key].(map[string]any)
		if !ok {
			wanted = aTable
		}
		for _, name := range slices.Sorted(maps.Keys(profiles)) {
			if _, ok := profiles[name].(map[string]any); !ok {
				fail([]string{key, name}, lang.Text{EN: "expected a table [profiles.%s]", ZH: "应为 [profiles.%s] 表"}, name)
			}
		}
	case "trusted":
		if _, err := f.TrustedFolders(""); err != nil {
			return Errors{err.(*Error)}
		}
	default:
		fail([]string{key}, lang.Text{EN: "unknown key%s", ZH: "没有这个键%s"}, suggestion.For(key, []string{"cache", "default_profile", "profiles", "trusted"}))
	}
	if !wanted.IsZero() {
		fail([]string{key}, expected, wanted, found(f.raw[key]))
	}
	return errs
}

// TrustedFolders returns the folders whose projects the file trusts. home takes the place
// of ~; folders below ~ are left out if it is "". The error is an [*Error]. f may be nil.
func (f *File) TrustedFolders(home string) ([]string, error) {
	if f == nil {
		return nil, nil
	}
	value, given := f.raw["trusted"]
	if !given {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, origin{file: f}.errorf([]string{"trusted"}, lang.Text{EN: "expected a list of folders", ZH: "应为目录列表"})
	}
	var out []string
	for _, v := range list {
		folder, _ := v.(string)
		if !filepath.IsAbs(folder) && folder != "~" && !strings.HasPrefix(filepath.ToSlash(folder), "~/") {
			return nil, origin{file: f}.errorf([]string{"trusted"}, lang.Text{EN: "%q is not the path of a folder: it must be absolute or begin with ~/", ZH: "%q 不是目录路径：须为绝对路径，或以 ~/ 开头"}, fmt.Sprint(v))
		}
		switch rest, below := strings.CutPrefix(filepath.ToSlash(folder)+"/", "~/"); {
		case !below:
			out = append(out, filepath.Clean(folder))
		case home != "":
			out = append(out, filepath.Join(home, rest))
		}
	}
	return out, nil
}

// Load finds a profile, merges it with what it extends, and checks its form: unknown
// keys and wrong types. The error is an [*Error] or [Errors]. [Profile.Lint] finds the
// errors that do not prevent the use of other parts of the profile.
func Load(name string, from Sources) (*Profile, error) {
	if err := from.CheckFiles(); err != nil {
		return nil, err
	}
	return load(name, from)
}

// load is Load without [Sources.CheckFiles].
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

// assemble merges the layers of a profile and decodes the well-formed parts. The merger's
// errs contain unknown keys and wrong types. The error means that a layer was not found.
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
