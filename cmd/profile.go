package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"ssoctl/pkg/commandline"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/project"
	"ssoctl/pkg/render"
	"ssoctl/profiles"
)

// lintOptions is what profile lint needs.
type lintOptions struct {
	out  *printer
	conf *config
}

func newProfile(p *parts) *cobra.Command {
	lint := lintOptions{out: p.out, conf: p.conf}
	return commandline.Group(
		"profile",
		newProfileList(p), newProfileShow(p), newProfileDiff(p), newProfileNew(p),
		&cobra.Command{Use: "lint [FILE…]", RunE: lint.profileLint},
		newProfileSchema(p), newVerify(p),
	)
}

func (o *lintOptions) profileLint(c *cobra.Command, args []string) error {
	all, faults, err := o.lintSources(args)
	if err != nil {
		return err
	}
	clean := 0
	var files []string
	for _, src := range all {
		faults = append(faults, profile.ErrorsOf(src.CheckFiles())...)
		if name := src.DefaultName(); name != "" && !src.IsOwn(name) {
			_, err := profile.LoadDefault(src)
			faults = append(faults, profile.ErrorsOf(err)...)
		}
		files = append(files, src.Paths()...)
		names := src.OwnNames()
		if len(files) == 0 {
			names = src.BuiltinNames()
		}
		for _, name := range names {
			found := profile.Check(name, src)
			if len(found) == 0 {
				clean++
			}
			faults = append(faults, found...)
		}
	}
	if len(faults) > 0 {
		return faults.Sorted()
	}
	fields := render.Fields{{Name: "profiles", Value: clean}}
	if len(files) > 0 {
		fields = append(fields, render.Field{Name: "files", Value: render.List(files)})
	}
	return o.out.write(c, render.Result{Text: o.out.in(o.noFaults(clean, files)), Fields: fields})
}

// noFaults says what was checked: files or, without any, the built-in profiles.
func (o *lintOptions) noFaults(profiles int, files []string) lang.Text {
	if len(files) > 0 {
		return lang.Sprintf(lang.Text{EN: "%s, no faults\nchecked: %s", ZH: "%s接入配置，没有问题\n检查的文件：%s"}, lang.Amount(profiles, "profile", "个"), lang.List(files))
	}
	looked := []string{"./" + project.Name}
	if o.conf.noProject {
		looked = nil
	}
	if path := o.conf.files().User; path != "" {
		looked = slices.Insert(looked, 0, path)
	}
	text := lang.Sprintf(lang.Text{EN: "%s, no faults", ZH: "%s，没有问题"}, lang.Amount(profiles, "built-in profile", "个内置接入配置"))
	if len(looked) == 0 {
		return text
	}
	return lang.Sprintf(lang.Text{EN: "%s\nno configuration of your own: looked for %s", ZH: "%s\n没有自己的配置文件，查找过：%s"}, text, lang.And(looked))
}

// lintSources returns the files to check: the named ones, or those in use. Files that are
// not valid TOML are among the faults.
func (o *lintOptions) lintSources(paths []string) (all []profile.Sources, faults profile.Errors, err error) {
	if len(paths) == 0 {
		src, err := o.conf.sources()
		return []profile.Sources{src}, nil, err
	}
	for _, path := range paths {
		f, err := profile.ReadFile(path)
		if err == nil && f == nil {
			err = project.Absent(path)
		}
		if unreadable := profile.ErrorsOf(err); len(unreadable) > 0 {
			faults = append(faults, unreadable...)
		} else if err != nil {
			return nil, nil, err
		} else {
			all = append(all, profile.Sources{Builtin: profiles.FS, User: f})
		}
	}
	return all, faults, nil
}
