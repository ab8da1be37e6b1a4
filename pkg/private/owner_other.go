//go:build !unix

package private

import (
	"io/fs"

	"ssoctl/pkg/lang"
)

const noFollow = 0

// check accepts everything. These systems have no Unix modes, and folders in a user's
// profile inherit permissions that keep other users out.
func check(string, fs.FileInfo, fs.FileMode, lang.Text) error { return nil }
