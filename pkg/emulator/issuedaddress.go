package emulator

import (
	"context"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// knowAddresses adds to s.expect the addresses that a client learns from a response, and
// sends later requests to. They must be the emulator's: clients must not be sent to the real
// vendor.
func (s *site) knowAddresses() error {
	for _, step := range s.requests {
		name := s.issuedStart(step.URL)
		at := slices.IndexFunc(s.requests, func(source *profile.Step) bool { _, reads := source.Read[name]; return reads })
		if name == "" || at < 0 {
			continue
		}
		source := s.requests[at]
		address, err := s.issuedAddress(source, name)
		if err != nil {
			return err
		}
		if address == "" {
			continue
		}
		if !s.isBelow(address) {
			return &profile.Error{Key: s.p.Name + "." + source.Name.Table() + ".example", Problem: lang.Sprintf(lang.Text{
				EN: "%s is %q, outside the emulator, and %s sends requests to it: write {base_url} in its place",
				ZH: "%s 是 %q，不在模拟器上，而 %s 会向它发送请求：请改用 {base_url}",
			}, name, address, step.Name)}
		}
		s.expect.Known[name] = address
	}
	return nil
}

// issuedAddress returns the address that a client reads from the examples of a step. If the
// examples differ, it prefers an address outside the emulator, which is an error. It returns
// "" if there is no address.
func (s *site) issuedAddress(step *profile.Step, name string) (string, error) {
	reader, err := s.p.Reader(step)
	if err != nil {
		return "", err
	}
	address := s.inExample(step, reader, step.Example, name)
	for _, also := range step.Also {
		if other := s.inExample(step, reader, also.Example, name); other != "" && !s.isBelow(other) {
			address = other
		}
	}
	return address, nil
}

// issuedStart returns the placeholder at the start of a URL, if a client learns it from a
// response.
func (s *site) issuedStart(t recipe.Template) string {
	first := t.Placeholders()
	if len(first) == 0 || !strings.HasPrefix(string(t), "{"+first[0].Name) {
		return ""
	}
	if _, isInput := s.p.Inputs[first[0].Name]; isInput {
		return ""
	}
	return first[0].Name
}

// isBelow reports whether an address is the profile's base_url, or below it.
func (s *site) isBelow(address string) bool {
	return address == s.base || strings.HasPrefix(address, s.base+"/")
}

// inExample returns the value that a client reads from an example of the step.
func (s *site) inExample(step *profile.Step, reader *profile.Reader, t recipe.Template, name string) string {
	example, _ := profile.ParseExample(step.Response, t) // lint reports what is wrong with it
	filled := example.Fill(func(placeholder string) (string, bool) {
		text, isInput := s.inputs.Text(placeholder)
		if !isInput {
			text = "1"
		}
		return text, true
	})
	ctx := context.Background()
	decoded, _ := step.Decode(filled.Status, filled.Header, []byte(filled.Body))
	read, _ := reader.Read(ctx, decoded) // the context does not end
	return profile.Text(read[name])
}
