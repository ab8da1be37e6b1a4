package profile

import (
	"maps"
	"slices"
)

// role is everything about a step that depends on its name.
type role struct {
	takes    []string // the values, other than inputs, that a command can pass to it
	appToken bool     // its access_token is the application's own
	explicit bool     // it does not run just because another step needs its values
	user     bool     // its response is about a user, so it must have a subject
}

// ofToken are the values of a request about a token.
var ofToken = []string{"token", "token_type_hint"}

// inLogin are the values that a command can pass to a step that identifies a user.
var inLogin = []string{"code", "access_token", "nonce", "code_verifier"}

var roles = map[StepName]role{
	StepAuthorize: {takes: perLogin, explicit: true}, // its redirect ends a login
	StepExchange:  {takes: []string{"code", "nonce", "code_verifier"}},
	StepToken:     {appToken: true, explicit: true},
	StepRefresh:   {takes: []string{"refresh_token"}, explicit: true},
	StepUserInfo:  {takes: inLogin, user: true},
	StepDetails:   {takes: inLogin, user: true, explicit: true},

	StepRevoke:     {takes: ofToken, explicit: true},
	StepIntrospect: {takes: ofToken, explicit: true},

	StepDevice:      {explicit: true},
	StepDeviceToken: {takes: []string{"device_code"}, explicit: true},
}

// role returns the step's role. The vendor's own steps are part of a login, and other steps
// can use their values.
func (s *Step) role() role {
	if r, named := roles[s.Name]; named {
		return r
	}
	return role{takes: inLogin}
}

// takes reports whether a command can pass the value to the step.
func (s *Step) takes(name string) bool { return slices.Contains(s.role().takes, name) }

// Provides reports whether the step reads or yields a value of that name.
func (s *Step) Provides(name string) bool {
	_, reads := s.Read[name]
	_, yields := s.Yields[name]
	return reads || yields
}

// Provided returns the names of the values that the step reads or yields, sorted.
func (s *Step) Provided() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(s.Read)), maps.Keys(s.Yields))
	slices.Sort(names)
	return names
}

// Supplies returns the placeholder with which other steps use a value that the step reads.
func (s *Step) Supplies(read string) string {
	if read == "access_token" && s.role().appToken {
		return AppToken
	}
	return read
}

// Primary returns the name of the value that a response must have to be a success, if the
// step reads it.
func (s *Step) Primary() string {
	switch {
	case s.role().user:
		return "subject"
	case s.Name == StepDevice:
		return "device_code"
	}
	return "access_token"
}

// IsArgument reports whether a command accepts the value as a flag: some step takes it, and
// ssoctl does not make it anew for each login.
func IsArgument(name string) bool {
	for _, r := range roles {
		if slices.Contains(r.takes, name) && !IsPerLogin(name) {
			return true
		}
	}
	return name == AppToken
}
