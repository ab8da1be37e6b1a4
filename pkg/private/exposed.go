package private

import (
	"fmt"
	"io/fs"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/lang"
)

// Exposed warns about a file for which [OpenToAll] returned a mode.
func Exposed(path string, mode fs.FileMode) lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "other users of this machine can read or change %s (mode %s): chmod 600 %s",
		ZH: "本机其他用户能读取或修改 %s（权限 %s）：chmod 600 %s",
	}, path, fmt.Sprintf("%04o", mode), shellquote.Join(path))
}
