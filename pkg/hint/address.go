package hint

import (
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// address names the inputs in a step's address: their values, where those come from,
// and the profile's help for them, such as the vendor's hosts.
func (a Adviser) address(step profile.StepName) lang.Text {
	p := a.Profile
	if p == nil || p.Step(step) == nil {
		return lang.Text{}
	}
	var out []lang.Text
	for _, name := range p.AddressInputsInUse(p.Step(step)) {
		value, from := p.Shown(name)
		value = withoutUser(value)
		in := p.Inputs[name]
		help := lang.Text{EN: in.Help, ZH: in.HelpZH}
		out = append(out, lang.Sprintf(
			lang.Text{EN: "Check %s = %s [%s]%s.", ZH: "请核对 %s = %s [%s]%s。"}, name, value, from, after(lang.Text{EN: ": ", ZH: "："}, help),
		))
	}
	if len(out) == 0 {
		show := "ssoctl profile show " + p.Name
		return lang.Text{EN: "See the profile's addresses: " + show, ZH: "查看该接入配置的地址：" + show}
	}
	return lang.Join(out...)
}

// withoutUser hides the user and the password in an address.
func withoutUser(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(host, '@'); ok && at >= 0 {
		return scheme + "://…" + rest[at:]
	}
	return address
}

// after puts a separator before a text that is not empty.
func after(separator, t lang.Text) lang.Text {
	if t.IsZero() {
		return t
	}
	return lang.Text{EN: separator.EN + t.EN, ZH: separator.ZH + t.In(lang.ZH)}
}
