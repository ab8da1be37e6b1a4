package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// keyringOptions is what keyring needs.
type keyringOptions struct {
	out *printer
	in  *input
}

func newKeyring(p *parts) *cobra.Command {
	o := keyringOptions{out: p.out, in: p.in}
	return commandline.Group(
		"keyring",
		&cobra.Command{
			Use: "set SERVICE/USER", Args: commandline.Arguments(1, 1),
			RunE: func(c *cobra.Command, args []string) error {
				return o.withEntry(args[0], func(n keyring.Name) error {
					s, err := o.readSecret(c.Context(), n.String())
					if err != nil {
						return err
					}
					return keyring.Set(c.Context(), n, s)
				}, lang.Text{EN: "Saved. Use it with --set INPUT=keyring:%s, or in your configuration.", ZH: "已存入。使用方法：--set 输入项=keyring:%s，或写进配置文件。"})
			},
		},
		&cobra.Command{
			Use: "delete SERVICE/USER", Args: commandline.Arguments(1, 1),
			RunE: func(c *cobra.Command, args []string) error {
				return o.withEntry(args[0], func(n keyring.Name) error { return keyring.Delete(c.Context(), n) }, lang.Text{EN: "Deleted: %s", ZH: "已删除：%s"})
			},
		},
	)
}

// withEntry runs do for an entry of the keyring, then prints done.
func (o *keyringOptions) withEntry(name string, do func(keyring.Name) error, done lang.Text) error {
	n, err := keyring.Parse(name)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "%q %v", ZH: "%q：%v"}, name, err)
	}
	if err := do(n); err != nil {
		return err
	}
	o.out.progress(o.out.in(done), n)
	return nil
}

// readSecret reads a secret from a terminal, without showing it, or from standard input.
func (o *keyringOptions) readSecret(ctx context.Context, name string) (secret.String, error) {
	ask := o.in.prompt()
	if ask == nil {
		text, err := o.in.readStdin(ctx)
		return secret.New(text), err
	}
	s, err := ask.Hidden(ctx, lang.Text{EN: "Secret for " + name + ", not shown: ", ZH: "请输入 " + name + " 的密钥（不显示）："})
	switch {
	case errors.Is(err, context.Canceled):
		return secret.String{}, err
	case err != nil || s.IsZero():
		return secret.String{}, failure.Usagef(lang.Text{EN: "nothing was typed", ZH: "没有输入内容"})
	}
	return s, nil
}
