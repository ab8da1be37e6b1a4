package cmd

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/verify"
)

// verifyOptions is what profile verify needs.
type verifyOptions struct {
	out  *printer
	conf *config
}

func newVerify(p *parts) *cobra.Command {
	o := verifyOptions{out: p.out, conf: p.conf}
	return &cobra.Command{
		Use: "verify DIR", Args: commandline.Arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
}

func (o *verifyOptions) run(c *cobra.Command, dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, dir, cmp.Or(failure.WithoutPath(err), fs.ErrNotExist))
	}
	src, err := o.conf.sources()
	if err != nil {
		return err
	}
	files, err := fixture.ReadFolder(dir)
	if err != nil {
		return &profile.Error{Problem: lang.Sprintf(lang.Text{EN: "%v", ZH: "无法读取录制的请求：%v"}, err)}
	}
	if len(files) == 0 {
		return failure.Usagef(lang.Text{EN: "%s: no recorded exchanges (NAME.txtar) in this folder", ZH: "%s：目录里没有录制的请求（NAME.txtar）"}, dir)
	}
	report := verify.Report{Lang: o.out.language()}
	for _, f := range files {
		name := cmp.Or(o.conf.profile, f.Profile, filepath.Base(filepath.Clean(dir)))
		p, err := profile.Load(name, src)
		if err != nil {
			return err
		}
		found, err := verify.Verifier{Profile: p, Refs: o.conf.refs(c.Context())}.Compare(c.Context(), f.Fixture)
		if err != nil {
			return err
		}
		report.Add(f, name, found)
	}
	if err := o.out.write(c, report.Result()); err != nil {
		return err
	}
	return report.Err()
}
