package cmd

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/explain"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
)

// explainOptions are the flags of explain, and what it needs.
type explainOptions struct {
	out  *printer
	in   *input
	conf *config
	now  func() time.Time

	list bool
}

func newExplain(p *parts) *cobra.Command {
	o := explainOptions{out: p.out, in: p.in, conf: p.conf, now: p.app.Now}
	c := &cobra.Command{
		// Any number of arguments: a text need not be quoted.
		Use:  "explain CODE | TEXT | FILE | -",
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return failure.Usagef(lang.Text{
			EN: "%v (a code that begins with - goes after --: ssoctl explain -- -1)",
			ZH: "%v（以 - 开头的错误码要写在 -- 之后：ssoctl explain -- -1）",
		}, commandline.FlagError(c, err))
	})
	c.Flags().BoolVar(&o.list, "list", false, "")
	return c
}

func (o *explainOptions) run(c *cobra.Command, args []string) error {
	switch {
	case o.list && len(args) > 0:
		return failure.Usagef(lang.Text{EN: "--list takes no text", ZH: "--list 不接受文本"})
	case !o.list && len(args) == 0:
		return failure.Usagef(lang.Text{EN: "explain needs a code, a text, a file, or - for standard input", ZH: "explain 需要错误码、文本、文件，或用 - 表示标准输入"})
	}
	src, err := o.conf.sources()
	if project.IsUntrusted(err) && o.conf.profile == "" {
		o.out.say(lang.Text{
			EN: project.Name + " is not trusted, so its profiles are left out: ssoctl trust",
			ZH: project.Name + " 尚未被信任，不使用其中的接入配置：ssoctl trust",
		})
		err = nil
	}
	if err != nil {
		return err
	}
	all, err := o.explainers(src)
	if err != nil {
		return err
	}
	asked := all
	if o.conf.profile != "" {
		p, err := o.conf.load(c.Context())
		if err != nil {
			return err
		}
		asked = []*profile.Profile{p}
	}
	if o.list {
		return o.out.write(c, explain.View{Lang: o.out.language()}.Refusals(asked))
	}
	text, err := o.pasted(args)
	if err != nil {
		return err
	}
	defer text.Close()
	return o.explain(c, text, asked, all)
}

// explainers returns the profiles to search: the default one, own ones, built-in ones. A
// profile that cannot be loaded is left out with a warning.
func (o *explainOptions) explainers(src profile.Sources) ([]*profile.Profile, error) {
	var out []*profile.Profile
	for _, name := range src.Names() {
		p, err := profile.Load(name, src)
		if err != nil {
			o.out.warn(lang.Sprintf(lang.Text{EN: "%s is left out: %v", ZH: "略过 %s：%v"}, name, err))
			continue
		}
		if err := o.conf.fromEnv(p); err != nil {
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

// pasted returns the text that the arguments give, or the file or standard input that
// they name.
func (o *explainOptions) pasted(args []string) (*explain.Input, error) {
	switch {
	case len(args) > 1:
		return explain.Text(strings.Join(args, " ")), nil
	case args[0] != "-":
		return explain.Open(args[0])
	}
	if err := o.in.takeStdin(); err != nil {
		return nil, err
	}
	_, typed := o.in.terminalIn()
	return &explain.Input{In: o.in.from, Name: lang.Text{EN: "standard input", ZH: "标准输入"}, Typed: typed}, nil
}

// explain prints what a text means to the profiles asked. If they do not know it, the error
// says whether another one of all does.
func (o *explainOptions) explain(c *cobra.Command, text *explain.Input, asked, all []*profile.Profile) error {
	report, err := text.Explain(c.Context(), asked, o.out.console(), o.now)
	if err != nil {
		return err
	}
	found := report.Found
	// A code that is not listed and has no kind either says nothing to the user.
	if len(found) == 0 || found[0].How == explain.Unlisted && found[0].Kind == "" {
		return explain.Unknown(c.Context(), text.Head(), found, asked, all)
	}
	if more := report.LeftOut(); !more.IsZero() {
		o.out.warn(more)
	}
	view := explain.View{Lang: o.out.language(), Out: o.out.stdout}
	return o.out.write(c, view.Result(found))
}
