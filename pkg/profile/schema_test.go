package profile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// TestSchemaFile checks that docs/profile.schema.json is what ssoctl profile schema prints.
// To write it again: ssoctl profile schema >docs/profile.schema.json
func TestSchemaFile(t *testing.T) {
	want, err := os.ReadFile("../../docs/profile.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(profile.Schema())); diff != "" {
		t.Error(diff)
	}
}

// TestSchemaDescribes checks that every key has a description.
func TestSchemaDescribes(t *testing.T) {
	s := decodedSchema(t)
	for name, def := range s.Defs {
		for key, property := range def.Properties {
			if property.Description == "" {
				t.Errorf("%s.%s has no description", name, key)
			}
		}
	}
	for key, property := range s.Properties {
		if property.Description == "" {
			t.Errorf("%s has no description", key)
		}
	}
}

// TestSchemaTakesWhatLintTakes validates every configuration file and profile of the project
// in which lint finds no error.
func TestSchemaTakesWhatLintTakes(t *testing.T) {
	schema := compileSchema(t)
	valid := 0
	for where, text := range configurations(t) {
		if !isClean(text) {
			continue
		}
		valid++
		if err := schema.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
	if valid < 50 {
		t.Errorf("only %d valid files were found", valid)
	}
}

// configurations returns, as configuration files, the built-in profiles, the TOML in the
// documentation and the TOML files in scripts.
func configurations(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, path := range glob(t, "../../profiles/*.toml") {
		out[path] = inConfiguration(read(t, path))
	}
	block := regexp.MustCompile("(?ms)^```toml\n(.*?)^```$")
	for _, path := range append(glob(t, "../../*.md"), glob(t, "../../docs/*.md")...) {
		for i, m := range block.FindAllStringSubmatch(read(t, path), -1) {
			out[fmt.Sprintf("%s, TOML block %d", path, i+1)] = inConfiguration(m[1])
		}
	}
	for _, path := range glob(t, "../../testdata/script/*.txtar") {
		for _, f := range txtar.Parse([]byte(read(t, path))).Files {
			if strings.HasSuffix(f.Name, ".toml") {
				out[path+", "+f.Name] = inConfiguration(string(f.Data))
			}
		}
	}
	return out
}

// inConfiguration returns text that is a profile as the profile of a configuration file.
func inConfiguration(text string) string {
	if regexp.MustCompile(`(?m)^(\[profiles\.|profiles\b|trusted\b|cache\b|default_profile\b)`).MatchString(text) {
		return text
	}
	return "[profiles.p]\n" + regexp.MustCompile(`(?m)^(\[+)`).ReplaceAllString(text, "${1}profiles.p.")
}

// loadError returns the errors that Load finds in a configuration file.
func loadError(text string) error {
	f, err := profile.ParseFile("config.toml", []byte(text))
	if err != nil {
		return err
	}
	src := profile.Sources{Builtin: profiles.FS, User: f}
	if err := src.CheckFiles(); err != nil {
		return err
	}
	for _, name := range src.OwnNames() {
		if _, err := profile.Load(name, src); err != nil {
			return err
		}
	}
	return nil
}

// isClean reports whether lint finds no error in a configuration file.
func isClean(text string) bool { return lintErrors(text) == nil }

func lintErrors(text string) error {
	if err := loadError(text); err != nil {
		return err
	}
	f, err := profile.ParseFile("config.toml", []byte(text))
	if err != nil {
		return err
	}
	src := profile.Sources{Builtin: profiles.FS, User: f}
	for _, name := range src.OwnNames() {
		if errs := profile.Check(name, src); len(errs) > 0 {
			return errs
		}
	}
	return nil
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(profile.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("profile.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("profile.schema.json") // also validates it against the draft
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func decodeTOML(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := toml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// asJSON decodes TOML into the values that the validator accepts.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	data, err := json.Marshal(decodeTOML(t, text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
