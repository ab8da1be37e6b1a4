package cmd

import (
	"context"
	"fmt"
	"io"

	"ssoctl/pkg/interrupt"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/reference"
)

// refs resolves references in flags and environment. Those in configuration files are
// relative to the file's folder.
func (o *config) refs(ctx context.Context) reference.Resolver {
	return reference.Resolver{
		LookupEnv: o.env, Home: o.folders().Home(), Commands: o.allowCmd,
		ReadFile: func(path string) (string, error) { return o.fromFile(ctx, path) },
		ReadSecret: func(path string) (string, error) {
			o.out.warnOfOpenFile(path)
			return o.fromFile(ctx, path)
		},
		Keyring: func(name string) (string, error) { return o.fromKeyring(ctx, name) },
		Run:     func(dir string, words []string) (string, error) { return o.fromProgram(ctx, dir, words) },
	}
}

// lookUp returns the result of get, which it calls once for each key. If get takes long, it
// tells the user that it waits for name.
func (o *config) lookUp(key, name string, get func() (string, error)) (string, error) {
	return o.lookups.Get(key, get, func() {
		o.out.say(lang.Text{EN: "Waiting for " + name + ", Ctrl-C stops.", ZH: "正在等待 " + name + "，按 Ctrl-C 停止。"})
	})
}

// fromFile reads a file once, because a pipe has its content only once.
func (o *config) fromFile(ctx context.Context, path string) (string, error) {
	ref := "file:" + path
	return o.lookUp(ref, ref, func() (string, error) { return reference.ReadFile(ctx, path) })
}

func (o *config) fromKeyring(ctx context.Context, name string) (string, error) {
	n, err := keyring.Parse(name)
	if err != nil {
		return "", err
	}
	ref := "keyring:" + name
	return o.lookUp(ref, ref, func() (string, error) {
		s, err := keyring.Get(ctx, n)
		return s.Reveal(), err
	})
}

func (o *config) fromProgram(ctx context.Context, dir string, words []string) (string, error) {
	return o.lookUp(fmt.Sprintf("cmd:%q in %q", words, dir), words[0], func() (string, error) {
		var stdin io.Reader // nil is the null device: input piped to ssoctl is not for the program
		if f, tty := o.in.terminalIn(); tty {
			stdin = f
		}
		return reference.Run(ctx, dir, words, stdin, interrupt.ForProgram(o.out.stderr))
	})
}
