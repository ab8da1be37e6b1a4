package hint

import (
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

// InputAsFlag returns the error for an unknown flag that is named after an input of one of the
// profiles. It says how to give the input, and is nil if no profile has it.
func InputAsFlag(flag string, src profile.Sources, profiles ...string) error {
	name := strings.ReplaceAll(flag, "-", "_")
	for _, of := range profiles {
		p, err := profile.Load(of, src)
		if err != nil {
			continue
		}
		in, declared := p.Inputs[name]
		if !declared {
			continue
		}
		give := "--set " + name + "=…"
		if in.Secret {
			give = render.Variable(name)
		}
		return failure.Usagef(lang.Text{
			EN: "unknown flag: --%s; give this input with %s", ZH: "没有这个参数：--%s；请用 %s 给出这个输入项",
		}, flag, give)
	}
	return nil
}
