package cmd

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
	"ssoctl/pkg/transport"
)

// clients makes a client for the chosen profile, with what the global flags ask for.
type clients struct {
	out  *printer
	conf *config
	conn *connection
	rec  *recording
	now  func() time.Time
	rand io.Reader

	store cache.Store // see tokens

	timeout, minTTL   time.Duration
	retries           int
	noCache, noVerify bool
}

func (s *clients) flags(f *pflag.FlagSet) {
	commandline.Duration(f, &s.timeout, "timeout", client.DefaultTimeout)
	commandline.Number(f, &s.retries, "retries", client.MostRetries)
}

// noVerifyFlag adds --no-verify, for commands that get id_tokens.
func noVerifyFlag(c *cobra.Command, clients *clients) {
	c.Flags().BoolVar(&clients.noVerify, "no-verify", false, "")
}

// noCacheFlag adds --no-cache, for commands that use what earlier runs have cached.
func noCacheFlag(c *cobra.Command, clients *clients) {
	c.Flags().BoolVar(&clients.noCache, "no-cache", false, "")
}

// newClient returns a client for the chosen profile.
func (s *clients) newClient(ctx context.Context) (*client.Client, error) {
	return s.newClientOf(ctx, s.conf.choice)
}

// newClientOf returns a client for another choice.
func (s *clients) newClientOf(ctx context.Context, chosen choice) (*client.Client, error) {
	p, err := s.conf.loadOf(ctx, chosen)
	if err != nil {
		return nil, err
	}
	return s.of(ctx, p)
}

// of returns a client for a profile.
func (s *clients) of(ctx context.Context, p *profile.Profile) (*client.Client, error) {
	store, err := s.tokens(ctx)
	if err != nil {
		return nil, err
	}
	s.rec.hideInputs(p)
	d := s.deps(ctx)
	d.Warn, d.Cache, d.Documents = s.out.warn, s.tokenCache(store), s.documents()
	d.Retries = client.Retries{Most: s.retries, Waiting: func(w client.Waiting) { s.out.say(w.Text()) }}
	return client.New(p, d), nil
}

// tokens returns the store of application tokens: one that many machines share, if the user
// has one, or else the folder of this machine. Read the configuration first.
func (s *clients) tokens(ctx context.Context) (cache.Store, error) {
	if s.store != nil {
		return s.store, nil
	}
	at, shared, err := s.conf.sharedCache(ctx)
	if err != nil {
		return nil, err
	}
	s.store = s.conf.tokens()
	if shared {
		s.rec.scrub.Add(at.Password)
		s.store = fleet.Open(fleet.Options{
			Address: at, Authorities: transport.Authorities(s.conn.client), Local: s.conf.tokens(), Rand: s.rand,
			OnFallback: func(why lang.Text) { s.out.warn(at.NotUsed(why)) },
			Unreadable: func() {
				if s.rec.calls != nil {
					s.note(at.Damaged())
				}
			},
		})
	}
	return s.store, nil
}

// deps is what every client needs.
func (s *clients) deps(ctx context.Context) client.Deps {
	return client.Deps{
		HTTP: s.conn.client, Now: s.now, Rand: s.rand, Refs: s.conf.refs(ctx), Timeout: s.timeout,
		UserAgent: "ssoctl/" + version(), Scrubber: s.rec.scrub, Record: s.rec.calls, Context: ctx, NoVerify: s.noVerify,
	}
}

// tokenCache returns the cache of application tokens for a client, with its messages to the
// user. It reports the use of a cached token only if calls are recorded, as with
// --trace.
func (s *clients) tokenCache(store cache.Store) client.Cache {
	c := client.Cache{
		Store: store, MinTTL: s.minTTL, Scope: transport.Scope(s.conn.client), Fresh: s.noCache,
		Waiting: func() {
			s.out.say(lang.Text{EN: "Another process is fetching the application's token: waiting for it. Ctrl-C stops.", ZH: "另一个进程正在获取应用令牌，等待其完成；按 Ctrl-C 停止。"})
		},
		Failed: func(err error) { s.out.warn(cache.NotSaved(err)) },
	}
	if s.rec.calls != nil {
		c.Used = func(e cache.Entry) {
			s.note(e.Note(s.now()))
		}
	}
	return c
}

// documents returns the kept metadata and keys of providers for a client. Like tokenCache, it
// reports their use only if calls are recorded.
func (s *clients) documents() client.Documents {
	if s.noCache || s.conn.options.Insecure || s.conn.options.CACert != "" { // who vouched then may not be trusted later
		return client.Documents{}
	}
	d := client.Documents{Store: s.conf.documents(), Scope: transport.Scope(s.conn.client) + s.authorities()}
	if s.rec.calls != nil {
		d.Used = func(step profile.StepName, kept httpcache.Document) {
			s.note(lang.Sprintf(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, step, kept.Note(s.now())))
		}
	}
	return d
}

// authorities returns the variables that name the trusted authorities, with their paths; "" for
// the system's own. Documents are cached separately for each set of authorities.
func (s *clients) authorities() (out string) {
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if path, _ := s.conf.env(name); path != "" {
			full, err := filepath.Abs(path)
			if err != nil {
				full = path
			}
			out += "\n" + name + "=" + full
		}
	}
	return out
}

// note shows a note about the requests on stderr, and keeps it for the report.
func (s *clients) note(t lang.Text) {
	note := s.out.in(t)
	s.rec.notes = append(s.rec.notes, note)
	s.out.progress("%s\n", terminal.Fit(s.out.stderr, note, 0))
}
