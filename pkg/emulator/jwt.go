package emulator

import (
	"encoding/json"
	"fmt"
	"time"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// checkTokens checks the times of the JWTs that the client makes. The emulator's clock and
// the client's may differ by maxSkew.
func (c *call) checkTokens() {
	c.s.EachMake(func(name string, m recipe.Make) {
		if m.JWT == nil {
			return
		}
		token, err := signkey.ReadToken(c.seen.Values[name].Reveal())
		if err != nil {
			return // not sent, or reported by the recipe
		}
		var claims map[string]any
		if json.Unmarshal(token.Payload, &claims) != nil {
			return
		}
		for _, claim := range recipe.TimeClaims {
			seconds, is := claims[claim].(float64)
			if problem := c.untimely(claim, seconds); is && problem != "" {
				c.found(profile.KindInvalidClient, name, "claims."+claim+": "+problem)
			}
		}
	})
}

// untimely says what is wrong with the time in a claim, or returns "".
func (c *call) untimely(claim string, seconds float64) string {
	const latest = 1e11 // the year 5138; a larger number is in milliseconds
	if seconds > latest || seconds < 0 {
		return "is not a time in seconds since 1970"
	}
	at := time.Unix(int64(seconds), 0)
	ahead := at.Sub(c.now)
	clock := fmt.Sprintf(" the emulator's clock (%s): set the clock of the machine that sent it", c.now.UTC().Format(time.RFC3339))
	switch {
	case claim == "exp" && -ahead > maxSkew:
		return "expired " + ago(-ahead) + " before the emulator's clock (" + c.now.UTC().Format(time.RFC3339) + ")"
	case claim != "exp" && ahead > maxSkew:
		return "is " + ago(ahead) + " ahead of" + clock
	}
	return ""
}

// insideToken describes a wrong value in a JWT.
func (c *call) insideToken(p recipe.Problem) string {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	if !c.open(p) {
		expected, got = secret.Mask(expected), secret.Mask(got)
	}
	text := p.Inside + ": "
	switch {
	case p.Inside == "signature":
		return text + "is wrong: " + expected
	case p.Kind == recipe.Missing && expected == "":
		return text + "is missing"
	case p.Kind == recipe.Missing:
		return text + "is missing: expected " + printable.Value(expected)
	case p.Kind == recipe.Malformed:
		return text + "expected " + expected + ", got " + orNothing(got)
	}
	return text + "expected " + orNothing(expected) + ", got " + orNothing(got)
}

// isToken reports whether a problem is about a JWT that the client makes.
func (c *call) isToken(p recipe.Problem) bool {
	m, is := c.s.Make(p.Placeholder)
	return p.Inside != "" || is && m.JWT != nil
}
