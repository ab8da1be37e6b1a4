package cmd

import (
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
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

var cacheHead = []lang.Text{
	{EN: "PROFILE", ZH: "接入配置"}, {EN: "ADDRESS", ZH: "地址"}, {EN: "OBTAINED", ZH: "获取时间"}, {EN: "EXPIRES", ZH: "过期时间"},
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
	var rows [][]string
	list := map[string][]any{"tokens": {}, "documents": {}}
	add := func(kind, profile, address string, at, until time.Time) {
		if o.conf.profile != "" && profile != o.conf.profile {
			return
		}
		got, end := at.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)
		rows = append(rows, []string{profile, address, got, end})
		list[kind] = append(list[kind], map[string]any{"profile": profile, "address": address, "obtained_at": got, "expires_at": end})
	}
	for _, e := range tokens {
		add("tokens", e.Profile, e.Address, e.At, e.ExpiresAt)
	}
	for _, d := range documents {
		add("documents", d.Profile, d.Address, d.At, d.FreshUntil)
	}
	return o.out.writeTable(c, cacheHead, rows, render.Fields{{Name: "tokens", Value: list["tokens"]}, {Name: "documents", Value: list["documents"]}})
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
