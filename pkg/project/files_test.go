package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/project"
	"ssoctl/pkg/trust"
)

// TestFiles checks which files are read in a folder with a project's file or without.
func TestFiles(t *testing.T) {
	const theirs = "default = \"oidc\"\n"
	type result struct {
		Read    []string // files, the folder of the test left out
		Problem string
		Project string
		Trusted bool
	}
	for name, test := range map[string]struct {
		project, user string // contents; "" for no file
		named         string // file of the command line
		alone, trust  bool
		want          result
	}{
		"no files":                 {},
		"own":                      {user: theirs, want: result{Read: []string{"user.toml"}}},
		"untrusted":                {project: theirs, user: theirs, want: result{[]string{"user.toml"}, "ssoctl.toml: this project's configuration is not trusted", "ssoctl.toml", false}},
		"untrusted and broken":     {project: "[", want: result{nil, "ssoctl.toml: this project's configuration is not trusted", "ssoctl.toml", false}},
		"trusted":                  {project: theirs, user: theirs, trust: true, want: result{[]string{"user.toml", "ssoctl.toml"}, "", "ssoctl.toml", true}},
		"in a trusted folder":      {project: theirs, user: "trusted = [\"~\"]\n", want: result{[]string{"user.toml", "ssoctl.toml"}, "", "ssoctl.toml", true}},
		"left out":                 {project: theirs, trust: true, alone: true},
		"named":                    {project: theirs, named: "ssoctl.toml", want: result{Read: []string{"ssoctl.toml"}}},
		"named by another path":    {project: theirs, named: "../work/ssoctl.toml", want: result{Read: []string{"../work/ssoctl.toml"}}},
		"named but missing":        {project: theirs, trust: true, named: "none.toml", want: result{nil, "none.toml: no such file", "ssoctl.toml", true}},
		"own is broken":            {project: theirs, user: "trusted = 1\n", want: result{[]string{"user.toml"}, "user.toml:1: trusted: ", "ssoctl.toml", false}},
		"broken in trusted folder": {project: "[", user: "trusted = [\"~\"]\n", want: result{[]string{"user.toml"}, "ssoctl.toml:1: ", "ssoctl.toml", true}},
	} {
		t.Run(name, func(t *testing.T) {
			home, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			work := filepath.Join(home, "work")
			err = os.Mkdir(work, 0o700)
			for file, text := range map[string]string{filepath.Join(work, project.Name): test.project, filepath.Join(home, "user.toml"): test.user} {
				if text != "" {
					err = errors.Join(err, os.WriteFile(file, []byte(text), 0o600))
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(work)
			f := project.Files{
				User: filepath.Join(home, "user.toml"), Alone: test.alone,
				Trust: project.Trust{Store: trust.Store{Dir: filepath.Join(home, "state")}, Home: home},
			}
			if test.named != "" {
				f.User, f.Named = test.named, true
			}
			if test.trust {
				read, err := project.ReadOnce(project.Name)
				if err == nil {
					_, err = f.Trust.Add(read, time.Now())
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			var got result
			src, err := f.Sources()
			for _, path := range src.Paths() {
				got.Read = append(got.Read, strings.TrimPrefix(path, home+string(filepath.Separator)))
			}
			if err != nil {
				got.Problem = strings.TrimPrefix(err.Error(), home+string(filepath.Separator))
			}
			path, trusted := f.Project()
			got.Project, got.Trusted = strings.TrimPrefix(path, work+string(filepath.Separator)), trusted
			if test.want.Problem != "" && strings.HasPrefix(got.Problem, test.want.Problem) {
				got.Problem = test.want.Problem // a parser's words may change
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
