package cmd_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// TestNoGoFileNamesAVendor checks that vendors are data. The names come from the profiles.
// Two vendors are CI systems too: pkg/ci names them, and other files only their formats and
// variables. Left out are the modules of testdata: they import libraries that are named after
// vendors, and test what this repository has for CI systems.
func TestNoGoFileNamesAVendor(t *testing.T) {
	t.Parallel()
	names, modules := vendorNames(t), moduleNames(t)
	if len(names) < 3*len(usableProfiles(t))/2 {
		t.Fatalf("found too few names: %v", names)
	}
	files := 0
	modulesOfTests := []string{"../testdata/ci", "../testdata/clients", "../testdata/idp"}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && slices.Contains(modulesOfTests, filepath.ToSlash(path)) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || filepath.Dir(path) == filepath.Join("..", "pkg", "ci") {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		number := 0
		for line := range strings.Lines(string(data)) {
			number++
			text := ofCI.ReplaceAllString(makers.ReplaceAllString(modules.Replace(strings.ToLower(path+" "+line)), ""), "")
			for name, written := range names {
				if written.MatchString(text) {
					t.Errorf("%s:%d names the vendor %s", path, number, name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("searched %d Go files, want at least 50", files)
	}
}

// makers finds the name of a browser's maker before that of the browser.
var makers = regexp.MustCompile(`[a-z]+[ \\-]+(chrome|edge)\b`)

// ofCI finds the output formats for CI systems, and the variables that such a system sets.
var ofCI = regexp.MustCompile(`-o git(?:hub|hub-env|lab)\b|\bgit(?:hub)_(?:actions|env|output|workspace)\b`)

// moduleNames removes the paths of Go packages from a text in lower case, because they begin
// with the name of a web site. Which web sites these are is in go.mod.
func moduleNames(t *testing.T) *strings.Replacer {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var paths, sites []string
	for _, m := range regexp.MustCompile(`(?m)^(?:require)?\s+(\S+?)(?:/v\d+)? v`).FindAllStringSubmatch(string(data), -1) {
		site, _, _ := strings.Cut(m[1], "/")
		path := strings.ToLower(m[1])
		paths = append(paths, `"`+path, "", path, "")
		sites = append(sites, `"`+site+"/", "")
	}
	return strings.NewReplacer(append(paths, sites...)...) // the first match counts
}

// vendorNames returns the profiles' names, the words of their titles before the colon, and
// the domains of their addresses, each with an expression that finds it in a text in lower
// case. It skips profiles whose documents are all standards, and names of one or two
// letters, which are everywhere. A name of up to four letters counts only as a word, and an
// English word only in the vendor's addresses.
func vendorNames(t *testing.T) map[string]*regexp.Regexp {
	src := profile.Sources{Builtin: profiles.FS}
	names := map[string]*regexp.Regexp{}
	add := func(name string) {
		name = strings.ToLower(name)
		written := regexp.QuoteMeta(name)
		if slices.Contains(englishWords, name) {
			name += "."
			written = `[/."]` + written + `\.(com|me|biz)\b`
		} else if latin := regexp.MustCompile(`^[\x00-\x7f\p{Latin}]*$`).MatchString(name); latin && len(name) < 3 {
			return
		} else if latin && len(name) < 5 {
			written = `\b` + written + `\b`
		}
		names[name] = regexp.MustCompile(written)
	}
	for _, name := range src.BuiltinNames() {
		p := builtinProfile(t, name)
		if len(p.Docs) > 0 && !slices.ContainsFunc(p.Docs, func(doc string) bool { return !slices.Contains(standards, domain(t, doc)) }) {
			continue
		}
		add(name)
		title, _, _ := strings.Cut(p.Title, ":")
		for _, word := range regexp.MustCompile(`[\p{Latin}\d]+|\p{Han}+`).FindAllString(title, -1) {
			if !strings.ContainsFunc(word, unicode.IsLetter) {
				continue
			}
			add(word)
		}
		for _, in := range p.Inputs {
			if strings.Contains(string(in.Default), "://") && !strings.HasPrefix(string(in.Default), "http://127.") {
				add(domain(t, string(in.Default)))
			}
		}
		for _, doc := range p.Docs {
			add(domain(t, doc))
		}
	}
	return names
}

// englishWords are names of vendors that every Go file may contain as a word.
var englishWords = []string{"line"}

// standards are the domains that publish standards.
var standards = []string{"rfc-editor", "openid"}

// domain returns the second-level label of an address: vendor for https://open.vendor.com/.
func domain(t *testing.T, address string) string {
	u, err := url.Parse(address)
	labels := strings.Split(u.Hostname(), ".")
	if err != nil || len(labels) < 2 {
		t.Fatalf("the address %q has no domain", address)
	}
	return labels[len(labels)-2]
}
