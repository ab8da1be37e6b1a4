package emulator

import (
	"encoding/json"
	"time"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// checkTokens checks the times of the JWTs that the client makes, and that a JWT that
// authenticates the client is new.
func (e *Emulator) checkTokens(c *call) {
	for name, value := range c.seen.Values {
		if !c.s.isToken(name) {
			continue
		}
		token, err := signkey.ReadToken(value.Reveal())
		if err != nil {
			continue // reported by the recipe
		}
		claims := token.Claims()
		c.checkTimes(name, claims)
		if id, _ := claims["jti"].(string); recipe.IsAssertion(name) && c.refusal() == "" && e.sentBefore(c, name, id) {
			c.found(profile.KindInvalidClient, name, about("claims.jti", sentTwice)) // RFC 7523 §3
		}
	}
}

// checkTimes checks the times in a JWT. The emulator's clock and the client's may differ by
// maxSkew.
func (c *call) checkTimes(name string, claims map[string]any) {
	for _, claim := range recipe.TimeClaims {
		number, _ := claims[claim].(json.Number)
		seconds, err := number.Float64()
		if problem := c.untimely(claim, seconds); err == nil && !problem.IsZero() {
			c.found(profile.KindInvalidClient, name, about("claims."+claim, problem))
		}
	}
}

// isToken reports whether the value of a placeholder is a JWT that the client makes.
func (s *step) isToken(placeholder string) bool {
	m, is := s.Make(placeholder)
	return is && m.JWT != nil || recipe.IsAssertion(placeholder)
}

// untimely says what is wrong with the time in a claim; zero if nothing is.
func (c *call) untimely(claim string, seconds float64) lang.Text {
	const latest = 1e11 // the year 5138; a larger number is in milliseconds
	if seconds > latest || seconds < 0 {
		return lang.Text{EN: "is not a time in seconds since 1970", ZH: "不是自 1970 年起以秒为单位的时间"}
	}
	at := time.Unix(int64(seconds), 0)
	ahead := at.Sub(c.now)
	clock := c.now.UTC().Format(time.RFC3339)
	switch {
	case claim == "exp" && -ahead > maxSkew:
		return lang.Sprintf(lang.Text{EN: "expired %s before the emulator's clock (%s)", ZH: "已过期 %s（模拟器的时钟是 %s）"}, ago(-ahead), clock)
	case claim != "exp" && ahead > maxSkew:
		return lang.Sprintf(lang.Text{EN: "is %s ahead of the emulator's clock (%s): %s", ZH: "比模拟器的时钟快 %s（%s）：%s"}, ago(ahead), clock, setClock)
	}
	return lang.Text{}
}

// insideToken describes a wrong value in a JWT.
func (c *call) insideToken(p recipe.Problem) lang.Text {
	expected, got := p.Expected.Reveal(), p.Got.Reveal()
	if !c.mayShow(p) {
		expected, got = secret.Mask(expected), secret.Mask(got)
	}
	expected, got = c.scrubber().Scrub(expected), c.scrubber().Scrub(got)
	problem := expectedGot(orNothing(expected), orNothing(got))
	switch {
	case p.Inside == "signature":
		problem = lang.Sprintf(lang.Text{EN: "is wrong: %s", ZH: "不对：%s"}, inWords(p.ExpectedZH, expected))
	case p.Kind == recipe.Missing && expected == "":
		problem = isMissing
	case p.Kind == recipe.Missing:
		problem = lang.Sprintf(missingWants, printable.Value(expected))
	case p.Kind == recipe.Malformed:
		problem = expectedGot(inWords(p.ExpectedZH, expected), orNothing(got))
	}
	return about(p.Inside, problem)
}

// isToken reports whether a problem is about a JWT that the client makes.
func (c *call) isToken(p recipe.Problem) bool {
	return p.Inside != "" || c.s.isToken(p.Placeholder)
}
