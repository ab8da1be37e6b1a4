package cmd

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// unknownError is a text that says nothing to the profiles.
type unknownError struct {
	problem string
	hint    lang.Text
}

func (e *unknownError) Error() string { return e.problem }

func (r *root) newExplain() *cobra.Command {
	var list bool
	c := &cobra.Command{
		Use: "explain CODE | TEXT | FILE | -", Short: "Say what a vendor's refusal means, and what to do",
		Long: `Say what a vendor's refusal means, why it happens, and what to do: from a code, a
pasted answer (JSON, or with its head as curl -i and -v print it), the address
that a browser was sent back to, or any text that holds a known code. Without -p
every profile is asked, your own ones first.

- is standard input. One word that names a regular file is that file, up to
1 MiB; everything else is text, several words joined by spaces. A code that
begins with - goes behind --. Nothing of the text is printed but the code, so
secrets in it stay where they are. A text that says nothing to any profile is
exit code 2.`,
		Example: `  ssoctl explain 20010
  ssoctl explain -p crm -- -1
  ssoctl explain '{"error":"invalid_grant"}'
  curl -si https://sso.example.com/token | ssoctl explain -
  ssoctl explain --list -p crm`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case list && len(args) > 0:
				return usagef("--list takes no text")
			case !list && len(args) == 0:
				return usagef("explain needs a code, a text, a file, or - for standard input")
			}
			src, err := r.sources()
			if err != nil {
				return err
			}
			all, err := r.explainers(src)
			if err != nil {
				return err
			}
			asked := all
			if r.profile != "" {
				p, err := r.load()
				if err != nil {
					return err
				}
				asked = []*profile.Profile{p}
			}
			if list {
				return r.listRefusals(c, asked)
			}
			text, err := r.pasted(args)
			if err != nil {
				return err
			}
			return r.explain(c, text, asked, all)
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usagef("%v (a code that begins with - goes behind --: ssoctl explain -- -1)", err)
	})
	c.Flags().BoolVar(&list, "list", false, "list every refusal that is known")
	return c
}

// explainers are the profiles that are asked: the default one, own ones, and
// the built-in ones. One that cannot be read keeps no other from answering.
func (r *root) explainers(src profile.Sources) ([]*profile.Profile, error) {
	var out []*profile.Profile
	for _, name := range allNames(src) {
		p, err := profile.Load(name, src)
		if err != nil {
			r.warn(lang.Text{EN: name + " is left out: " + err.Error(), ZH: "略过 " + name + "：" + err.Error()})
			continue
		}
		if err := r.fromEnv(p); err != nil {
			return nil, err
		}
		if len(p.Steps()) == 0 {
			continue
		}
		if name == src.DefaultName() {
			out = slices.Insert(out, 0, p)
		} else {
			out = append(out, p)
		}
	}
	return out, nil
}

// pasted is the text that the arguments mean.
func (r *root) pasted(args []string) (string, error) {
	if len(args) > 1 {
		return strings.Join(args, " "), nil
	}
	if args[0] == "-" {
		return r.readStdinUpTo(maxConfig)
	}
	if info, err := os.Stat(args[0]); err != nil || !info.Mode().IsRegular() {
		return args[0], nil
	}
	data, err := readRegular(args[0])
	if err != nil {
		return "", usagef("%s: %v", args[0], err)
	}
	return string(data), nil
}

func (r *root) explain(c *cobra.Command, text string, asked, all []*profile.Profile) error {
	if strings.TrimSpace(text) == "" {
		return usagef("there is no text to explain")
	}
	found := explain.Find(c.Context(), text, asked)
	if len(found) == 0 || found[0].How == explain.Unlisted && found[0].Kind == "" {
		return unknown(c, text, found, asked, all)
	}
	parts := make([]string, len(found))
	list := make([]any, len(found))
	for i, f := range found {
		parts[i], list[i] = r.prose(f), r.foundFields(f)
	}
	return r.write(c, render.Result{Text: strings.Join(parts, "\n"), Fields: render.Fields{{Name: "found", Value: list}}})
}

// unknown says that nobody can explain a text, and what comes near.
func unknown(c *cobra.Command, text string, found []explain.Found, asked, all []*profile.Profile) error {
	e := &unknownError{problem: "this text says nothing to any profile"}
	who := "no profile"
	if len(asked) == 1 {
		who = asked[0].Name
		e.problem = "this text says nothing to " + who
	}
	if len(found) > 0 {
		text = found[0].Code
		e.problem = fmt.Sprintf("%s: a refusal, with a code that the profile does not list%s", names(found[0].Profiles), shown(": ", text))
	}
	near := explain.Nearest(text, asked)
	switch {
	case len(asked) < len(all) && slices.ContainsFunc(explain.Find(c.Context(), text, all), func(f explain.Found) bool { return f.How == explain.Listed }):
		e.hint = lang.Text{EN: "Another profile knows it: ask without -p.", ZH: "别的配置里有它：去掉 -p 再试。"}
	case len(near) > 0:
		e.hint = lang.Text{
			EN: "Did you mean " + strings.Join(near, ", ") + "? All that there are: ssoctl explain --list",
			ZH: "是不是 " + strings.Join(near, "、") + "？查看全部：ssoctl explain --list",
		}
	default:
		e.hint = lang.Text{
			EN: "Paste the vendor's whole answer, with its head if you have it (curl -i), or see all codes: ssoctl explain --list",
			ZH: "请贴上厂商的完整应答，最好带响应头（curl -i）；或查看全部错误码：ssoctl explain --list",
		}
	}
	return e
}

// listRefusals is explain --list.
func (r *root) listRefusals(c *cobra.Command, asked []*profile.Profile) error {
	var rows [][]string
	var list []any
	for _, f := range explain.All(asked) {
		text := withGuess(f.Meaning, f.Guess).In(r.language())
		rows = append(rows, []string{f.Code, f.Kind, names(f.Profiles), text})
		list = append(list, r.foundFields(f))
	}
	return r.writeTable(c, []string{"CODE", "KIND", "PROFILE", "MEANING"}, rows, render.Fields{{Name: "refusals", Value: list}})
}
