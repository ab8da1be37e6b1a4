package ci_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// action is action.yml. Members of GitHub's that it does not use are not here, so that a
// misspelt one is an error.
type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string
		Required    bool
		Default     *string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, ID, If, Shell, Run string
	Env                      map[string]string
}

var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// TestActionIsSafe checks that no value reaches the text of a script: it could contain commands.
func TestActionIsSafe(t *testing.T) {
	var a action
	readYAML(t, root+"/action.yml", &a)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Errorf("the action is %s, with %d steps", a.Runs.Using, len(a.Runs.Steps))
	}
	for name, input := range a.Inputs {
		if input.Description == "" || input.Default == nil {
			t.Errorf("the input %s needs a description and a default", name)
		}
	}
	steps := map[string]bool{}
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		steps[s.ID] = true
		if s.Shell != "bash" {
			t.Errorf("%s: runs in %q, want bash", s.Name, s.Shell)
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: an expression is in the script; put it in env", s.Name)
		}
		for _, value := range s.Env {
			for _, m := range expression.FindAllStringSubmatch(value, -1) {
				used[m[1]] = true
			}
		}
	}
	for name := range a.Inputs {
		if !used["inputs."+name] {
			t.Errorf("no step uses the input %s", name)
		}
	}
	for name, output := range a.Outputs {
		m := expression.FindStringSubmatch(output.Value)
		if m == nil || m[1] != "steps.run.outputs."+name || !steps["run"] {
			t.Errorf("the output %s is %s", name, output.Value)
		}
	}
}

// TestWorkflows has actionlint check the workflows of docs/ci.md: their syntax, and the inputs
// and outputs of the action against action.yml.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	repository := t.TempDir()
	for _, folder := range []string{".git", ".github/workflows"} {
		if err := os.MkdirAll(filepath.Join(repository, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, repository, "action.yml", read(t, root+"/action.yml"))
	workflow := example(t, "ci.md", ".github/workflows/login.yml")
	local := bytes.ReplaceAll(workflow, []byte("uses: OWNER/ssoctl@REF"), []byte("uses: ./"))
	if bytes.Equal(local, workflow) {
		t.Error("the workflow does not use the action")
	}
	write(t, repository, ".github/workflows/login.yml", local)
	lint := exec.Command("go", "run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12", "-no-color", "-shellcheck=", "-pyflakes=")
	lint.Dir = repository
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// runner plays GitHub's runner for the action.
type runner struct {
	inputs  map[string]string
	env     []string
	outputs map[string]string // of the action's steps, by name
	work    string            // the job's folder
	log     string
}

// run runs the steps as the runner does, and reports whether all succeeded.
func (r *runner) run(t *testing.T) bool {
	t.Helper()
	var a action
	readYAML(t, root+"/action.yml", &a)
	source, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"github.action_path": source}
	for name, input := range a.Inputs {
		values["inputs."+name] = *input.Default
	}
	for name, value := range r.inputs {
		values["inputs."+name] = value
	}
	temporary := t.TempDir()
	r.work, r.outputs = t.TempDir(), map[string]string{}
	write(t, r.work, "oauth2", nil) // for a pattern to find
	path := os.Getenv("PATH")
	for _, s := range a.Runs.Steps {
		if s.If != "" && !holds(t, s.If, values) {
			continue
		}
		folder := t.TempDir()
		output, added := write(t, folder, "output", nil), write(t, folder, "path", nil)
		step := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", write(t, folder, "step.sh", []byte(s.Run)))
		step.Dir = r.work
		step.Env = slices.Concat(r.env, []string{
			"PATH=" + path, "HOME=" + os.Getenv("HOME"), "XDG_CACHE_HOME=" + folder, "XDG_CONFIG_HOME=" + folder,
			"GOCACHE=" + goEnv(t, "GOCACHE"), "GOMODCACHE=" + goEnv(t, "GOMODCACHE"),
			"CI=true", "GITHUB_ACTIONS=true", "RUNNER_TEMP=" + temporary,
			"GITHUB_WORKSPACE=" + r.work, "GITHUB_OUTPUT=" + output, "GITHUB_PATH=" + added,
		})
		for _, name := range slices.Sorted(maps.Keys(s.Env)) {
			value := expression.ReplaceAllStringFunc(s.Env[name], func(e string) string {
				v, ok := values[expression.FindStringSubmatch(e)[1]]
				if !ok {
					t.Fatalf("%s: unknown expression %s", s.Name, e)
				}
				return v
			})
			step.Env = append(step.Env, name+"="+value)
		}
		out, err := step.CombinedOutput()
		r.log += string(out)
		if err != nil {
			return false
		}
		for line := range strings.Lines(string(read(t, output))) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			r.outputs[name] = value
		}
		for line := range strings.Lines(string(read(t, added))) {
			path = strings.TrimSuffix(line, "\n") + ":" + path
		}
	}
	return true
}

// holds evaluates the conditions that action.yml has: values that are not empty, joined by ||.
func holds(t *testing.T, condition string, values map[string]string) bool {
	t.Helper()
	for part := range strings.SplitSeq(condition, " || ") {
		name, ok := strings.CutSuffix(part, " != ''")
		value, known := values[name]
		if !ok || !known {
			t.Fatalf("unknown condition %s", part)
		}
		if value != "" {
			return true
		}
	}
	return false
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestActionFromSource builds ssoctl as the action does and runs a script beside an emulator.
// Nothing in an input is a command for the shell, except in run.
func TestActionFromSource(t *testing.T) {
	t.Parallel()
	r := runner{inputs: map[string]string{
		"args": "oauth* --env=$(>injected)=client_id `>injected` ; >injected",
		"run":  "false",
	}}
	ok := r.run(t)
	files, err := os.ReadDir(r.work)
	if ok || err != nil || len(files) != 1 || !strings.Contains(r.log, "unknown profile oauth*") {
		t.Errorf("%v: want an error about the profile oauth* and no file, got %v\n%s", err, files, r.log)
	}
	r = runner{inputs: map[string]string{
		"profile": "oauth2",
		"args":    "--assert token:1\n  --env ID=client_id",
		"run":     "echo \"client $ID, inputs [${!INPUT_*}]\"\nssoctl token --jq .token_type\n",
	}}
	if !r.run(t) || !strings.Contains(r.log, "client emulated-client-id, inputs []\nBearer\n") {
		t.Errorf("got\n%s", r.log)
	}
}

// TestActionFromArchive downloads ssoctl, and refuses an archive with another checksum.
func TestActionFromArchive(t *testing.T) {
	t.Parallel()
	archive := serveRelease(t)
	for want, r := range map[string]runner{
		"":                  {inputs: map[string]string{"archive": archive.url, "sha256": strings.ToUpper(archive.sha256)}},
		"needs sha256":      {inputs: map[string]string{"archive": archive.url}},
		"another SHA-256":   {inputs: map[string]string{"archive": archive.url, "sha256": strings.Repeat("0", 64)}},
		"error: 404":        {inputs: map[string]string{"archive": archive.url + ".old", "sha256": archive.sha256}},
		"not supported or ": {inputs: map[string]string{"archive": "http://127.0.0.1:9/", "sha256": archive.sha256}},
	} {
		r.env = []string{"CURL_CA_BUNDLE=" + archive.ca}
		if ok := r.run(t); ok != (want == "") || !strings.Contains(r.log, want) {
			t.Errorf("want %q, got %v\n%s", want, ok, r.log)
		}
	}
}

// TestActionToken gets a token from an emulator: it is an output, and masked in the log.
func TestActionToken(t *testing.T) {
	t.Parallel()
	archive := serveRelease(t)
	r := runner{
		inputs: map[string]string{"archive": archive.url, "sha256": archive.sha256, "profile": "oauth2", "args": "token"},
		env:    append(emulator(t), "CURL_CA_BUNDLE="+archive.ca),
	}
	if !r.run(t) {
		t.Fatal(r.log)
	}
	token := r.outputs["access_token"]
	if !strings.HasPrefix(token, "emulated") {
		t.Errorf("got the outputs %v", r.outputs)
	}
	_, log, _ := strings.Cut(r.log, "\n") // after the version
	if diff := cmp.Diff("::add-mask::"+token+"\n", log); diff != "" {
		t.Error(diff)
	}
}
