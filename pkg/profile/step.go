package profile

import (
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Step is one request to the vendor and how to read its response. [authorize] is not
// sent: it is the address that the browser opens.
type Step struct {
	recipe.Recipe
	Reply

	Name     StepName          `toml:"-"`
	Also     []Also            `toml:"also"`     // other requests that the vendor accepts, see [Step.Alternatives]
	Response string            `toml:"response"` // form of a response that is not JSON or markup: "", ResponseForm or ResponseText
	Read     map[string]string `toml:"read"`     // jq expressions, by the name of the value that they yield
	Lifetime time.Duration     `toml:"lifetime"` // lifetime of the token if the response has none
	Example  recipe.Template   `toml:"example"`  // an example response
	Source   string            `toml:"source"`   // where the knowledge of the step comes from: one of Known, or ""
	Guess    string            `toml:"guess"`    // what about the step is unverified; "" if nothing
	GuessZH  string            `toml:"guess_zh"`

	// Again is only in [token]: what the vendor does when the token is fetched again, see
	// [Reissue].
	Again string `toml:"again"`

	// Only in the vendor's own steps. With is StepUserInfo or StepDetails if the step runs
	// whenever that one does.
	With StepName `toml:"with"`

	// Only in [authorize]:
	Scan     bool     `toml:"scan"`
	State    string   `toml:"state"` // "", StateRedirect or StateOptional
	Callback Callback `toml:"callback"`
}

// Values of state in [authorize], for vendors that do not simply return the state
// parameter.
const (
	StateRedirect = "redirect" // the vendor has no state: put it into the redirect_uri
	StateOptional = "optional" // some callbacks have no state
)

// Values of response in a step. Without it, the media type decides.
const (
	ResponseForm = "form" // as in application/x-www-form-urlencoded
	ResponseText = "text" // one string
)

// stateValues, typeValues and responseValues are the allowed values of state in [authorize],
// of type in an input, and of response in a step, besides "".
var (
	responseValues = []string{ResponseForm, ResponseText}

	stateValues = []string{StateRedirect, StateOptional}
	typeValues  = []string{"int", "bool"}
)

// Callback describes the vendor's redirect back to the redirect_uri.
type Callback struct {
	Code     []string      `toml:"code"`     // possible names of the code parameter; default "code"
	Lifetime time.Duration `toml:"lifetime"` // lifetime of the code
	Once     bool          `toml:"once"`     // a refused request uses the code up, too
	First    []string      `toml:"first"`    // parameters that come only with a user's first login
	// None means that nothing comes back: callback = false. [authorize] then is a link into
	// the vendor.
	None bool `toml:"-"`
}

func (c Callback) isZero() bool {
	return len(c.Code) == 0 && c.Lifetime == 0 && !c.Once && len(c.First) == 0
}

// at returns the path of one of the step's keys.
func (s *Step) at(keys ...string) []string { return append(s.Name.path(), keys...) }

// AgainSame is a value of again in [token]: the token that is still valid is returned again.
const AgainSame = "same"

// Reissue reads the key again: what happens to the application's token when the same request
// fetches it again. If same, the valid one comes back. If ends, a new one comes back, and the
// old one ends after the time left. Otherwise both are valid.
func Reissue(again string) (same, ends bool, left time.Duration) {
	if again == "" || again == AgainSame {
		return again == AgainSame, false, 0
	}
	left, err := time.ParseDuration(again)
	return false, err == nil && left >= 0, left
}

// Sends reports whether the step sends a request. One that only yields values does not.
func (s *Step) Sends() bool { return s.Yields == nil }

// Uses reports whether the step's request contains the placeholder, required or
// optional.
func (s *Step) Uses(name string) bool {
	return slices.ContainsFunc(s.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == name })
}

// Requires reports whether the step's request contains the placeholder as a required
// one.
func (s *Step) Requires(name string) bool {
	return slices.Contains(s.Placeholders(), recipe.Placeholder{Name: name})
}

// SendsTime reports whether the request contains the time, or a signature, which often does.
func (s *Step) SendsTime() bool {
	timed := s.Sign != nil || s.Uses("timestamp") || s.Uses("timestamp_ms")
	s.EachMake(func(_ string, m recipe.Make) { timed = timed || m.Time != "" })
	return timed
}

// GuessText says what is unverified about the step; it is empty if nothing is.
func (s *Step) GuessText() lang.Text { return lang.Text{EN: s.Guess, ZH: s.GuessZH} }
