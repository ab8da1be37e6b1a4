package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/render"
)

// cacheOptions is what cache needs.
type cacheOptions struct {
	out  *printer
	conf *config
	now  func() time.Time
}

func newCache(p *parts) *cobra.Command {
	o := cacheOptions{out: p.out, conf: p.conf, now: p.app.Now}
	return commandline.Group(
		"cache",
		&cobra.Command{Use: "list", Args: commandline.Arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return o.cacheList(c) }},
		&cobra.Command{Use: "clear", Args: commandline.Arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return o.cacheClear(c) }},
	)
}

func (o *cacheOptions) cacheList(c *cobra.Command) error {
	tokens, err := o.conf.tokens().List(o.now())
	if err != nil {
		return err
	}
	documents, err := o.conf.documents().List(o.now())
	if err != nil {
		return err
	}
	return o.out.write(c, output.Cached(tokens, documents, o.conf.profile))
}

func (o *cacheOptions) cacheClear(c *cobra.Command) error {
	n, err := o.conf.tokens().Clear(o.conf.profile)
	if err != nil {
		return err
	}
	m, err := o.conf.documents().Clear(o.conf.profile)
	if err != nil {
		return err
	}
	what := lang.Sprintf(lang.Text{EN: "%s", ZH: "%s令牌"}, lang.Amount(n, "token", "个"))
	if m > 0 {
		what = lang.Sprintf(lang.Text{EN: "%s and %s", ZH: "%s和 %s"}, what, lang.Amount(m, "document", "份文档"))
	}
	text := lang.Sprintf(lang.Text{EN: "%s dropped", ZH: "已清除 %s"}, what)
	if o.conf.profile != "" { // perhaps from SSOCTL_PROFILE, so name it
		text = lang.Sprintf(lang.Text{EN: "%s of %s dropped", ZH: "已清除 %[2]s 的 %[1]s"}, what, o.conf.profile)
	}
	return o.out.write(c, render.Result{Text: o.out.in(text), Fields: render.Fields{{Name: "dropped", Value: n}, {Name: "documents", Value: m}}})
}
