package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// announce writes the ready file. Without a COMMAND it says what is served, and prints the
// result on stdout. ready shows secrets, which are made up.
func (o *emulateOptions) announce(c *cobra.Command, s *emulator.HTTPServer, at emulator.Addresses, ready emulator.Ready, profiles []*profile.Profile) error {
	line, err := ready.Line()
	if err != nil {
		return err
	}
	if o.watched() || o.record != "" {
		o.tellServing(at, profiles)
	}
	if o.ready != "" {
		if err := s.WriteReady(o.ready, line); err != nil {
			return err
		}
		o.command.remove = append(o.command.remove, o.ready)
	}
	if o.command.args != nil {
		return nil
	}
	if o.out.format == render.JSON && o.out.jq == "" {
		_, err := o.out.stdout.Write(line)
		return err
	}
	res, err := ready.Result(profiles, o.out.format)
	if err != nil {
		return err
	}
	return o.out.writeNow(c, res)
}

// tellProvenance prints for each profile how well its steps are documented.
func (o *emulateOptions) tellProvenance(profiles []*profile.Profile) {
	for _, p := range profiles {
		var words []string
		steps := map[string][]string{}
		for _, s := range p.Steps() {
			known := s.Provenance().In(o.out.language())
			if steps[known] == nil {
				words = append(words, known)
			}
			steps[known] = append(steps[known], string(s.Name))
		}
		for i, known := range words {
			words[i] = known + o.out.in(lang.Text{EN: ": ", ZH: "："}) + strings.Join(steps[known], " ")
		}
		o.out.progress("%s  %s", p.Name, strings.Join(words, o.out.in(lang.Text{EN: "; ", ZH: "；"})))
	}
}
