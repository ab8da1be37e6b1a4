package profile

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/oidc"
)

// StepName is the name of a step. A step of the format has its own table, [NAME]. Any other
// name is one of the vendor's own steps, [step.NAME].
type StepName string

// The steps of the profile format.
const (
	StepAuthorize StepName = "authorize" // the address that the browser opens
	StepExchange  StepName = "exchange"  // a code for a token
	StepToken     StepName = "token"     // the application's own token
	StepRefresh   StepName = "refresh"   // a refresh token for a new token
	StepUserInfo  StepName = "userinfo"  // the user of a token or a code
	StepDetails   StepName = "details"   // more about the user
)

// The requests of OAuth 2.0 and OpenID Connect that are not part of every login. They are steps
// like a vendor's own, so that a profile can say how its vendor wants them.
const (
	StepRevoke     StepName = "revoke"     // RFC 7009: revokes a token
	StepIntrospect StepName = "introspect" // RFC 7662: what the server knows about a token
	// RFC 8628: a login on another device, and the token that it ends with.
	StepDevice      StepName = "device"
	StepDeviceToken StepName = "device_token"
	// StepLogout sends no request: ssoctl builds the address for a browser. A profile can say
	// that its vendor does not offer a logout.
	StepLogout StepName = "logout"
)

// The documents of an OpenID provider, which no profile describes.
const (
	StepDiscovery StepName = "discovery"
	StepKeys      StepName = "jwks"
)

// StepNames are the names of all steps of the format, in the order in which they run.
var StepNames = []StepName{StepAuthorize, StepExchange, StepToken, StepRefresh, StepUserInfo, StepDetails}

// KnownSteps are all steps that mean something to ssoctl, whether or not a profile offers
// them.
var KnownSteps = slices.Concat(StepNames, []StepName{StepRevoke, StepIntrospect, StepDevice, StepDeviceToken, StepLogout})

// StepOfEndpoint returns the step that uses the endpoint of an input such as token_url; ""
// for jwks_url, which no step uses, and for any other input.
func StepOfEndpoint(input string) StepName {
	return map[string]StepName{
		"authorize_url":  StepAuthorize,
		"token_url":      StepExchange,
		"userinfo_url":   StepUserInfo,
		"revoke_url":     StepRevoke,
		"introspect_url": StepIntrospect,
		"device_url":     StepDevice,
		oidc.LogoutInput: StepLogout,
	}[input]
}

// ownTable is the table with the vendor's own steps.
const ownTable = "step"

// IsOwn reports whether the name is not one of the format's: the step is the vendor's own.
func (n StepName) IsOwn() bool { return !slices.Contains(StepNames, n) }

// Table returns the key of the step's table, such as exchange or step.NAME.
func (n StepName) Table() string { return strings.Join(n.path(), ".") }

func (n StepName) path() []string {
	if n.IsOwn() {
		return []string{ownTable, string(n)}
	}
	return []string{string(n)}
}

// StepOf returns the step whose table contains the path of a member, and the rest of the
// path, which begins with the step's key. ok is false if the path is not in a step.
func StepOf(path []string) (name StepName, rest []string, ok bool) {
	switch {
	case len(path) > 2 && path[0] == ownTable:
		return StepName(path[1]), path[2:], true
	case len(path) > 1 && !StepName(path[0]).IsOwn():
		return StepName(path[0]), path[1:], true
	}
	return "", nil, false
}

// isStepName reports whether one of the vendor's own steps can have the name.
func isStepName(name string) bool {
	return stepName().MatchString(name)
}

var stepName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`) })
