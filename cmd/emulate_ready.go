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
func (r *root) announce(c *cobra.Command, s *emulator.Serving, o *emulateOptions, at emulator.Addresses, profiles []*profile.Profile, inputs map[string]recipe.Values) error {
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
	return r.printReady(c, ready, line, profiles)
}

// printReady prints where the emulator is and what it expects. line is the JSON of ready.
func (r *root) printReady(c *cobra.Command, ready emulator.Ready, line []byte, profiles []*profile.Profile) error {
	switch {
	case r.format == render.Env:
		f := render.Fields{{Name: "profile", Value: profiles[0].Name}}
		for _, name := range profiles[0].InputNames() {
			f = append(f, render.Field{Name: name, Value: ready.Profiles[profiles[0].Name][name]})
		}
		return r.writeNow(c, render.Result{Fields: f})
	case r.jq != "":
		var plain map[string]any
		if err := json.Unmarshal(line, &plain); err != nil {
			return err
		}
		var f render.Fields
		for _, name := range []string{"address", "profiles", "browser", "local", "ca_file"} {
			f = append(f, render.Field{Name: name, Value: plain[name]})
		}
		return r.writeNow(c, render.Result{Fields: f})
	case r.format == render.JSON:
		_, err := r.Out.Write(line)
		return err
	}
	var rows [][]string
	for _, p := range profiles {
		inputs := ready.Profiles[p.Name]
		rows = append(rows, []string{p.Name, ready.Address + "/" + p.Name, inputs["client_id"], inputs["client_secret"]})
	}
	return render.Table(r.Out, []string{r.in(lang.Text{EN: "PROFILE", ZH: "接入配置"}), "BASE_URL", "CLIENT_ID", "CLIENT_SECRET"}, rows, r.tableWidth())
}

// tellProvenance prints for each profile how well its steps are documented.
func (r *root) tellProvenance(profiles []*profile.Profile) {
	for _, p := range profiles {
		var words []string
		steps := map[string][]string{}
		for _, s := range p.Steps() {
			known := s.Provenance().In(r.language())
			if steps[known] == nil {
				words = append(words, known)
			}
			steps[known] = append(steps[known], string(s.Name))
		}
		for i, known := range words {
			words[i] = known + r.in(lang.Text{EN: ": ", ZH: "："}) + strings.Join(steps[known], " ")
		}
		r.progress("%s  %s", p.Name, strings.Join(words, r.in(lang.Text{EN: "; ", ZH: "；"})))
	}
}
