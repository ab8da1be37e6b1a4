package emulator

import (
	"encoding/json"
	"path/filepath"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

// Ready says where a running emulator is and what it expects: the ready file, and the line
// of ssoctl emulate -o json.
type Ready struct {
	Address  string                       `json:"address"`
	Profiles map[string]map[string]string `json:"profiles"`          // inputs, by profile
	Browser  map[string]string            `json:"browser,omitempty"` // base_url for a browser, by profile; if it differs
	Local    string                       `json:"local,omitempty"`   // the address on this machine, if it differs from Address
	CAFile   string                       `json:"ca_file,omitempty"` // the CA certificate to trust
}

// NewReady describes a server at these addresses that expects these inputs of each profile.
// Secrets become plain text, because an emulator's secrets are made up. caFile is "" unless
// clients must trust a CA.
func NewReady(at Addresses, caFile string, inputs map[string]recipe.Values) (Ready, error) {
	out := Ready{Address: at.Public, Profiles: map[string]map[string]string{}}
	if at.Local != at.Public {
		out.Local = at.Local
	}
	if caFile != "" {
		var err error
		if out.CAFile, err = filepath.Abs(caFile); err != nil {
			return Ready{}, err
		}
	}
	if at.Browser != at.Public {
		out.Browser = map[string]string{}
	}
	for name, values := range inputs {
		out.Profiles[name] = texts(values)
		if out.Browser != nil {
			out.Browser[name] = at.Browser + "/" + name
		}
	}
	return out, nil
}

// texts returns values as text, secrets included.
func texts(values recipe.Values) map[string]string {
	out := map[string]string{}
	for name := range values {
		out[name], _ = values.Text(name)
	}
	return out
}

// Line returns r as a line of JSON with a newline, so that a script can wait for a complete
// line.
func (r Ready) Line() ([]byte, error) {
	text, err := printable.MarshalJSON(r)
	return append(text, '\n'), err
}

// Result returns what to print about an emulator of these profiles. In a format of variables,
// there must be one profile, and the result is its inputs.
func (r Ready) Result(profiles []*profile.Profile, f render.Format) (render.Result, error) {
	if f.OfVariables() {
		only := profiles[0]
		fields := render.Fields{{Name: "profile", Value: only.Name}}
		for _, name := range only.InputNames() {
			var value any = r.Profiles[only.Name][name]
			if only.Inputs[name].Secret {
				value = secret.New(r.Profiles[only.Name][name])
			}
			fields = append(fields, render.Field{Name: name, Value: value})
		}
		return render.Result{Fields: fields}, nil
	}
	out := render.Result{Table: &render.Table{Head: []lang.Text{{EN: "PROFILE", ZH: "接入配置"}, {EN: "BASE_URL"}, {EN: "CLIENT_ID"}, {EN: "CLIENT_SECRET"}}}}
	for _, p := range profiles {
		inputs := r.Profiles[p.Name]
		out.Table.Rows = append(out.Table.Rows, []string{p.Name, r.Address + "/" + p.Name, inputs["client_id"], inputs["client_secret"]})
	}
	line, err := r.Line()
	if err != nil {
		return out, err
	}
	var members map[string]any
	if err := json.Unmarshal(line, &members); err != nil {
		return out, err
	}
	for _, name := range []string{"address", "profiles", "browser", "local", "ca_file"} {
		out.Fields = append(out.Fields, render.Field{Name: name, Value: members[name]})
	}
	return out, nil
}
