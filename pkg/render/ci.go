package render

import (
	"bytes"
	"io"
	"slices"

	"ssoctl/pkg/ci"
)

// Secrets finds secrets in a text, as a [scrub.Scrubber] does.
type Secrets interface{ Found(text string) []string }

// ForCI are the parts of a run that matter in a job of a CI system.
type ForCI struct {
	Job     *ci.Job // gets the values of [Outputs] and [OutputsToEnv]; the caller saves it
	Secrets Secrets // nil for none
	Runner  bool    // a runner reads the output, and obeys some lines
}

// guard returns a writer to w for r. It keeps a runner from obeying anything but our own commands.
// Only text for people is changed: a program gets the same values, or none.
func (o Options) guard(w io.Writer, r Result) io.Writer {
	switch {
	case !o.CI.Runner || o.Format == Outputs || o.Format == OutputsToEnv:
		return w
	case o.JQ == "" && o.Format == JSON:
		return ci.JSON{W: w}
	case o.JQ == "" && o.Format == Text && !r.Alone:
		return &ci.Guard{W: w}
	}
	return ci.Unchanged{W: w}
}

// OfVariables reports whether f prints fields as variables.
func (f Format) OfVariables() bool { return f == Env || f.ofCI() }

// ofCI reports whether f is for a CI system.
func (f Format) ofCI() bool { return f == Outputs || f == OutputsToEnv || f == Report }

// write writes the commands that mask the secrets of the result, and prepares the job's outputs.
func (c ForCI) write(b *bytes.Buffer, variables []variable, withEnv bool) error {
	var masked []string
	for _, v := range variables {
		for _, text := range c.secretsOf(v) {
			if !slices.Contains(masked, text) {
				masked = append(masked, text)
				b.WriteString(ci.Mask(text))
			}
		}
	}
	return c.Job.Add(plainVariables(variables), withEnv)
}

// secretsOf returns the secrets in a variable: the whole value if its field is a
// [secret.String], or else the known secrets in it.
func (c ForCI) secretsOf(v variable) []string {
	switch {
	case v.secret:
		return []string{v.Value}
	case c.Secrets == nil:
		return nil
	}
	return c.Secrets.Found(v.Value)
}

// Exposed returns the members of r that contain secrets. A dotenv report shows them to
// everyone who may read the artifacts of a job.
func (c ForCI) Exposed(r Result) (members []string) {
	variables, err := variablesOf(r.Fields)
	if err != nil {
		return nil
	}
	for _, v := range variables {
		if len(c.secretsOf(v)) > 0 {
			members = append(members, v.Member)
		}
	}
	return members
}

func plainVariables(variables []variable) []ci.Variable {
	out := make([]ci.Variable, len(variables))
	for i, v := range variables {
		out[i] = v.Variable
	}
	return out
}
