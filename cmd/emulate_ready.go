package cmd

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// announce writes the ready file, then the result to stdout. inputs are what the emulator
// expects; it shows their secrets, which are made up.
func (o *emulateOptions) announce(c *cobra.Command, s *emulator.HTTPServer, at emulator.Addresses, profiles []*profile.Profile, inputs map[string]recipe.Values) error {
	ready, err := emulator.NewReady(at, o.tlsCA, inputs)
	if err != nil {
		return err
	}
	line, err := ready.Line()
	if err != nil {
		return err
	}
	if o.ready != "" {
		if err := s.WriteReady(o.ready, line); err != nil {
			return err
		}
	}
	return o.printReady(c, ready, line, profiles)
}

// printReady prints where the emulator is and what it expects. line is the JSON of ready.
func (o *emulateOptions) printReady(c *cobra.Command, ready emulator.Ready, line []byte, profiles []*profile.Profile) error {
	switch {
	case o.out.format == render.Env:
		f := render.Fields{{Name: "profile", Value: profiles[0].Name}}
		for _, name := range profiles[0].InputNames() {
			f = append(f, render.Field{Name: name, Value: ready.Profiles[profiles[0].Name][name]})
		}
		return o.out.writeNow(c, render.Result{Fields: f})
	case o.out.jq != "":
		var plain map[string]any
		if err := json.Unmarshal(line, &plain); err != nil {
			return err
		}
		var f render.Fields
		for _, name := range []string{"address", "profiles", "browser", "local", "ca_file"} {
			f = append(f, render.Field{Name: name, Value: plain[name]})
		}
		return o.out.writeNow(c, render.Result{Fields: f})
	case o.out.format == render.JSON:
		_, err := o.out.stdout.Write(line)
		return err
	}
	var rows [][]string
	for _, p := range profiles {
		inputs := ready.Profiles[p.Name]
		rows = append(rows, []string{p.Name, ready.Address + "/" + p.Name, inputs["client_id"], inputs["client_secret"]})
	}
	return render.Table(o.out.stdout, []string{o.out.in(lang.Text{EN: "PROFILE", ZH: "接入配置"}), "BASE_URL", "CLIENT_ID", "CLIENT_SECRET"}, rows, o.out.tableWidth())
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
