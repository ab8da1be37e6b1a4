package profile

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
)

// Where the knowledge of a step comes from, most reliable first.
const (
	SourceDoc   = "doc"   // the vendor's documentation
	SourceProbe = "probe" // recorded calls to the live service
	SourceCode  = "code"  // public client code
	SourceGuess = "guess" // not published anywhere
)

// Known are the possible values of [Step.Source].
var Known = []string{SourceDoc, SourceProbe, SourceCode, SourceGuess}

// Sourced reports whether documentation, recorded calls or public code confirm the
// step.
func (s *Step) Sourced() bool {
	return slices.Contains([]string{SourceDoc, SourceProbe, SourceCode}, s.Source)
}

// Provenance says in a word or two where the knowledge of the step comes from. If part of it
// is a guess, it says so; [Step.GuessText] has the details.
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

// Where returns the location of a key, such as exchange.query.code.
func (p *Profile) Where(key string) Origin {
	path := strings.Split(key, ".")
	o, ok := p.originOf(path)
	if !ok {
		return Origin{}
	}
	return o.origin(path...)
}

// Files returns the sorted paths of the configuration files that define any part of
// the merged profile. It is empty for an unmodified built-in profile.
func (p *Profile) Files() []string {
	files := map[string]bool{}
	for _, o := range p.origins {
		if !o.file.builtin {
			files[filepath.Join(o.file.Dir, filepath.Base(o.file.Path))] = true
		}
	}
	return slices.Sorted(maps.Keys(files))
}

// String returns FILE:LINE, the name of an environment variable, or another word for
// the origin, such as flag.
func (o Origin) String() string {
	switch {
	case o.Line > 0:
		return fmt.Sprintf("%s:%d", o.File, o.Line)
	case o.File != "":
		return o.File
	}
	return o.From
}
