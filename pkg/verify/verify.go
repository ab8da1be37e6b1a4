// Package verify compares a profile with recorded or transcribed exchanges and reports
// what differs: what a client would send differently, and what it would not find in the
// vendor's response.
//
// Set up a [Verifier] and call [Verifier.Exchange] for each exchange. [Outcome] says what
// a client reads from one response, and [Feeds] which members it reads.
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

// Difference is one way in which an exchange does not match the profile.
type Difference struct {
	Where  string // [InRequest], [InAnswer] or [InCallback]
	Member string // such as json.appId in a request, or access_token in a response
	Kind   Kind
	// Expected is what the profile says, Got what the exchange has; either may be
	// empty. They contain only secrets that the exchange was given.
	Expected, Got string
	// Minor marks what may be fine: a member that not every response has.
	Minor bool
}

// The values of Difference.Where. InAnswer is the response.
const (
	InRequest  = "request"
	InAnswer   = "answer"
	InCallback = "callback"
)

// Kind says what is wrong with a member.
type Kind string

// The kinds of difference.
const (
	Missing   Kind = "missing"   // in the profile, not in the exchange
	Added     Kind = "added"     // in the exchange, but nothing in the profile reads it
	Differs   Kind = "differs"   // the values differ
	Malformed Kind = "malformed" // not in the form that the profile expects
	Renamed   Kind = "renamed"   // a similar member has another name
	Retyped   Kind = "type"      // the JSON type differs
	Unlisted  Kind = "unlisted"  // a refusal with a code that the profile does not list
	Unknown   Kind = "unknown"   // the profile has no step for this request
	Unusable  Kind = "unusable"  // a response that no client can read
)

// String returns the difference in one line.
func (d Difference) String() string {
	return d.Where + ": " + d.Member + ": " + d.Text()
}

// Text describes the difference, without place and member.
func (d Difference) Text() string {
	switch d.Kind {
	case Missing:
		return "is missing" + quoted("; the profile has %s", d.Expected)
	case Added:
		return "is in the recording, but nothing in the profile reads it"
	case Renamed:
		return fmt.Sprintf("is not found by %s; the response has %s", d.Expected, d.Got)
	case Retyped:
		return fmt.Sprintf("is a %s; the profile's example has a %s", d.Got, d.Expected)
	case Unlisted:
		return "is " + d.Got + ", which the profile does not list among its refusals"
	case Malformed:
		return "is malformed: expected " + d.Expected + quoted(", got %s", d.Got)
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

// Verifier verifies exchanges against one profile.
type Verifier struct {
	// Load returns a fresh copy of the profile. The Verifier sets its inputs to the
	// values given in the exchange.
	Load func() (*profile.Profile, error)
	// Refs resolves references among the profile's values.
	Refs secret.Resolver
}

// Exchange returns the differences between the profile and x, or nil. The error is about
// the profile.
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
		return []Difference{{Where: InRequest, Member: "path", Kind: Unknown, Expected: places(p), Got: p.Name + " has no step for this request; its steps are " + places(p)}}, nil
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

// places lists the method and URL of every step.
func places(p *profile.Profile) string {
	var out []string
	for _, s := range p.Steps() {
		if place := s.Method + " " + string(s.URL); !slices.Contains(out, place) { // several grants share one
			out = append(out, place)
		}
	}
	return strings.Join(out, ", ")
}
