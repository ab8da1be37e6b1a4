// Package profiles holds the built-in descriptions: one TOML file for each
// integration, and files without steps that others extend.
package profiles

import "embed"

// FS holds the files.
//
//go:embed *.toml
var FS embed.FS
