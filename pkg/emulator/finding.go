package emulator

import (
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// finding is one thing that is wrong with a request, or a remark on it.
type finding struct {
	kind profile.Kind // kind of refusal that it causes; "" if none
	text lang.Text    // what is wrong, without secrets; zero if problem says it
	// problem is the finding as a problem of the recipe, for Event.Problems.
	problem recipe.Problem
	code    string // the vendor's code for it; "" for the first of its kind
}

// severity is the order of a vendor's checks once it knows the client: the form of the
// request, its signature, and last the code or token.
var severity = []profile.Kind{profile.KindBadRequest, profile.KindMissingParameter, profile.KindInvalidClient}

// wholeParts are the members that stand for a whole request or a whole part of it.
var wholeParts = []string{"method", "content-type", "body", "query", "form", "json"}

// judge adds findings for the problems that the recipe found, for an unreadable body,
// and for inputs that do not match their pattern.
func (c *call) judge(bodyErr error) {
	if bodyErr != nil {
		c.findings = append(c.findings, finding{
			kind: profile.KindBadRequest, text: about("body", bodyErr),
			problem: recipe.Problem{Member: "body", Kind: recipe.Malformed, Got: secret.New(bodyErr.Error())},
		})
	}
	for _, p := range c.seen.Problems {
		if !c.withoutPKCE(p) {
			c.findings = append(c.findings, finding{kind: c.kindOf(p), problem: p})
		}
	}
	c.judgePKCE()
	c.judgeBearer()
	for _, name := range c.v.patterned {
		value := c.seen.Values[name].Reveal()
		if value == "" || c.v.patterns[name].MatchString(value) {
			continue
		}
		came := orNothing(value)
		if c.v.secret(name) {
			came = characters(len([]rune(value)))
		}
		c.found(profile.KindBadRequest, name, lang.Sprintf(lang.Text{EN: "%v; got %s", ZH: "%v，实际为 %s"}, c.v.p.Inputs[name].Mismatch(), came))
	}
}

// kindOf returns the kind of refusal that a problem causes.
func (c *call) kindOf(p recipe.Problem) profile.Kind {
	_, known := c.v.expect.Known[p.Placeholder]
	switch {
	case tolerated(p):
		return ""
	case p.Member == "headers.Authorization" && p.Kind != recipe.Malformed && c.s.scheme() == bearer:
		return profile.KindInvalidToken // no token was sent (RFC 6750 §3.1)
	case recipe.IsClientAuth(p.Placeholder):
		return profile.KindInvalidClient
	case c.isToken(p) && (p.Inside != "" || p.Kind != recipe.Missing):
		return profile.KindInvalidClient
	case p.Kind == recipe.Missing:
		return profile.KindMissingParameter
	case p.Kind == recipe.Differs && (known || c.isDerived(p.Placeholder)):
		return profile.KindInvalidClient
	}
	return profile.KindBadRequest
}

// rank returns the position of a finding in the order of a vendor's checks. An
// unreadable request comes first, then the client's credentials, which gateways check
// before other members. Findings that do not cause a refusal come last.
func (c *call) rank(f finding) int {
	credential := c.v.isCredential(f.problem.Placeholder)
	switch i := slices.Index(severity, f.kind); {
	case f.kind == "":
		return len(severity) + 3
	case i < 0:
		return len(severity) + 2
	case f.kind == profile.KindBadRequest && (credential || slices.Contains(wholeParts, f.problem.Member)):
		return 0
	case credential:
		return 1
	default:
		return i + 2
	}
}

// decisive returns the finding that decides the refusal, and false if the request is
// not refused.
func (c *call) decisive() (finding, bool) {
	if len(c.findings) == 0 {
		return finding{}, false
	}
	first := slices.MinFunc(c.findings, func(a, b finding) int { return c.rank(a) - c.rank(b) })
	return first, first.kind != ""
}

// refusal returns the kind of refusal that the findings cause, or "" for none.
func (c *call) refusal() profile.Kind {
	f, _ := c.decisive()
	return f.kind
}

// found adds a finding about a placeholder of the step.
func (c *call) found(kind profile.Kind, placeholder string, text lang.Text) {
	member := c.s.member(placeholder)
	got, _ := c.seen.Text(placeholder)
	c.findings = append(c.findings, finding{kind: kind, text: about(member, text), problem: recipe.Problem{
		Member: member, Placeholder: placeholder, Kind: recipe.Differs, Got: secret.New(got),
	}})
}
