package ci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gitlabJob is a job of the template, with the keywords of GitLab that it uses.
type gitlabJob struct {
	Extends      string
	Needs        []string
	Variables    map[string]string
	BeforeScript []string `yaml:"before_script"`
	Script       []string
	Artifacts    struct {
		Access   string
		ExpireIn string `yaml:"expire_in"`
		Reports  struct{ Dotenv string }
	}
}

// TestGitLabExample checks the example of docs/ci.md against the template.
func TestGitLabExample(t *testing.T) {
	t.Parallel()
	var template map[string]gitlabJob
	readYAML(t, root+"/docs/gitlab-ci.yml", &template)
	path := write(t, t.TempDir(), "gitlab-ci.yml", example(t, "ci.md", ".gitlab-ci.yml"))
	var example struct {
		Include   []struct{ Project, Ref, File string }
		Variables map[string]string
		Jobs      map[string]gitlabJob `yaml:",inline"`
	}
	readYAML(t, path, &example)
	if _, err := os.Stat(root + example.Include[0].File); err != nil {
		t.Error(err)
	}
	for name := range example.Variables {
		if _, ok := template[".ssoctl"].Variables[name]; !ok {
			t.Errorf("the template has no variable %s", name)
		}
	}
	for name, job := range example.Jobs {
		if _, ok := template[job.Extends]; job.Extends != "" && !ok {
			t.Errorf("%s extends %s, which the template does not have", name, job.Extends)
		}
		for _, need := range job.Needs {
			if _, ok := example.Jobs[need]; !ok {
				t.Errorf("%s needs %s, which does not exist", name, need)
			}
		}
	}
}

// TestGitLab runs the template's job for a token as a runner does: all lines in one shell, which
// ends at the first failure.
func TestGitLab(t *testing.T) {
	t.Parallel()
	var jobs map[string]gitlabJob
	readYAML(t, root+"/docs/gitlab-ci.yml", &jobs)
	job := jobs[".ssoctl-token"]
	base := jobs[job.Extends]
	archive := serveRelease(t)
	env := append(emulator(t), "SSOCTL_PROFILE=oauth2", "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(), "CURL_CA_BUNDLE="+archive.ca)
	for name := range base.Variables {
		switch name {
		case "INSTALL_SSOCTL_URL":
			env = append(env, name+"="+archive.url)
		case "INSTALL_SSOCTL_SHA256":
			env = append(env, name+"="+archive.sha256)
		default:
			t.Errorf("the test does not know the variable %s", name)
		}
	}
	script := strings.Join(append(base.BeforeScript, job.Script...), "\n")

	folder := t.TempDir()
	run := exec.Command("sh", "-e", write(t, folder, "script.sh", []byte(script)))
	run.Dir, run.Env = folder, env
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	report := string(read(t, filepath.Join(folder, job.Artifacts.Reports.Dotenv)))
	if !regexp.MustCompile(`(?m)^SSOCTL_ACCESS_TOKEN=emulated\w+$`).MatchString(report) {
		t.Errorf("the report is\n%s", report)
	}

	other := exec.Command("sh", "-e", filepath.Join(folder, "script.sh"))
	other.Dir, other.Env = t.TempDir(), append(env, "INSTALL_SSOCTL_SHA256="+strings.Repeat("0", 64))
	out, err := other.CombinedOutput()
	files, _ := os.ReadDir(other.Dir)
	if diff := cmp.Diff([]os.DirEntry{}, files); err == nil || diff != "" {
		t.Errorf("another checksum: %v\n%s%s", err, out, diff)
	}
}
