package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/project"
)

// cacheOptions is what cache needs.
type cacheOptions struct {
	out     *printer
	conf    *config
	clients *clients
	now     func() time.Time
}

func newCache(p *parts) *cobra.Command {
	o := cacheOptions{out: p.out, conf: p.conf, clients: p.clients, now: p.app.Now}
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
	err = o.eachShared(c.Context(), func(cl *client.Client) error {
		cached, err := cl.CacheEntries(c.Context())
		tokens = append(tokens, cached...)
		return err
	})
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
	shared := 0
	err := o.eachShared(c.Context(), func(cl *client.Client) error {
		n, err := cl.ClearCache(c.Context())
		shared += n
		return err
	})
	if err != nil {
		return err
	}
	n, err := o.conf.tokens().Clear(o.conf.profile)
	if err != nil {
		return err
	}
	n += shared
	m, err := o.conf.documents().Clear(o.conf.profile)
	if err != nil {
		return err
	}
	return o.out.write(c, output.Cleared(n, m, o.conf.profile, o.out.language()))
}

// eachShared calls do with a client for each profile whose tokens are cached for many machines:
// the chosen profile, or all of the configuration. It warns about those that lack a value, as
// without it their tokens cannot be found.
func (o *cacheOptions) eachShared(ctx context.Context, do func(*client.Client) error) error {
	src, err := project.WithoutUntrusted(o.conf.sources())
	if err != nil {
		return err
	}
	store, err := o.clients.tokens(ctx)
	if err != nil {
		return err
	}
	if _, local := store.(cache.Folder); local {
		return nil
	}
	if o.conf.profile != "" {
		return o.withClient(ctx, o.conf.profile, do)
	}
	for _, name := range src.OwnNames() {
		if err := o.withClient(ctx, name, do); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			o.out.warn(lang.Sprintf(lang.Text{EN: "skipped: %v", ZH: "已跳过：%v"}, err))
		}
	}
	return nil
}

func (o *cacheOptions) withClient(ctx context.Context, name string, do func(*client.Client) error) error {
	p, err := o.conf.named(ctx, name)
	if err != nil {
		return err
	}
	cl, err := o.clients.of(ctx, p)
	if err != nil {
		return err
	}
	return do(cl)
}
