package cmd

import (
	"time"

	"github.com/spf13/cobra"

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
	return group(
		"cache",
		&cobra.Command{Use: "list", Args: arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return o.cacheList(c) }},
		&cobra.Command{Use: "clear", Args: arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return o.cacheClear(c) }},
	)
}

var cacheHead = []lang.Text{
	{EN: "PROFILE", ZH: "接入配置"}, {EN: "ADDRESS", ZH: "地址"}, {EN: "OBTAINED", ZH: "获取时间"}, {EN: "EXPIRES", ZH: "过期时间"},
}

func (o *cacheOptions) cacheList(c *cobra.Command) error {
	entries, err := o.conf.tokens().List(o.now())
	if err != nil {
		return err
	}
	rows, list := [][]string{}, []any{}
	for _, e := range entries {
		if o.conf.profile != "" && e.Profile != o.conf.profile {
			continue
		}
		got, until := e.At.UTC().Format(time.RFC3339), e.ExpiresAt.UTC().Format(time.RFC3339)
		rows = append(rows, []string{e.Profile, e.Address, got, until})
		list = append(list, map[string]any{"profile": e.Profile, "address": e.Address, "obtained_at": got, "expires_at": until})
	}
	return o.out.writeTable(c, cacheHead, rows, render.Fields{{Name: "tokens", Value: list}})
}

func (o *cacheOptions) cacheClear(c *cobra.Command) error {
	n, err := o.conf.tokens().Clear(o.conf.profile)
	if err != nil {
		return err
	}
	tokens := lang.Amount(n, "token", "个")
	text := lang.Sprintf(lang.Text{EN: "%s dropped", ZH: "已清除 %s令牌"}, tokens)
	if o.conf.profile != "" { // perhaps from SSOCTL_PROFILE, so name it
		text = lang.Sprintf(lang.Text{EN: "%s of %s dropped", ZH: "已清除 %[2]s 的 %[1]s令牌"}, tokens, o.conf.profile)
	}
	return o.out.write(c, render.Result{Text: o.out.in(text), Fields: render.Fields{{Name: "dropped", Value: n}}})
}
