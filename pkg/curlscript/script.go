// Package curlscript writes the requests of several steps as a shell script of curl
// commands. Fill in a [Script] and call [Script.Add], then [Script.Text] or [Script.Fields].
package curlscript

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/scrub"
)

// Script is a shell script of curl commands.
type Script struct {
	Profile    string
	Lang       lang.Lang
	Now        time.Time       // when the requests were signed
	Scrub      *scrub.Scrubber // decides whether secrets are shown
	Connection Connection

	functions map[string]bool
	given     map[string]client.Mark // values that are known now, by shell variable
	blocks    []string
	commands  []any
}

// Add adds the requests of all steps, in their order.
func (s *Script) Add(drafts []client.Draft) {
	s.functions, s.given = map[string]bool{}, map[string]client.Mark{}
	for i, d := range drafts {
		s.add(d, fmt.Sprintf("%d/%d", i+1, len(drafts)))
	}
}

func (s *Script) add(d client.Draft, place string) {
	var variables []record.Variable
	marks := map[string]client.Mark{}
	for _, m := range d.Marks {
		v := record.Variable{Name: render.Variable(m.Name), Mark: m.Text, Value: m.Value}
		variables, marks[v.Name] = append(variables, v), m
	}
	command := record.Curl(d.Request.Request, d.Request.Body, variables, s.connection(d.Request.URL)...)
	s.commands = append(s.commands, map[string]any{"step": string(d.Step.Name), "curl": command.Text})
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
		lines = append(lines, s.signedNow())
	}
	s.blocks = append(s.blocks, "# "+strings.Join(append([]string{place + " " + string(d.Step.Name)}, lines...), "\n# ")+"\n"+guard(command.Uses)+command.Text)
}

// guard returns a line that stops the command if a variable has no value, so that no empty
// value is sent.
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

// fromResponse returns comment lines on how to set a variable from an earlier response.
func (s *Script) fromResponse(variable string, m client.Mark) string {
	read := m.Name
	if read == profile.AppToken {
		read = "access_token"
	}
	// A line break in the profile's jq would end the shell comment.
	jq := printable.Text(strings.Join(strings.Fields(m.From.Read[read]), " "))
	return "export " + variable + "='…'\n#   " + lang.Sprintf(lang.Text{
		EN: "from the response of %s, with this jq: %s",
		ZH: "取自 %s 的响应，用 jq 读取：%s",
	}, m.From.Name, jq).In(s.Lang)
}

func (s *Script) signedNow() string {
	return lang.Sprintf(lang.Text{
		EN: "Signed at %s, for this request only. The vendor may\n# not accept it for long: run it soon.",
		ZH: "签名生成于 %s，只对这一个请求有效；\n# 厂商接受多久并不清楚，请尽快执行。",
	}, s.Now.UTC().Format(time.RFC3339)).In(s.Lang)
}

// Text returns the script.
func (s *Script) Text() string {
	out := []string{"# " + lang.Sprintf(lang.Text{
		EN: "%s: what would be sent. Nothing was sent.",
		ZH: "%s：将要发送的请求，尚未发送。",
	}, printable.Text(s.Profile)).In(s.Lang)} // a line end would end the shell comment
	for _, name := range slices.Sorted(maps.Keys(s.given)) {
		out = append(out, s.assign(name))
	}
	out = append(out, slices.Sorted(maps.Keys(s.functions))...)
	return strings.Join(append([]string{strings.Join(out, "\n")}, s.blocks...), "\n\n")
}

// assign returns the command that sets a variable, commented out if the value is redacted.
func (s *Script) assign(name string) string {
	command := record.Assign(name, s.Scrub.Shown(s.given[name].Value))
	if s.Scrub.Lifted {
		return command
	}
	return "# " + command
}

func (s *Script) variables() []any {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.given)) {
		m := s.given[name]
		out = append(out, map[string]any{"name": name, "stands_for": m.Name, "value": s.Scrub.Shown(m.Value)})
	}
	return out
}

// Fields returns the script for programs (docs/output.md).
func (s *Script) Fields() render.Fields {
	return render.Fields{
		{Name: "profile", Value: s.Profile},
		{Name: "commands", Value: s.commands},
		{Name: "variables", Value: s.variables()},
		{Name: "script", Value: s.Text()},
	}
}
