// Command man writes the manual pages of ssoctl, one for each command, into a folder:
//
//	go run ./cmd/man FOLDER
//
// It is a separate program, so that ssoctl contains no generator.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"ssoctl/cmd"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/man FOLDER")
		os.Exit(2)
	}
	dir := os.Args[1]
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = cmd.EachCommand(func(c *cobra.Command) error { return write(dir, c) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "man: "+err.Error())
		os.Exit(1)
	}
}

// write writes the page of one command, dated by SOURCE_DATE_EPOCH or today.
func write(dir string, c *cobra.Command) error {
	name := strings.ReplaceAll(c.CommandPath(), " ", "-")
	f, err := os.Create(filepath.Join(dir, name+".1"))
	if err != nil {
		return err
	}
	defer f.Close()
	c.DisableAutoGenTag = true
	c.Long = markdown(c.Long)
	usages := map[*pflag.Flag]string{} // global flags come with every command
	each := func(f *pflag.Flag) { usages[f], f.Usage = f.Usage, escape(f.Usage) }
	c.NonInheritedFlags().VisitAll(each)
	c.InheritedFlags().VisitAll(each)
	header := &doc.GenManHeader{Title: strings.ToUpper(name), Section: "1", Source: "ssoctl", Manual: "ssoctl"}
	if err := doc.GenMan(c, header, f); err != nil {
		return err
	}
	for flag, usage := range usages {
		flag.Usage = usage
	}
	return f.Close()
}

// markdown converts a help text to the Markdown that the generator expects: a paragraph
// that begins with a space becomes code.
func markdown(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if strings.HasPrefix(p, " ") {
			paragraphs[i] = "```\n" + p + "\n```"
		} else {
			paragraphs[i] = escape(p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// escape escapes what Markdown interprets, and two hyphens, which would become a dash.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "<", `\<`, "*", `\*`, "_", `\_`, "[", `\[`, "--", `\-\-`, "...", `\.\.\.`).Replace(text)
}
