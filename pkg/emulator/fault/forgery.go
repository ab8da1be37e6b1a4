package fault

import (
	"slices"

	"ssoctl/pkg/profile"
)

// Where [Forgeries] are, besides the steps of a profile: the steps that an OpenID provider
// adds, and the redirect that brings the code to the application.
const (
	StepDiscovery profile.StepName = "discovery"
	StepJWKS      profile.StepName = "jwks"
	AtCallback    profile.StepName = "callback"
)

// IDToken begins the kinds of faults that forge an id_token.
const IDToken = "id_token."

// Forgery is a kind of fault in which an OpenID provider, or somebody in its place, states
// something false in an otherwise successful response. A client has to notice it.
type Forgery struct {
	At   profile.StepName // "" for each step that returns an id_token
	Kind string
	Text string // what is false
}

// Forgeries lists the kinds of forgeries.
var Forgeries = []Forgery{
	{"", IDToken + "bad_signature", "the signature was changed"},
	{"", IDToken + "none", "not signed: alg is none"},
	{"", IDToken + "aud", "for another client"},
	{"", IDToken + "iss", "from another issuer"},
	{"", IDToken + "exp", "expired an hour ago"},
	{"", IDToken + "azp", "for two audiences, and azp is the other one"},
	{"", IDToken + "nonce", "the nonce of another login"},
	{"", IDToken + "sub", "another user than that of userinfo"},
	{"", IDToken + "kid", "the header names a key that the JWKS does not have"},
	{"", IDToken + "at_hash", "the hash of another access token"},
	{"", IDToken + "garbage", "not a JWT"},
	{StepJWKS, "empty", "no keys"},
	{StepJWKS, "rotated", "only a key that is not in use any more or yet"},
	{StepDiscovery, "issuer_mismatch", "the metadata of another issuer"},
	{AtCallback, "iss", "the iss of another issuer (RFC 9207)"},
}

// Forges reports whether the fault is one of [Forgeries].
func (f *Fault) Forges() bool {
	return slices.ContainsFunc(Forgeries, func(g Forgery) bool {
		return g.Kind == f.Kind && (f.Step == "" || g.At == "" || string(g.At) == f.Step || g.At == AtCallback && f.Step == string(profile.StepAuthorize))
	})
}
