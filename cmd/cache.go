package cmd

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

func (r *root) newCache() *cobra.Command {
	c := &cobra.Command{
		Use: "cache", Args: subcommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef(lang.Text{EN: "cache needs list or clear", ZH: "cache 后面要写 list 或 clear"})
		},
	}
	c.AddCommand(
		&cobra.Command{Use: "list", Args: arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return r.cacheList(c) }},
		&cobra.Command{Use: "clear", Args: arguments(0, 0), RunE: func(c *cobra.Command, _ []string) error { return r.cacheClear(c) }},
	)
	return c
}

var cacheHead = []lang.Text{
	{EN: "PROFILE", ZH: "接入配置"}, {EN: "ADDRESS", ZH: "地址"}, {EN: "OBTAINED", ZH: "获取时间"}, {EN: "EXPIRES", ZH: "过期时间"},
}

func (r *root) cacheList(c *cobra.Command) error {
	entries, err := r.tokens().List(r.Now())
	if err != nil {
		return err
	}
	rows, list := [][]string{}, []any{}
	for _, e := range entries {
		if r.profile != "" && e.Profile != r.profile {
			continue
		}
		got, until := e.At.UTC().Format(time.RFC3339), e.ExpiresAt.UTC().Format(time.RFC3339)
		rows = append(rows, []string{e.Profile, e.Address, got, until})
		list = append(list, map[string]any{"profile": e.Profile, "address": e.Address, "obtained_at": got, "expires_at": until})
	}
	return r.writeTable(c, cacheHead, rows, render.Fields{{Name: "tokens", Value: list}})
}

func (r *root) cacheClear(c *cobra.Command) error {
	n, err := r.tokens().Clear(r.profile)
	if err != nil {
		return err
	}
	text := lang.Text{EN: lang.Count(n, "token") + " dropped", ZH: fmt.Sprintf("已清除 %d 个令牌", n)}
	if r.profile != "" { // perhaps from SSOCTL_PROFILE, so name it
		text = lang.Text{EN: fmt.Sprintf("%s of %s dropped", lang.Count(n, "token"), r.profile), ZH: fmt.Sprintf("已清除 %s 的 %d 个令牌", r.profile, n)}
	}
	return r.write(c, render.Result{Text: r.in(text), Fields: render.Fields{{Name: "dropped", Value: n}}})
}
