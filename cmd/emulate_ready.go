package cmd

import (
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
)

// serving is the one line that emulate prints with -o json and writes to the ready file.
type serving struct {
	Address  string                       `json:"address"`
	Profiles map[string]map[string]string `json:"profiles"`
	Browser  map[string]string            `json:"browser,omitempty"` // base_url for a browser, by profile; if it differs
	Local    string                       `json:"local,omitempty"`   // the address on this machine, if it differs from Address
	CAFile   string                       `json:"ca_file,omitempty"` // the CA certificate to trust
}

// readiness returns a function that announces the emulator's address and the inputs that
// it expects. It shows their secrets, which are made up.
func (r *root) readiness(c *cobra.Command, s *server, o *emulateOptions, emu *emulator.Emulator, profiles []*profile.Profile) func() error {
	return func() error {
		values := map[string]recipe.Values{}
		for _, p := range profiles {
			values[p.Name] = emu.Inputs(p.Name)
		}
		r.tellProvenance(profiles)
		r.progress("%s", lang.Text{EN: "every exchange, live: ", ZH: "实时查看每次请求："}.In(r.language())+s.browser+"/_/")
		return r.announce(c, s, o, profiles, values)
	}
}

// announce writes the ready file, then the result to stdout.
func (r *root) announce(c *cobra.Command, s *server, o *emulateOptions, profiles []*profile.Profile, values map[string]recipe.Values) error {
	line := serving{Address: s.public, Profiles: map[string]map[string]string{}}
	if s.local != s.public {
		line.Local = s.local
	}
	if s.caFile != "" {
		var err error
		if line.CAFile, err = filepath.Abs(s.caFile); err != nil {
			return err
		}
	}
	for _, p := range profiles {
		inputs := map[string]string{}
		for name := range values[p.Name] {
			inputs[name], _ = values[p.Name].Text(name)
		}
		line.Profiles[p.Name] = inputs
		if s.browser != s.public {
			if line.Browser == nil {
				line.Browser = map[string]string{}
			}
			line.Browser[p.Name] = s.browser + "/" + p.Name
		}
	}
	text, err := printable.MarshalJSON(line)
	if err != nil {
		return err
	}
	text = append(text, '\n') // a script can wait for a complete line
	if o.ready != "" {
		if err := atomicfile.Write(o.ready, text, 0o644); err != nil {
			return usagef(lang.Text{EN: "--ready-file %s: %v", ZH: "--ready-file %s：%v"}, o.ready, withoutPath(err))
		}
		s.readyFile = o.ready
	}
	return r.writeServing(c, line, text, profiles)
}

func (r *root) writeServing(c *cobra.Command, line serving, text []byte, profiles []*profile.Profile) error {
	switch {
	case r.format == render.Env:
		f := render.Fields{{Name: "profile", Value: profiles[0].Name}}
		for _, name := range profiles[0].InputNames() {
			f = append(f, render.Field{Name: name, Value: line.Profiles[profiles[0].Name][name]})
		}
		return r.writeNow(c, render.Result{Fields: f})
	case r.jq != "":
		var plain map[string]any
		if err := json.Unmarshal(text, &plain); err != nil {
			return err
		}
		var f render.Fields
		for _, name := range []string{"address", "profiles", "browser", "local", "ca_file"} {
			f = append(f, render.Field{Name: name, Value: plain[name]})
		}
		return r.writeNow(c, render.Result{Fields: f})
	case r.format == render.JSON:
		_, err := r.Out.Write(text)
		return err
	}
	var rows [][]string
	for _, p := range profiles {
		inputs := line.Profiles[p.Name]
		rows = append(rows, []string{p.Name, line.Address + "/" + p.Name, inputs["client_id"], inputs["client_secret"]})
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
