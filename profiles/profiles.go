// Package profiles embeds the built-in profiles: one TOML file for each integration, and
// files without steps that others extend. Package profile reads them from [FS].
package profiles

import "embed"

// FS holds the files.
//
//go:embed *.toml
var FS embed.FS
