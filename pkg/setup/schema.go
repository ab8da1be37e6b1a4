package setup

import (
	"bytes"
	"path/filepath"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// schemaFile is the JSON Schema for editors, beside the configuration file. Editors cannot
// fetch it from an address, and this copy matches the version of ssoctl that reads the
// configuration.
const schemaFile = "ssoctl.schema.json"

// schemaLine names the schema as Taplo and Even Better TOML expect it: in the first comment
// of the file, relative to the file.
const schemaLine = "#:schema ./" + schemaFile + "\n"

// saveSchema writes the schema, or brings it up to date, if the configuration names it. Only
// an editor needs it, so the profile stays even if that fails.
func (s *Setup) saveSchema(configuration []byte) {
	if !bytes.HasPrefix(configuration, []byte(schemaLine)) {
		return
	}
	path := filepath.Join(filepath.Dir(s.Path), schemaFile)
	if err := writeWhole(path, profile.Schema(), 0o644); err != nil {
		s.Console.Warn(lang.Of(profile.Unwritable(path, err, lang.Text{})))
	}
}
