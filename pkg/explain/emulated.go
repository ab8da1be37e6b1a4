package explain

import (
	"bytes"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// emulated reads a line that an emulator logged about a request that it refused; nil for
// other lines.
func (e *explainer) emulated(line []byte) []Found {
	if !bytes.Contains(line, []byte(" refused: ")) {
		return nil
	}
	event, ok := ledger.ParseRefused(strings.TrimSpace(string(line)))
	if !ok {
		return nil
	}
	p := e.served(event.Path)
	if p == nil {
		return nil
	}
	f := Found{
		How: Listed, Profiles: []*profile.Profile{p}, Kind: event.Refusal, Status: event.Status, Emulated: true,
		Meaning: lang.Sprintf(lang.Text{
			EN: "The emulator refused %s %s: %s",
			ZH: "模拟器拒绝了 %s %s：%s",
		}, event.Method, printable.Text(event.Path), printable.Text(event.Diagnosis)),
	}
	if event.Step != "" {
		f.Steps = []profile.StepName{event.Step}
	}
	return []Found{f}
}

// served returns the profile that an emulator serves at a path; nil if there is none. The
// emulator's address may have a path too, before the name of the profile.
func (e *explainer) served(path string) *profile.Profile {
	for segment := range strings.SplitSeq(path, "/") {
		if i := slices.IndexFunc(e.profiles, func(p *profile.Profile) bool { return p.Name == segment }); i >= 0 {
			return e.profiles[i]
		}
	}
	return nil
}
