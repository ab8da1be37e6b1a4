// Package ci writes the formats of two CI systems: the workflow commands and files of GitHub
// Actions, and the dotenv reports of GitLab. No other package names them, because both are
// also login vendors.
//
// [Mask] and [Annotation] make commands that a runner finds in a job's log. [Guard], [JSON] and
// [Unchanged] keep the runner from taking other text for a command. [Job] passes values on to later steps of a
// job. [Dotenv] writes a report with variables for later jobs.
package ci

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"

	"ssoctl/pkg/printable"
)

// Formats of output, the values of --output.
const (
	Outputs      = "github"     // outputs of a step of GitHub Actions
	OutputsToEnv = "github-env" // the same, and variables for later steps
	Report       = "gitlab"     // a dotenv report of GitLab
)

// Environment looks up an environment variable, as os.LookupEnv does.
type Environment func(name string) (string, bool)

// get returns the variable's value, "" if it is not set.
func (env Environment) get(name string) string {
	v, _ := env(name)
	return v
}

// Annotates reports whether the log is read by a runner of GitHub Actions.
func (env Environment) Annotates() bool { return env.get("GITHUB_ACTIONS") == "true" }

// InWorkspace returns the path of a file from the root of the checked-out repository, with
// slashes, or path itself if the file is elsewhere.
func (env Environment) InWorkspace(path string) string {
	root, err := filepath.EvalSymlinks(env.get("GITHUB_WORKSPACE"))
	if err != nil || env.get("GITHUB_WORKSPACE") == "" {
		return path
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(whole); err == nil {
		whole = real
	}
	within, err := filepath.Rel(root, whole)
	if err != nil || !filepath.IsLocal(within) {
		return path
	}
	return filepath.ToSlash(within)
}

// The escapes of workflow commands, as @actions/core writes them.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Mask returns the commands that hide a secret in the rest of the job's log: one for the
// whole secret and, if it has several lines, one for each. There is no command for blanks,
// because a runner warns about an empty mask.
func Mask(secret string) string {
	whole := strings.TrimSpace(secret)
	if whole == "" {
		return ""
	}
	masks := "::add-mask::" + data.Replace(secret) + "\n"
	for _, line := range strings.FieldsFunc(secret, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if text := strings.TrimSpace(line); text != "" && text != whole {
			masks += "::add-mask::" + data.Replace(line) + "\n"
		}
	}
	return masks
}

// Annotation is an error that is shown beside a line of a file, or on the page of the run.
type Annotation struct {
	File    string // from the root of the repository; "" for none
	Line    int    // counts from 1; 0 if unknown
	Title   string
	Message string // may have several lines
	Hint    string // what to do about it; "" for none
}

// Command returns the workflow command, with a newline.
func (a Annotation) Command() string {
	var properties []string
	add := func(name, value string) {
		if value != "" {
			properties = append(properties, name+"="+property.Replace(value))
		}
	}
	add("file", a.File)
	if a.File != "" && a.Line > 0 {
		add("line", strconv.Itoa(a.Line))
	}
	add("title", a.Title)
	message := cmp.Or(a.Message, a.Title)
	if a.Hint != "" {
		message += "\nhint: " + a.Hint
	}
	line := "::error " + strings.Join(properties, ",") + "::" + data.Replace(printable.Lines(message)) + "\n"
	return strings.ReplaceAll(line, "##[", "## [") // the older form of a command
}
