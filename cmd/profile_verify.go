package cmd

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/verify"
)

// findings is the error of a check that found something. The command itself worked, so
// its result is on stdout.
type findings struct{ problem lang.Text }

func (e *findings) Error() string { return e.problem.EN }

// Failure returns [failure.FailedCheck].
func (*findings) Failure() failure.Kind { return failure.FailedCheck }

// Text is the error in both languages.
func (e *findings) Text() lang.Text { return e.problem }

// verifyOptions is what profile verify needs.
type verifyOptions struct {
	out  *printer
	conf *config
}

func newVerify(p *parts) *cobra.Command {
	o := verifyOptions{out: p.out, conf: p.conf}
	return &cobra.Command{
		Use: "verify DIR", Args: arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
}

var verifyHead = []lang.Text{
	{EN: "EXCHANGE", ZH: "录制"}, {}, {EN: "WHERE", ZH: "位置"}, {EN: "MEMBER", ZH: "字段"}, {EN: "WHAT", ZH: "差异"},
}

// verifyWhere are the texts for [verify.Difference.Where].
var verifyWhere = map[string]lang.Text{
	verify.InRequest:  {EN: verify.InRequest, ZH: "请求"},
	verify.InResponse: {EN: verify.InResponse, ZH: "响应"},
	verify.InCallback: {EN: verify.InCallback, ZH: "回调"},
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
	v := verified{files: len(files), list: []any{}}
	for _, f := range files {
		name := cmp.Or(o.conf.profile, f.Profile, filepath.Base(filepath.Clean(dir)))
		p, err := profile.Load(name, src)
		if err != nil {
			return err
		}
		found, err := verify.Verifier{Profile: p, Refs: o.conf.refs(c.Context())}.Exchange(c.Context(), f.Fixture)
		if err != nil {
			return err
		}
		v.add(f, name, found, o.out.language())
	}
	return o.write(c, v)
}

// verified is the result of verifying some files.
type verified struct {
	files, wrong int // wrong: files with a difference that is not minor
	rows         [][]string
	list         []any
}

func (v *verified) add(f fixture.File, profile string, found []verify.Difference, l lang.Lang) {
	wrong := false
	for _, d := range found {
		weight := lang.Text{EN: "differs", ZH: "不符"}
		if d.Minor {
			weight = lang.Text{EN: "note", ZH: "说明"}
		}
		wrong = wrong || !d.Minor
		v.rows = append(v.rows, []string{f.Name, weight.In(l), verifyWhere[d.Where].In(l), d.Member, d.Text().In(l)})
		v.list = append(v.list, map[string]any{
			"file": f.Name, "profile": profile, "step": f.Step, "where": d.Where, "member": d.Member,
			"kind": string(d.Kind), "expected": d.Expected, "got": d.Got, "minor": d.Minor, "text": d.Text().In(l),
		})
	}
	if wrong {
		v.wrong++
	}
}

// write prints the result. The error is a [*findings] if a file is wrong.
func (o *verifyOptions) write(c *cobra.Command, v verified) error {
	fields := render.Fields{{Name: "exchanges", Value: v.files}, {Name: "different", Value: v.wrong}, {Name: "differences", Value: v.list}}
	if len(v.rows) == 0 {
		return o.out.write(c, render.Result{Text: o.out.in(lang.Text{
			EN: lang.Count(v.files, "exchange") + ", nothing differs", ZH: fmt.Sprintf("%d 个请求，没有差异", v.files),
		}), Fields: fields})
	}
	if err := o.out.writeTable(c, verifyHead, v.rows, fields); err != nil || v.wrong == 0 {
		return err
	}
	return &findings{lang.Text{
		EN: fmt.Sprintf("differ from the profile: %d of %s", v.wrong, lang.Count(v.files, "exchange")),
		ZH: fmt.Sprintf("%d 个请求中有 %d 个与接入配置不符", v.files, v.wrong),
	}}
}
