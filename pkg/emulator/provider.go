package emulator

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/sign"
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// A profile with a value of the input issuer and a step that returns an id_token is that of an OpenID
// provider. The emulator then serves the provider's metadata and keys, as two more steps.

// provider is what the emulator plays of an OpenID provider besides the profile's steps.
type provider struct {
	issuer  string
	jwksURI string
	iss     bool // callbacks have the parameter iss (RFC 9207), see namesIssuer
}

// isProvider reports whether the profile is for an OpenID provider: the profile or the user
// gives its issuer. An issuer that the emulator makes up does not count.
func isProvider(p *profile.Profile) bool {
	given, _ := p.Given(oidc.IssuerInput)
	return (given != "" || p.Inputs[oidc.IssuerInput].Example != "") && slices.ContainsFunc(p.Requests(), returnsIDToken)
}

func returnsIDToken(s *profile.Step) bool {
	return slices.ContainsFunc(s.Example.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == "id_token" })
}

// isDiscovered reports whether clients learn the provider's endpoints from its metadata: they
// are inputs of the profile.
func isDiscovered(p *profile.Profile) bool {
	for _, input := range []string{"authorize_url", "token_url", "userinfo_url"} {
		if _, has := p.Inputs[input]; !has {
			return false
		}
	}
	return isProvider(p)
}

// namesIssuer reports whether callbacks have iss. If the profile has an example of a
// callback, the example decides. Otherwise callbacks have iss if clients discover the
// provider, because it then follows the standards.
func namesIssuer(p *profile.Profile) bool {
	if p.Authorize == nil || p.Authorize.Example == "" {
		return isDiscovered(p)
	}
	return hasIss(p.Authorize.Example)
}

// hasIss reports whether an example of a callback has the parameter iss.
func hasIss(example recipe.Template) bool { return strings.Contains("&"+string(example), "&iss=") }

// signingAlgorithms are the algorithms of id_tokens with public keys. The first one is the
// default.
var signingAlgorithms = []signkey.Algorithm{"RS256", "ES256", "EdDSA"}

// algorithm returns the algorithm of the vendor's id_tokens, which an input can choose.
func (s *site) algorithm() signkey.Algorithm {
	return cmp.Or(s.chosenAlgorithm(oidc.AlgorithmInput), signingAlgorithms[0])
}

// chosenAlgorithm returns the algorithm in an input; "" if it has none, or one that the
// emulator cannot sign with: an HMAC needs a client with a secret.
func (s *site) chosenAlgorithm(input string) signkey.Algorithm {
	text, _ := s.inputs.Text(input)
	a := signkey.Algorithm(text)
	_, hasSecret := s.inputs.Text("client_secret")
	if slices.Contains(signingAlgorithms, a) || a.IsShared() && hasSecret && slices.Contains(signkey.Algorithms, a) {
		return a
	}
	return ""
}

// addProvider adds the steps of an OpenID provider, if the profile is for one and has no
// steps of these names.
func (s *site) addProvider() {
	if !isProvider(s.p) {
		return
	}
	issuer, _ := s.inputs.Text(oidc.IssuerInput)
	at := strings.TrimSuffix(below(s.base, issuer), "/")
	s.provider = &provider{issuer: issuer, jwksURI: at + "/jwks", iss: namesIssuer(s.p)}
	if text, ok := s.inputs.Text(oidc.KeysInput); ok {
		s.provider.jwksURI = below(s.base, text)
	}
	s.addDocument(profile.StepDiscovery, at+oidc.OpenIDPath, at+oidc.OAuthPath, inserted(at))
	s.addDocument(profile.StepKeys, s.provider.jwksURI)
}

// addDocument adds a step that returns the same document at each of the addresses.
func (s *site) addDocument(name profile.StepName, addresses ...string) {
	if !s.isDocument(name) {
		return
	}
	step := &profile.Step{Name: name, Recipe: recipe.Recipe{Method: http.MethodGet, URL: recipe.Template(addresses[0])}}
	step.OK = "true"
	for _, address := range addresses[1:] {
		step.Also = append(step.Also, profile.Also{Recipe: recipe.Recipe{URL: recipe.Template(address)}})
	}
	s.requests = append(s.requests, step)
}

// isDocument reports whether addProvider adds the step.
func (s *site) isDocument(name profile.StepName) bool {
	return s.provider != nil && (name == profile.StepDiscovery || name == profile.StepKeys) && s.p.Step(name) == nil
}

// sendsIss reports whether callbacks have iss.
func (s *site) sendsIss() bool { return s.provider != nil && s.provider.iss }

// addDocuments writes the responses of the steps of addProvider, true and forged. They
// contain no placeholders.
func (v *vendor) addDocuments() error {
	if v.provider == nil {
		return nil
	}
	keys, err := sign.New(signingAlgorithms...)
	if err != nil {
		return err
	}
	jwks, err := keys.JWKS()
	if err != nil {
		return err
	}
	v.addExamples(profile.StepDiscovery, v.metadata(v.provider.issuer), map[string]string{"issuer_mismatch": v.metadata(otherIssuer)})
	v.addExamples(profile.StepKeys, string(jwks), map[string]string{"empty": noKeys, "rotated": otherKeys})
	return nil
}

// addExamples sets the responses of a document's step. forged has the forged ones, by kind of
// fault.
func (v *vendor) addExamples(name profile.StepName, honest string, forged map[string]string) {
	if !v.isDocument(name) {
		return
	}
	s := v.step(name)
	s.Example, s.forged = recipe.Template(honest), map[string]profile.Example{}
	for kind, text := range forged {
		s.forged[kind], _ = profile.ParseExample("", recipe.Template(text))
	}
}

// writeDocument writes a document of addDocuments. Clients may cache it, but must check each
// time that it is unchanged (RFC 9111 §5.2.2.4), because a fault may change it.
func (c *call) writeDocument(w http.ResponseWriter, document profile.Filled) int {
	sum := sha256.Sum256([]byte(document.Body))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	setType(h, jsonText)
	h["Cache-Control"], h["Etag"] = noCache, []string{tag}
	h.Del("Pragma")
	if c.req.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	w.WriteHeader(document.Status)
	_, _ = io.WriteString(w, document.Body) // fails only if the client disconnected
	return document.Status
}

// inserted returns the address of the metadata in RFC 8414 §3.1, which has the well-known
// path between the issuer's host and path.
func inserted(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return issuer + oidc.OAuthPath // unreachable: it is below Options.Address
	}
	u.Path, u.RawPath = oidc.OAuthPath+u.Path, ""
	return u.String()
}

// metadataOf returns the profile whose metadata is at a path, or nil. The path is outside all
// profiles, because RFC 8414 puts the issuer's path after the well-known name.
func (e *Emulator) metadataOf(path string) *site {
	rest, ok := strings.CutPrefix(path, oidc.OAuthPath+e.root+"/")
	if !ok {
		return nil
	}
	name, _, _ := strings.Cut(rest, "/")
	if s := e.sites[name]; s != nil && s.provider != nil {
		return s
	}
	return nil
}
