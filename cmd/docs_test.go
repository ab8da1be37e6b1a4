package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/cmd"
)

// page is a Markdown file of the documentation.
type page struct {
	path, text string
	blocks     []block
}

func (p page) name() string { return filepath.Base(p.path) }

// block is a fenced block of a page, with the HTML comments right before it, which
// readers do not see:
//
//	<!-- setup: COMMANDS -->   run these first; their output does not matter
//	<!-- not run: REASON -->   only the flags are checked
//	<!-- file: PATH -->        the block is the content of this file for what follows;
//	                           testdata/clients and testdata/ci run or compile programs
//	<!-- extends: NAME -->     the TOML is part of a profile that extends this one
type block struct {
	line     int
	language string
	text     string
	notes    map[string]string
}

// script reports whether the block is a program for a file rather than lines to paste.
func (b block) script() bool { return strings.HasPrefix(b.text, "#!") }

func readPages(t *testing.T) []page {
	t.Helper()
	var pages []page
	for _, pattern := range []string{"../*.md", "../docs/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, page{path, string(text), readBlocks(t, path, string(text))})
		}
	}
	if len(pages) < 10 {
		t.Fatalf("found %d pages, want at least 10", len(pages))
	}
	return pages
}

var (
	fencedBlock = regexp.MustCompile("(?ms)((?:^<!--[^\n]*?(?:-->|\n.*?-->)\n+)*)^```([a-z]*)\n(.*?)^```$")
	docComment  = regexp.MustCompile(`(?s)<!-- ([a-z ]+):\s+(.*?)\s*-->`)
)

func readBlocks(t *testing.T, path, text string) []block {
	t.Helper()
	var blocks []block
	for _, m := range fencedBlock.FindAllStringSubmatchIndex(text, -1) {
		b := block{
			line:     1 + strings.Count(text[:m[4]], "\n"),
			language: text[m[4]:m[5]],
			text:     text[m[6]:m[7]],
			notes:    map[string]string{},
		}
		for _, note := range docComment.FindAllStringSubmatch(text[m[2]:m[3]], -1) {
			b.notes[note[1]] = note[2]
			if !slices.Contains([]string{"setup", "not run", "file", "extends"}, note[1]) {
				t.Errorf("%s:%d: unknown comment %q", path, b.line, note[1])
			}
		}
		if !slices.Contains([]string{"sh", "console", "toml", "json", "go", "js", "python", "java", "yaml", "text"}, b.language) {
			t.Errorf("%s:%d: unknown language %q", path, b.line, b.language)
		}
		blocks = append(blocks, b)
	}
	if want := strings.Count(text, "\n```") / 2; len(blocks) != want {
		t.Errorf("%s: found %d blocks, want %d", path, len(blocks), want)
	}
	return blocks
}

// TestDocsLinks checks that every link within the documentation has a target.
func TestDocsLinks(t *testing.T) {
	t.Parallel()
	pages := readPages(t)
	anchors := map[string][]string{}
	for _, p := range pages {
		anchors[filepath.Clean(p.path)] = headings(p.text)
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, p := range pages {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, anchored := strings.Cut(m[1], "#")
			target := filepath.Clean(p.path)
			if file != "" {
				target = filepath.Join(filepath.Dir(p.path), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s: no such file", p.path, m[1])
			} else if anchored && !slices.Contains(anchors[target], anchor) {
				t.Errorf("%s: %s: no such heading in %q", p.path, m[1], anchors[target])
			}
		}
	}
}

// headings returns the anchors of a page, as web sites for repositories make them.
func headings(text string) []string {
	var anchors []string
	text = fencedBlock.ReplaceAllString(text, "")
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1]))
	}
	return anchors
}

// TestDocsFlags checks that every command and flag in the documentation exists, even in
// blocks that are not run.
func TestDocsFlags(t *testing.T) {
	t.Parallel()
	inline := regexp.MustCompile("`([^`\n]+)`")
	for _, p := range readPages(t) {
		var lines []string
		for _, b := range p.blocks {
			text := b.text
			if b.language == "console" {
				text = strings.Join(consoleCommands(text), "\n")
			} else if b.language != "sh" {
				continue
			}
			lines = append(lines, strings.Split(strings.ReplaceAll(text, "\\\n", " "), "\n")...)
		}
		for _, m := range inline.FindAllStringSubmatch(fencedBlock.ReplaceAllString(p.text, ""), -1) {
			if lines = append(lines, m[1]); strings.HasPrefix(m[1], "--") && !knownFlag(cmd.Tree(&cmd.App{}), strings.Fields(m[1])[0]) {
				t.Errorf("%s: %s: no command has this flag", p.path, m[1])
			}
		}
		for _, line := range lines {
			for _, args := range invocations(line) {
				checkFlags(t, p.path, args)
			}
		}
	}
}

// checkFlags checks one command line, without the program's name.
func checkFlags(t *testing.T, path string, args []string) {
	t.Helper()
	root := cmd.Tree(&cmd.App{})
	found, _, err := root.Find(slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") && a != "-" }))
	if err != nil {
		if len(args) > 0 && regexp.MustCompile(`^[a-z-]+$`).MatchString(args[0]) {
			t.Errorf("%s: ssoctl %s: %v", path, strings.Join(args, " "), err)
		}
		found = root
	}
	for _, arg := range args {
		if arg == "--" {
			return
		}
		name, _, _ := strings.Cut(arg, "=")
		if strings.HasPrefix(name, "-") && name != "-" && flagOf(found, name) == nil {
			t.Errorf("%s: ssoctl %s: no flag %s", path, strings.Join(args, " "), name)
		}
	}
}

func flagOf(c *cobra.Command, name string) *pflag.Flag {
	c.InitDefaultHelpFlag()
	if long, ok := strings.CutPrefix(name, "--"); ok {
		if f := c.Flags().Lookup(long); f != nil {
			return f
		}
		return c.InheritedFlags().Lookup(long)
	}
	if f := c.Flags().ShorthandLookup(name[1:2]); f != nil {
		return f
	}
	return c.InheritedFlags().ShorthandLookup(name[1:2])
}

func knownFlag(c *cobra.Command, name string) bool {
	name, _, _ = strings.Cut(name, "=")
	return flagOf(c, name) != nil || slices.ContainsFunc(c.Commands(), func(sub *cobra.Command) bool { return knownFlag(sub, name) })
}

// invocations returns the arguments of every ssoctl command in a shell line.
func invocations(line string) [][]string {
	line = strings.NewReplacer("$(", " ; ", "<(", " ; ", ")", " ; ", "|", " ; ", "&&", " ; ", "go run .", "ssoctl", "\"$", " ").Replace(line)
	var all [][]string
	in := false
	for _, word := range shellWords(line) {
		switch {
		case word == "ssoctl":
			in, all = true, append(all, []string{})
		case strings.ContainsAny(word, ";&"):
			in = false
		case in && !strings.ContainsAny(word[:1], "<>"):
			all[len(all)-1] = append(all[len(all)-1], word)
		}
	}
	return all
}

// shellWords splits a line at spaces outside quotes. It drops the quotes, and ; and & within
// quotes.
func shellWords(line string) []string {
	var words []string
	for _, word := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(line, -1) {
		quoted := strings.ContainsAny(word, `'"`)
		if word = strings.NewReplacer("'", "", `"`, "").Replace(word); quoted {
			word = strings.NewReplacer(";", "", "&", "").Replace(word)
		}
		if word != "" {
			words = append(words, word)
		}
	}
	return words
}

// consoleCommands returns the commands in a console block.
func consoleCommands(text string) []string {
	var commands []string
	for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
		command, _ := cutCommand(part)
		commands = append(commands, command)
	}
	return commands
}

// cutCommand splits what follows a prompt into the command and its output.
func cutCommand(part string) (command, output string) {
	for {
		line, rest, _ := strings.Cut(part, "\n")
		command, part = command+line, rest
		if !strings.HasSuffix(line, `\`) {
			return command, part
		}
		command += "\n"
	}
}

// TestDocsArePasted checks that no command has a # comment: an interactive zsh reads # as
// a word.
func TestDocsArePasted(t *testing.T) {
	t.Parallel()
	comment := regexp.MustCompile(`(?m)(^|\s)#`)
	for _, p := range readPages(t) {
		for _, b := range p.blocks {
			text := b.text
			if b.language == "console" {
				text = strings.Join(consoleCommands(text), "\n")
			}
			if (b.language == "sh" && !b.script() || b.language == "console") && comment.MatchString(text) {
				t.Errorf("%s:%d: zsh cannot run a pasted command with a comment", p.path, b.line)
			}
		}
	}
}

// TestDocsAreShort limits the pages that a new user reads first, and those that are used
// to look things up.
func TestDocsAreShort(t *testing.T) {
	t.Parallel()
	for _, p := range readPages(t) {
		if n := strings.Count(p.text, "\n"); strings.HasPrefix(p.name(), "README") && n > 220 {
			t.Errorf("%s has %d lines, want at most 220", p.path, n)
		}
		if n := len(strings.Fields(p.text)); p.name() == "profile-format.md" && n >= 3500 {
			t.Errorf("%s has %d words, want under 3,500", p.path, n)
		}
	}
}

// TestDocsProfiles checks that the TOML in the documentation passes lint.
func TestDocsProfiles(t *testing.T) {
	t.Parallel()
	table := regexp.MustCompile(`(?m)^(\[+)`)
	for _, p := range readPages(t) {
		for _, b := range p.blocks {
			if b.language != "toml" || strings.HasPrefix(b.text, "[[users]]") {
				continue
			}
			text := b.text
			if !regexp.MustCompile(`(?m)^(\[profiles\.|trusted\b|default_profile\b)`).MatchString(text) {
				head := "[profiles.p]\n"
				if base := b.notes["extends"]; base != "" {
					head += "extends = \"" + base + "\"\n"
				}
				text = head + table.ReplaceAllString(text, "${1}profiles.p.")
			}
			file := filepath.Join(t.TempDir(), "config.toml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			lint := exec.Command("ssoctl", "profile", "lint", file)
			lint.Env = append(os.Environ(), "HOME="+t.TempDir())
			if out, err := lint.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %v\n%s", p.path, b.line, err, out)
			}
		}
	}
}
