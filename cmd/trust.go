package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/regularfile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/trust"
)

// trustOptions are the flags of trust, and what it needs.
type trustOptions struct {
	out  *printer
	in   *input
	conf *config
	now  func() time.Time

	yes, list, revoke bool
}

func newTrust(p *parts) *cobra.Command {
	o := trustOptions{out: p.out, in: p.in, conf: p.conf, now: p.app.Now}
	c := &cobra.Command{
		Use:  "trust [FILE]",
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	c.Flags().BoolVar(&o.yes, "yes", false, "")
	c.Flags().BoolVar(&o.list, "list", false, "")
	c.Flags().BoolVar(&o.revoke, "revoke", false, "")
	return c
}

func (o *trustOptions) run(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return failure.Usagef(lang.Text{EN: "trust takes one file", ZH: "trust 只接受一个文件"})
	}
	path := strings.Join(append(args, project.Name)[:1], "")
	switch {
	case o.list && (o.revoke || o.yes || len(args) > 0):
		return failure.Usagef(lang.Text{EN: "--list cannot be combined with a file or another flag", ZH: "--list 不能和文件或其他参数一起用"})
	case o.revoke && o.yes:
		return failure.Usagef(lang.Text{EN: "--revoke does not ask, so --yes is not needed", ZH: "--revoke 不会询问，不需要 --yes"})
	case o.list:
		return o.trustList(c)
	case o.revoke:
		return o.trustRevoke(c, path)
	}
	return o.trust(c, path)
}

// preview says what a project's configuration would do.
func (o *trustOptions) preview(path string, f trust.File) (string, error) {
	src, err := project.WithoutUntrusted(o.conf.sources())
	if err != nil {
		return "", err
	}
	if src.Project, err = project.Parse(path, f); err != nil {
		return "", err
	}
	effects, err := profile.Effects(src, o.conf.fromEnv)
	if err != nil {
		return "", err
	}
	return project.Preview{
		Path: path, File: f, Sources: src, Effects: effects, Home: o.conf.trust().Home, Lang: o.out.language(), Out: o.out.stderr,
	}.Text(), nil
}

func (o *trustOptions) trust(c *cobra.Command, path string) error {
	f, err := project.ReadOnce(path)
	if regularfile.IsAbsent(err) {
		return project.Absent(path)
	}
	if err != nil {
		return profile.Unreadable(path, err)
	}
	what, err := o.preview(path, f)
	if err != nil {
		return err
	}
	if !o.yes || !o.out.quiet { // a person who is asked has to see it
		fmt.Fprintln(o.out.stderr, what)
	}
	record, known := o.conf.trust().Find(f)
	if known {
		o.out.say(lang.Text{EN: "It is trusted already, since " + record.At.Format(time.DateOnly) + ".", ZH: "它自 " + record.At.Format(time.DateOnly) + " 起已被信任。"})
		return o.writeTrusted(c, record)
	}
	if latest, ok := o.conf.trust().Latest(f.Path); ok {
		o.out.say(lang.Text{EN: "It has changed since you trusted it on " + latest.At.Format(time.DateOnly) + ".", ZH: "它在 " + latest.At.Format(time.DateOnly) + " 被信任之后有改动。"})
	}
	if !o.yes {
		if err := o.confirmTrust(c.Context(), path); err != nil {
			return err
		}
	}
	interrupt.Handle(o.out.stderr) // it writes a file
	if record, err = o.conf.trust().Add(f, o.now()); err != nil {
		return o.conf.trust().Unwritable(path, err)
	}
	return o.writeTrusted(c, record)
}

// confirmTrust asks the person at the terminal. If the answer is no, the error is a
// [*project.UntrustedError].
func (o *trustOptions) confirmTrust(ctx context.Context, path string) error {
	ask := o.in.prompt()
	if ask == nil {
		return failure.Usagef(lang.Text{EN: "trust asks on a terminal, but there is none: check what the file would do, then add --yes", ZH: "trust 要在终端里询问，但这里没有终端：请先看清这个文件会做什么，再加 --yes"})
	}
	trusted, err := ask.Yes(ctx, lang.Text{EN: "Trust it?", ZH: "信任它吗？"}, false)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case !trusted: // or the input has ended
		return &project.UntrustedError{Path: path, Refused: true}
	}
	return nil
}

// writeTrusted prints the record of a file that is now trusted. As text it goes to stderr,
// because stdout is for programs.
func (o *trustOptions) writeTrusted(c *cobra.Command, t trust.Record) error {
	if o.out.format == render.Text && o.out.jq == "" {
		o.out.say(lang.Text{EN: "Trusted: " + t.Path, ZH: "已信任：" + t.Path})
		return nil
	}
	return o.out.write(c, render.Result{Fields: t.Fields()})
}

func (o *trustOptions) trustList(c *cobra.Command) error {
	records, err := o.conf.trust().List()
	if err != nil {
		return err
	}
	return o.out.write(c, trust.List(records))
}

func (o *trustOptions) trustRevoke(c *cobra.Command, path string) error {
	real, err := trust.RealPath(path)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, path, failure.WithoutPath(err))
	}
	n, err := o.conf.trust().Revoke(real)
	if err != nil {
		return err
	}
	if src, err := project.WithoutUntrusted(o.conf.sources()); err == nil {
		if below, err := o.conf.trust().Below(real, src.User); err == nil && below {
			o.out.warn(lang.Text{EN: real + " is still trusted by the key trusted in your configuration", ZH: real + " 仍被用户配置文件里的 trusted 信任"})
		}
	}
	text := lang.Sprintf(lang.Text{EN: "%s: no longer trusted (%s)", ZH: "%s：已撤销对 %s版本的信任"}, real, lang.Amount(n, "version", "个"))
	return o.out.write(c, render.Result{Text: o.out.in(text), Fields: render.Fields{{Name: "path", Value: real}, {Name: "revoked", Value: n}}})
}
