package profile

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// The ways in which a step is known, from the surest on.
const (
	SourceDoc   = "doc"   // the vendor's own page
	SourceProbe = "probe" // recorded calls to the live service
	SourceCode  = "code"  // public client code
	SourceGuess = "guess" // nobody has published it
)

// Known are the values of a step's source.
var Known = []string{SourceDoc, SourceProbe, SourceCode, SourceGuess}

// Sourced reports whether somebody has said, or shown, that the step is as described.
func (s *Step) Sourced() bool {
	return slices.Contains([]string{SourceDoc, SourceProbe, SourceCode}, s.Source)
}

// Provenance says how a step is known. Of one that is guessed only in part it says so;
// what that is stands in Guess.
func (s *Step) Provenance() lang.Text {
	known := map[string]lang.Text{
		"":          {EN: "own profile", ZH: "自定义配置"},
		SourceDoc:   {EN: "documented", ZH: "有文档"},
		SourceProbe: {EN: "probed", ZH: "实测"},
		SourceCode:  {EN: "from public code", ZH: "来自公开代码"},
		SourceGuess: {EN: "guessed", ZH: "推测"},
	}[s.Source]
	if s.Guess != "" && s.Source != SourceGuess {
		return lang.Text{EN: known.EN + ", guessed in part", ZH: known.ZH + "，部分为推测"}
	}
	return known
}

// Where returns the place that says a key, such as exchange.query.code.
func (p *Profile) Where(key string) Origin {
	path := strings.Split(key, ".")
	o, ok := p.originOf(path)
	if !ok {
		return Origin{}
	}
	return o.origin(path...)
}

// Files returns the paths of the configuration files that say something of the profile
// that no later file replaces, sorted; of a built-in profile that none changes, none.
func (p *Profile) Files() []string {
	files := map[string]bool{}
	for _, o := range p.origins {
		if !o.file.builtin {
			files[filepath.Join(o.file.Dir, filepath.Base(o.file.Path))] = true
		}
	}
	return slices.Sorted(maps.Keys(files))
}

// String is FILE:LINE, the name of an environment variable, or the word for what
// else it was, such as flag.
func (o Origin) String() string {
	switch {
	case o.Line > 0:
		return fmt.Sprintf("%s:%d", o.File, o.Line)
	case o.File != "":
		return o.File
	}
	return o.From
}
