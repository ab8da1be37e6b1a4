//go:build unix

package private

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"ssoctl/pkg/lang"
)

const noFollow = syscall.O_NOFOLLOW

// check returns an [*Error] if another user owns the file, or if its mode has one of
// the forbidden bits. In the latter case open describes the problem.
func check(path string, info fs.FileInfo, forbidden fs.FileMode, open lang.Text) error {
	if owner := info.Sys().(*syscall.Stat_t).Uid; int(owner) != os.Geteuid() {
		return &Error{path, lang.Sprintf(lang.Text{
			EN: "belongs to another user (uid %d)", ZH: "属于其他用户（uid %d）",
		}, owner)}
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 {
		open.EN, open.ZH = fmt.Sprintf("%s (mode %04o)", open.EN, mode), fmt.Sprintf("%s（权限 %04o）", open.ZH, mode)
		return &Error{path, open}
	}
	return nil
}
