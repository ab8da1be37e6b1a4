package cmd_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"

	"ssoctl/cmd"
	"ssoctl/pkg/commandline"
	"ssoctl/pkg/contract"
	"ssoctl/pkg/failure"
)

// contractSchemas are the schemas of pkg/contract, by command.
var contractSchemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	out := map[string]*jsonschema.Schema{}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	for name, schema := range contract.Schemas() {
		text, err := json.Marshal(schema)
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		address := "contract:" + strings.ReplaceAll(name, " ", "-")
		if err := c.AddResource(address, doc); err != nil {
			return nil, err
		}
		if out[name], err = c.Compile(address); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// commandPaths are the paths of all commands below ssoctl.
var commandPaths = sync.OnceValues(func() (paths []string, err error) {
	err = cmd.EachCommand(func(c *cobra.Command) error {
		paths = append(paths, commandline.Path(c))
		return nil
	})
	return paths, err
})

// called is a command line of ssoctl.
type called struct {
	path   string // of the command below ssoctl
	isJSON bool   // stdout is a JSON result
}

// calledBy reads a command line. format is the value of SSOCTL_OUTPUT.
func calledBy(args []string, format string) (called, error) {
	paths, err := commandPaths()
	var c called
	if end := slices.Index(args, "--"); end >= 0 && slices.Contains(args[:end], "emulate") {
		return c, err // stdout is that of another program
	}
	for i, arg := range args {
		switch {
		case (arg == "-o" || arg == "--output") && i+1 < len(args):
			format = args[i+1]
		case strings.HasPrefix(arg, "--output="):
			format = strings.TrimPrefix(arg, "--output=")
		case strings.HasPrefix(arg, "-o") && len(arg) > 2:
			format = strings.TrimPrefix(arg[2:], "=")
		case arg == "--jq" || strings.HasPrefix(arg, "--jq=") || arg == "--help" || arg == "-h":
			return c, err // jq prints anything
		case arg == "--version":
			c.path = "version"
		case slices.Contains(paths, strings.TrimSpace(c.path+" "+arg)):
			c.path = strings.TrimSpace(c.path + " " + arg)
		}
	}
	c.isJSON = format == "json"
	return c, err
}

// checkContract checks that what a command printed with -o json fits its schema, and that an
// error is one line of JSON that fits the schema of errors and has the exit code. code is the
// exit code, -1 for a program that was killed or still runs.
func checkContract(c called, code int, stdout, stderr string) error {
	schemas, err := contractSchemas()
	if err != nil || !c.isJSON {
		return err
	}
	if stdout != "" {
		if err := fits(schemas[c.path], "ssoctl "+c.path, stdout); err != nil {
			return err
		}
	}
	errorLines := 0
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, `{"error":`) {
			errorLines++
			if err := fits(schemas[contract.ErrorName], "an error", line); err != nil {
				return err
			}
			var printed struct{ Error struct{ Exit int } }
			if err := json.Unmarshal([]byte(line), &printed); err != nil {
				return err
			}
			if code > 0 && printed.Error.Exit != code {
				return &contractError{"an error", "exit is not the exit code", line}
			}
		}
	}
	if code > 0 && errorLines != 1 || code == 0 && errorLines != 0 {
		return &contractError{"ssoctl " + c.path, "the number of errors on stderr is wrong", stderr}
	}
	return nil
}

// TestScriptsCoverTheContract checks that scripts produce every exit code, and the JSON of every
// command.
func TestScriptsCoverTheContract(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("../testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	codes, commands := map[string]bool{}, map[string]bool{}
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			if len(words) > 2 && (words[0] == "exits" && words[2] == "ssoctl") {
				codes[words[1]] = true
			} else if len(words) == 3 && words[0] == "ends" {
				codes[words[2]] = true
			}
			if len(words) > 2 && words[0] == "golden" {
				words = append([]string{"ssoctl", "--output=json"}, words[2:]...)
			}
			at := slices.Index(words, "ssoctl")
			if at < 0 || slices.Contains([]string{"#", "stdout", "stderr", "exec"}, words[0]) {
				continue
			}
			if c, err := calledBy(words[at+1:], ""); err != nil {
				t.Fatal(err)
			} else if c.isJSON {
				commands[c.path] = true
			}
		}
	}
	for _, k := range failure.Kinds() {
		if !codes[strconv.Itoa(int(k))] {
			t.Errorf("no script ends with exit code %d (%s)", k, k)
		}
	}
	for _, command := range contract.Commands() {
		if !commands[command] {
			t.Errorf("no script runs ssoctl %s -o json", command)
		}
	}
}

// contractError says that an output does not fit.
type contractError struct{ what, problem, text string }

func (e *contractError) Error() string {
	return "-o json of " + e.what + " is not as pkg/contract has it: " + e.problem + "\n" + e.text
}

func fits(schema *jsonschema.Schema, what, text string) error {
	if schema == nil {
		return &contractError{what, "there is no schema", text}
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		return &contractError{what, err.Error(), text}
	}
	return nil
}

// checkPrinted checks what the last program of a script has printed.
func checkPrinted(ts *testscript.TestScript, program []string, code int) {
	if program[0] != "ssoctl" {
		return
	}
	c, err := calledBy(program[1:], ts.Getenv("SSOCTL_OUTPUT"))
	ts.Check(err)
	ts.Check(checkContract(c, code, ts.ReadFile("stdout"), ts.ReadFile("stderr")))
}

// TestContractIsStrict breaks outputs: each has to be refused.
func TestContractIsStrict(t *testing.T) {
	t.Parallel()
	token, failed := called{path: "token", isJSON: true}, `{"error":{"kind":"usage","exit":2,"message":"m"}}`
	for _, test := range []struct {
		c              called
		code           int
		stdout, stderr string
		fits           bool
	}{
		{token, 0, `{"profile":"p","step":"token","access_token":"A"}`, "progress\n", true},
		{token, 0, `{"profile":"p","step":"token","token":"A"}`, "", false},
		{token, 0, `{"profile":"p","access_token":"A"}`, "", false},
		{token, 0, `{"profile":"p","step":"token","expires_at":"tomorrow"}`, "", false},
		{token, 0, `{"profile":"p","step":"token","expires_in":"7200"}`, "", false},
		{token, 0, `{"profile":"p","step":"token","tenant":{"number":"1"}}`, "", false},
		{token, 0, `{"profile":"p","step":"token"} {}`, "", false},
		{called{path: "nosuch", isJSON: true}, 0, `{}`, "", false},
		{called{path: "version"}, 0, `{}`, "", true},
		{token, 2, "", "warning\n" + failed + "\n", true},
		{token, 2, "", "ssoctl: m\n", false},
		{token, 3, "", failed, false},
		{token, 0, "", failed, false},
		{token, 2, "", failed + "\n" + failed, false},
		{token, 2, "", strings.Replace(failed, "message", "text", 1), false},
		{token, 2, "", strings.Replace(failed, "usage", "use", 1), false},
	} {
		if err := checkContract(test.c, test.code, test.stdout, test.stderr); (err == nil) != test.fits {
			t.Errorf("%s %s%s: %v", test.c.path, test.stdout, test.stderr, err)
		}
	}
	for line, want := range map[string]called{
		"token -p x -o json":               {"token", true},
		"-ojson --lang zh profile list":    {"profile list", true},
		"--output=json version":            {"version", true},
		"profile schema":                   {"profile schema", false},
		"token -o json --jq .access_token": {"token", false},
		"emulate x -o json -- env":         {"", false},
	} {
		if got, err := calledBy(strings.Fields(line), ""); err != nil || got != want {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
	}
}
