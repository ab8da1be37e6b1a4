package cmd

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

// tokens is the store of application tokens.
func (r *root) tokens() cache.Store {
	return cache.Store{Dir: r.userPath("XDG_CACHE_HOME", ".cache", "tokens")}
}

// cached returns the cache of application tokens for a client, with its messages to the
// user. It reports the use of a cached token only if exchanges are recorded, as with
// --trace.
func (r *root) cached() client.Cache {
	c := client.Cache{
		Store: r.tokens(), Scope: r.scope(), Fresh: r.noCache,
		Waiting: func() {
			r.say(lang.Text{EN: "Another process is fetching the application's token: waiting for it. Ctrl-C stops.", ZH: "另一个进程正在获取应用令牌，等待其完成；按 Ctrl-C 停止。"})
		},
		Failed: func(err error) {
			why := lang.Of(withoutPath(err))
			r.warn(lang.Text{
				EN: "the application's token was not cached: " + why.EN + "; ssoctl doctor says more",
				ZH: "应用令牌没有写入缓存：" + why.In(lang.ZH) + "；可执行 ssoctl doctor 排查",
			})
		},
	}
	if r.exchanges != nil {
		c.Used = func(e cache.Entry) {
			left := lang.Span(e.ExpiresAt.Sub(r.Now()).Round(time.Second))
			got := e.At.UTC().Format(time.RFC3339)
			note := r.in(lang.Text{
				EN: fmt.Sprintf("The application's token is from the cache: obtained at %s, valid for %s. To fetch a new one: ssoctl token --no-cache", got, left.EN),
				ZH: fmt.Sprintf("应用令牌取自缓存：%s 获得，还可用 %s。要取新令牌：ssoctl token --no-cache", got, left.ZH),
			})
			r.notes = append(r.notes, note)
			r.progress("%s\n", terminal.Fit(r.Err, note, 0))
		}
	}
	return c
}

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
