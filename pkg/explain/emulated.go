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

// emulated reads a line that an emulator logged: about a request that it refused as the vendor,
// or about its administration, which has no reading because no vendor refused anything. ok is
// false for other lines.
func (e *explainer) emulated(line []byte) (found []Found, ok bool) {
	line = bytes.TrimSpace(line)
	event, ok := ledger.ParseRefused(line)
	if !ok {
		return nil, ledger.IsAdmin(line)
	}
	p := e.served(event.Path)
	if p == nil {
		return nil, false
	}
	f := Found{
		How: Listed, Profiles: []*profile.Profile{p}, Kind: event.Refusal, Status: event.Status, Emulated: true,
		Meaning: lang.Sprintf(lang.Text{EN: "The emulator refused %s %s", ZH: "模拟器拒绝了 %s %s"}, event.Method, printable.Text(event.Path)),
	}
	if event.Diagnosis != "" {
		f.Meaning = lang.Sprintf(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, f.Meaning, printable.Text(event.Diagnosis))
	}
	if event.Step != "" {
		f.Steps = []profile.StepName{event.Step}
	}
	if r, ok := refusalOf(p, event); ok {
		f.Code, f.Guess = r.CodeText(), r.GuessText()
		f.Meaning = lang.Join(f.Meaning, lang.Sprintf(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, f.Code, r.Text()))
	}
	return []Found{f}, true
}

// refusalOf returns the refusal that an emulator of p sent: the one with the code of the
// event and, if there are several, with its kind.
func refusalOf(p *profile.Profile, event ledger.Event) (profile.Refusal, bool) {
	i := slices.IndexFunc(p.Refusals, func(r profile.Refusal) bool {
		return r.CodeText() == event.VendorCode && r.Message == "" && r.Kind == event.Refusal
	})
	if i >= 0 {
		return p.Refusals[i], true
	}
	return p.Refusal(event.VendorCode, "")
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
