package emulator

import (
	"path/filepath"

	"ssoctl/pkg/printable"
	"ssoctl/pkg/recipe"
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

// NewReady returns what to say about a server at these addresses that expects these inputs
// of each profile. Secrets become plain text: those of an emulator are made up. caFile is ""
// unless clients have to trust a CA.
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

// Line returns r as a line of JSON with its end, so that a script can wait for a complete
// line.
func (r Ready) Line() ([]byte, error) {
	text, err := printable.MarshalJSON(r)
	return append(text, '\n'), err
}
