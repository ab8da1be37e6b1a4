package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// checkCurl returns a usage error if --curl cannot work with the other flags.
func (r *root) checkCurl(c *cobra.Command) error {
	switch {
	case !r.curl:
		return nil
	case c.Flags().Changed("listen"):
		return usagef(lang.Text{EN: "--curl sends nothing, so no code arrives: use --code instead of --listen", ZH: "--curl 不发送请求，等不到授权码：请用 --code 代替 --listen"})
	case r.format == render.Env || r.format == render.Raw:
		return usagef(lang.Text{EN: "--curl prints commands: use -o text or json, not %s", ZH: "--curl 输出的是命令：请用 -o text 或 json，不能用 %s"}, r.format)
	}
	return nil
}

// writeCurl prints the requests that the target steps would send first. It sends none.
func (r *root) writeCurl(c *cobra.Command, cl *client.Client, targets []string, given recipe.Values) error {
	drafts, err := cl.Draft(c.Context(), targets, given)
	if err != nil {
		return err
	}
	s := script{root: r, functions: map[string]bool{}, given: map[string]client.Mark{}}
	for i, d := range drafts {
		s.add(d, fmt.Sprintf("%d/%d", i+1, len(drafts)))
	}
	name := cl.Profile().Name
	return r.write(c, render.Result{Text: s.text(name), Fields: render.Fields{
		{Name: "profile", Value: name},
		{Name: "commands", Value: s.commands},
		{Name: "variables", Value: s.variables()},
		{Name: "script", Value: s.text(name)},
	}})
}

// script is a shell script of curl commands.
type script struct {
	*root
	functions map[string]bool
	given     map[string]client.Mark // values that are known now, by shell variable
	blocks    []string
	commands  []any
}

func (s *script) add(d client.Draft, place string) {
	var variables []record.Variable
	marks := map[string]client.Mark{}
	for _, m := range d.Marks {
		v := record.Variable{Name: variableName(m.Name), Mark: m.Text, Value: m.Value}
		variables, marks[v.Name] = append(variables, v), m
	}
	command := record.Curl(d.Request.Request, d.Request.Body, variables, s.connection(d.Request.URL)...)
	s.commands = append(s.commands, map[string]any{"step": d.Step.Name, "curl": command.Text})
	for _, f := range command.Functions {
		s.functions[f] = true
	}
	var lines []string
	for _, name := range command.Uses {
		m := marks[name]
		if m.From == nil {
			s.given[name] = m
			continue
		}
		lines = append(lines, s.fromResponse(name, m))
	}
	if d.Signed != nil {
		lines = append(lines, s.signedNow(d))
	}
	s.blocks = append(s.blocks, "# "+strings.Join(append([]string{place + " " + d.Step.Name}, lines...), "\n# ")+"\n"+guard(command.Uses)+command.Text)
}

// guard returns a line that stops the command if a variable has no value. Without it the
// vendor would be sent an empty value.
func guard(variables []string) string {
	if len(variables) == 0 {
		return ""
	}
	var all strings.Builder
	for _, name := range variables {
		all.WriteString(` "${` + name + `:?}"`)
	}
	return ":" + all.String() + " &&\n"
}

// fromResponse says how to set a variable whose value comes from an earlier response.
func (s *script) fromResponse(variable string, m client.Mark) string {
	read := m.Name
	if read == profile.AppToken {
		read = "access_token"
	}
	// A line break in the profile's jq would end the shell comment.
	jq := printable.Text(strings.Join(strings.Fields(m.From.Read[read]), " "))
	return "export " + variable + "='…'\n#   " + lang.Sprintf(lang.Text{
		EN: "from the response of %s, with this jq: %s",
		ZH: "取自 %s 的响应，用 jq 读取：%s",
	}, m.From.Name, jq).In(s.language())
}

func (s *script) signedNow(d client.Draft) string {
	at := s.Now().UTC().Format(time.RFC3339)
	return lang.Text{
		EN: "Signed at " + at + ", for this request only. The vendor may\n# not accept it for long: run it soon.",
		ZH: "签名生成于 " + at + "，只对这一个请求有效；\n# 厂商接受多久并不清楚，请尽快执行。",
	}.In(s.language())
}

func (s *script) text(profile string) string {
	profile = printable.Text(profile) // it is printed in a shell comment
	out := []string{"# " + lang.Text{
		EN: profile + ": what would be sent. Nothing was sent.",
		ZH: profile + "：将要发送的请求，尚未发送。",
	}.In(s.language())}
	for _, name := range slices.Sorted(maps.Keys(s.given)) {
		out = append(out, s.assign(name))
	}
	out = append(out, slices.Sorted(maps.Keys(s.functions))...)
	return strings.Join(append([]string{strings.Join(out, "\n")}, s.blocks...), "\n\n")
}

// assign returns the command that sets a variable, commented out if the value is redacted.
func (s *script) assign(name string) string {
	command := record.Assign(name, s.stub(s.given[name].Value))
	if s.showSecrets {
		return command
	}
	return "# " + command
}

// stub returns a secret as stdout shows it: redacted or, with --show-secrets, in full.
func (r *root) stub(v secret.String) string {
	if r.showSecrets {
		return v.Reveal()
	}
	return secret.Mask(v.Reveal())
}

func (s *script) variables() []any {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.given)) {
		m := s.given[name]
		out = append(out, map[string]any{"name": name, "stands_for": m.Name, "value": s.stub(m.Value)})
	}
	return out
}

// variableName returns the shell variable for a value: the one that ssoctl reads too.
func variableName(value string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			return c
		}
		return '_'
	}, envName(value))
}
