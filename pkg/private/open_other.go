//go:build !unix

package private

import "io/fs"

// OpenToAll is always false: these systems have no Unix modes.
func OpenToAll(string) (mode fs.FileMode, open bool) { return 0, false }

// OpenToOthers is always false, as OpenToAll is.
func OpenToOthers(string) (mode fs.FileMode, open bool) { return 0, false }
