package profile_test

import (
	"io/fs"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// largest returns the name of the largest built-in profile.
func largest(b *testing.B) string {
	var name string
	most := 0
	for _, p := range builtins(b) {
		if n := len(p.Refusals) + len(p.Steps()); n > most {
			name, most = p.Name, n
		}
	}
	return name
}

func BenchmarkLoad(b *testing.B) {
	src := profile.Sources{Builtin: profiles.FS}
	name := largest(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := profile.Load(name, src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLint(b *testing.B) {
	p, err := profile.Load(largest(b), profile.Sources{Builtin: profiles.FS})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if errs := p.Lint(); errs != nil {
			b.Fatal(errs)
		}
	}
}

func BenchmarkParseFile(b *testing.B) {
	name := largest(b)
	data, err := fs.ReadFile(profiles.FS, name+".toml")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f, err := profile.ParseFile(name, data)
		if err != nil || f.Line("title") == 0 { // Line indexes the whole file
			b.Fatal(err)
		}
	}
}
