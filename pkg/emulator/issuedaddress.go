package emulator

import (
	"context"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// knowAddresses adds to v.expect the addresses that a client learns from a response, and
// sends later requests to. They have to be the emulator's: clients must not be sent to the
// real vendor.
func (v *vendor) knowAddresses() error {
	for _, s := range v.steps {
		name := v.issuedStart(s.URL)
		if name == "" {
			continue
		}
		for _, source := range v.steps {
			if _, reads := source.Read[name]; !reads {
				continue
			}
			address := v.inExample(source, source.Example, name)
			for _, also := range source.Also {
				if other := v.inExample(source, also.Example, name); other != "" && !v.isBelow(other) {
					address = other
				}
			}
			if address == "" {
				break
			}
			if !v.isBelow(address) {
				return &profile.Error{Key: v.p.Name + "." + source.Name.Table() + ".example", Problem: lang.Sprintf(lang.Text{
					EN: "%s is %q, outside the emulator, and %s sends requests to it: write {base_url} in its place",
					ZH: "%s 是 %q，不在模拟器上，而 %s 会向它发送请求：请改用 {base_url}",
				}, name, address, s.Name)}
			}
			v.expect.Known[name] = address
			break
		}
	}
	return nil
}

// issuedStart returns the placeholder at the start of a URL, if a client learns it from a
// response.
func (v *vendor) issuedStart(t recipe.Template) string {
	first := t.Placeholders()
	if len(first) == 0 || !strings.HasPrefix(string(t), "{"+first[0].Name) {
		return ""
	}
	if _, isInput := v.p.Inputs[first[0].Name]; isInput {
		return ""
	}
	return first[0].Name
}

// isBelow reports whether an address is the vendor's base, or below it.
func (v *vendor) isBelow(address string) bool {
	return address == v.base || strings.HasPrefix(address, v.base+"/")
}

// inExample returns the value that a client reads from an example of the step.
func (v *vendor) inExample(s *step, t recipe.Template, name string) string {
	example, _ := profile.ParseExample(s.Response, t) // lint reports what is wrong with it
	filled := example.Fill(func(placeholder string) (string, bool) {
		text, isInput := v.inputs.Text(placeholder)
		if !isInput {
			text = "1"
		}
		return text, true
	})
	ctx := context.Background()
	decoded, _ := s.Decode(filled.Status, filled.Header, []byte(filled.Body))
	read, _ := s.reader.Read(ctx, decoded) // the context does not end
	return profile.Text(read[name])
}
