// Package verify holds a profile against exchanges that were recorded or
// transcribed, and says what differs: what a client would send otherwise, and
// what of the vendor's answer it would not find.
package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/exchange"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// Difference is one way in which a profile and an exchange do not fit.
type Difference struct {
	Where  string // one of Places
	Member string // such as json.appId of a request, or access_token of an answer
	Kind   Kind
	// Expected is what the profile says, Got what the exchange holds; either may
	// be empty. Neither holds a secret that the exchange was not given.
	Expected, Got string
	// Minor is true of what need not be wrong: a member that not every answer has.
	Minor bool
}

// Places are where differences are found.
const (
	InRequest  = "request"
	InAnswer   = "answer"
	InCallback = "callback"
)

// Kind says what the matter is with a member.
type Kind string

// The kinds of differences.
const (
	Missing   Kind = "missing"   // the profile has it, the exchange has not
	Added     Kind = "added"     // the exchange has it, nothing in the profile reads it
	Differs   Kind = "differs"   // both have it, with different values
	Malformed Kind = "malformed" // it has not the form that the profile says
	Renamed   Kind = "renamed"   // something like it is there under another name
	Retyped   Kind = "type"      // it is there, of another JSON type
	Unlisted  Kind = "unlisted"  // a refusal with a code that the profile does not list
	Unknown   Kind = "unknown"   // no step of the profile is for this
	Unusable  Kind = "unusable"  // an answer that no client can read
)

// String is the difference in one line.
func (d Difference) String() string {
	return d.Where + ": " + d.Member + ": " + d.Text()
}

// Text says what the matter is, without the place and the member.
func (d Difference) Text() string {
	switch d.Kind {
	case Missing:
		return "is missing" + quoted("; the profile has %s", d.Expected)
	case Added:
		return "is in the recording, but nothing in the profile reads it"
	case Renamed:
		return fmt.Sprintf("is not found by %s; the answer has %s", d.Expected, d.Got)
	case Retyped:
		return fmt.Sprintf("is a %s, not a %s as in the profile's example", d.Got, d.Expected)
	case Unlisted:
		return "is refused with " + d.Got + ", which is not among the profile's refusals"
	case Malformed:
		return "has not the form expected: " + d.Expected + quoted(", but %s", d.Got)
	case Unknown, Unusable:
		return d.Got
	}
	return "differs: expected " + d.Expected + ", recorded " + d.Got
}

func quoted(format, text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf(format, text)
}

// Verifier holds one profile.
type Verifier struct {
	// Load returns the profile anew: its inputs are set to what each exchange was
	// given.
	Load func() (*profile.Profile, error)
	// Refs are for references among the profile's values.
	Refs secret.Resolver
}

// Exchange returns what differs, nil when nothing does. The error is about the
// profile.
func (v Verifier) Exchange(ctx context.Context, x *exchange.Exchange) ([]Difference, error) {
	p, err := v.Load()
	if err != nil {
		return nil, err
	}
	s := p.Step(x.Step)
	if s == nil {
		if slices.Contains(profile.StepNames, x.Step) {
			return []Difference{{Where: InRequest, Member: "step", Kind: Unknown, Got: p.Name + " does not offer the step " + x.Step}}, nil
		}
		return []Difference{{Where: InRequest, Member: "path", Kind: Unknown, Expected: places(p), Got: "no step of " + p.Name + " is for it: it has " + places(p)}}, nil
	}
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	differences, err := v.request(p, s, x)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Name == "authorize":
		differences = append(differences, callback(s, x)...)
	case x.Response.Start != "":
		a := answered{p: p, s: s, reader: reader, x: x}
		differences = append(differences, a.differences(ctx)...)
	}
	return differences, nil
}

// places lists what the profile has, for one who asked elsewhere.
func places(p *profile.Profile) string {
	var out []string
	for _, s := range p.Steps() {
		if place := s.Method + " " + string(s.URL); !slices.Contains(out, place) { // grants share one
			out = append(out, place)
		}
	}
	return strings.Join(out, ", ")
}
