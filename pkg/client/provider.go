package client

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// provider is the OpenID provider that the profile's issuer names. As a [profile.Resolver]
// it supplies the endpoints that the profile lacks, and as an [oidc.Source] the keys.
type provider struct {
	c        *Client
	metadata *oidc.Metadata // nil until it is needed
	err      error          // why there is no metadata
	verifier *oidc.Verifier // nil until an id_token comes
}

// issuer returns the issuer, "" if the profile's endpoints do not come from metadata.
func (v *provider) issuer() (string, error) { return v.input(oidc.IssuerInput) }

// input returns the value of an input of a profile whose endpoints can come from metadata.
func (v *provider) input(name string) (string, error) {
	p := v.c.profile
	if !slices.ContainsFunc(p.InputNames(), oidc.IsEndpoint) {
		return "", nil
	}
	values, err := p.Values([]recipe.Placeholder{{Name: name, Optional: true}}, v.c.deps.Refs)
	text, _ := values.Text(name)
	return text, err
}

// redirects returns the issuer that a redirect has as iss, "" if it is unknown, and whether it
// always has that (RFC 9207 §2.4). It asks for the metadata only if the exchange needs that.
func (v *provider) redirects() (issuer string, always bool, err error) {
	if issuer, err = v.issuer(); err != nil || issuer == "" {
		return "", false, err
	}
	if token, err := v.input("token_url"); err != nil || token == "" || v.metadata == nil {
		return issuer, false, err
	}
	return issuer, v.metadata.NamesIssuer, nil
}

// Resolve implements [profile.Resolver] for the endpoints.
func (v *provider) Resolve(input string) (string, profile.Origin, error) {
	if !oidc.IsEndpoint(input) {
		return "", profile.Origin{}, nil
	}
	issuer, err := v.issuer()
	if err != nil || issuer == "" {
		return "", profile.Origin{}, err
	}
	m, err := v.read(issuer)
	if err != nil {
		return "", profile.Origin{}, err
	}
	if m.Endpoint(input) == "" {
		return "", profile.Origin{}, v.noEndpoint(input)
	}
	return m.Endpoint(input), discovered, nil
}

// Discover takes the endpoints that the profile lacks from the metadata of its issuer. It
// does nothing if the issuer is unknown.
func (c *Client) Discover() error {
	issuer, err := c.provider.issuer()
	if err != nil || issuer == "" {
		return err
	}
	m, err := c.provider.read(issuer)
	if err != nil {
		return err
	}
	for _, e := range oidc.Endpoints {
		_, declared := c.profile.Inputs[e.Input]
		_, origin := c.profile.Given(e.Input)
		if address := m.Endpoint(e.Input); declared && origin.From == "" && address != "" {
			if err := c.profile.Set(e.Input, address, discovered); err != nil {
				return err
			}
		}
	}
	return nil
}

// discovered is the origin of values of the metadata.
var discovered = profile.Origin{From: "discovery"}

// lacks reports whether a step is at an endpoint that the provider does not have, by its
// metadata. It may have none for userinfo: then the id_token says who logged in.
func (v *provider) lacks(s *profile.Step) bool {
	issuer, err := v.issuer()
	if err != nil || issuer == "" {
		return false
	}
	for _, ph := range s.URL.Placeholders() {
		if given, _ := v.c.profile.Given(ph.Name); given != "" || !oidc.IsEndpoint(ph.Name) {
			continue
		}
		if m, err := v.read(issuer); err == nil && m.Endpoint(ph.Name) == "" {
			return true
		}
	}
	return false
}

// noEndpoint returns the error for an endpoint that the metadata lacks. A provider needs no
// endpoint for a step that is not part of every login.
func (v *provider) noEndpoint(input string) error {
	lacks := oidc.NoEndpoint(input)
	if step := profile.StepOfEndpoint(input); step != "" && step.IsOwn() {
		return &profile.NotOfferedError{Profile: v.c.profile.Name, Step: step, Why: lang.Join(lang.Sprintf(lang.Text{
			EN: "The provider's metadata has no %s.", ZH: "提供方的元数据里没有 %s。",
		}, oidc.EndpointOf(input).Member), lacks.Advice)}
	}
	return v.c.oidcError(profile.StepDiscovery, lacks, nil)
}

// read returns the metadata, which it fetches once.
func (v *provider) read(issuer string) (oidc.Metadata, error) {
	if v.metadata == nil && v.err == nil {
		m, err := v.discover(issuer)
		v.metadata, v.err = &m, err
	}
	return *v.metadata, v.err
}

// know reads the metadata if the profile has an issuer.
func (v *provider) know() error {
	issuer, err := v.issuer()
	if err == nil && issuer != "" {
		_, err = v.read(issuer)
	}
	return err
}

// discover fetches the metadata of an issuer.
func (v *provider) discover(issuer string) (oidc.Metadata, error) {
	addresses, err := oidc.Addresses(issuer)
	if err != nil {
		return oidc.Metadata{}, v.c.oidcError(profile.StepDiscovery, err, nil)
	}
	var absent error // about the first address
	for _, at := range addresses {
		m, status, err := v.metadataAt(issuer, at, addresses)
		if err == nil || status == 0 || status >= http.StatusInternalServerError {
			return m, err
		}
		absent = cmp.Or(absent, err)
	}
	return oidc.Metadata{}, absent
}

// metadataAt returns the metadata of an issuer from one of its addresses. If there is something
// else, the error comes with the response's HTTP status.
func (v *provider) metadataAt(issuer, at string, addresses []string) (m oidc.Metadata, status int, err error) {
	for again := false; ; again = true {
		d, err := v.document(v.c.deps.Context, profile.StepDiscovery, at, again)
		if err != nil {
			return m, 0, err
		}
		status = d.head.StatusCode
		switch instead := v.absent(d.Response); {
		case !instead.IsZero():
			err = v.c.oidcError(profile.StepDiscovery, oidc.NotFound(instead, addresses...), d.head)
		default:
			if m, err = oidc.ReadMetadata(issuer, at, d.Value()); err == nil {
				d.keep()
				return m, 0, nil
			}
			status, err = 0, v.c.oidcError(profile.StepDiscovery, err, d.head)
		}
		if !d.kept {
			return oidc.Metadata{}, status, err
		}
	}
}

// keysAddress returns where the keys are: the value of the input, or what the metadata says. The
// error is about an address that cannot be trusted, too.
func (v *provider) keysAddress() (at string, err error) {
	if at, err = v.input(oidc.KeysInput); err == nil && at == "" { // the profile does not declare it
		at, _, err = v.Resolve(oidc.KeysInput)
	}
	if err == nil {
		err = v.c.oidcError(profile.StepKeys, oidc.CheckKeysAddress(at), nil)
	}
	return at, err
}

// Keys implements [oidc.Source].
func (v *provider) Keys(ctx context.Context, again bool) (set oidc.KeySet, err error) {
	if set.At, err = v.keysAddress(); err != nil {
		return set, err
	}
	d, err := v.document(ctx, profile.StepKeys, set.At, again)
	if err != nil {
		return set, err
	}
	keys, unreadable := key.ParseSet(d.body)
	usable := unreadable == nil && len(keys) > 0
	instead := v.absent(d.Response)
	switch {
	case d.kept && (!usable || !instead.IsZero()): // its file is damaged
		return v.Keys(ctx, true)
	case !instead.IsZero():
		text, from := v.c.profile.Given(oidc.KeysInput)
		return set, v.c.oidcError(profile.StepKeys, oidc.NoKeys(instead, set.At, text != "" && from != discovered), d.head)
	}
	set.JSON, set.Kept = d.body, d.kept
	if usable {
		d.keep()
	}
	return set, nil
}

// oidcError returns an error of package oidc as one of a step. Other errors stay as they
// are. resp may be nil.
func (c *Client) oidcError(step profile.StepName, err error, resp *http.Response) error {
	var e *oidc.Error
	if !errors.As(err, &e) {
		return err
	}
	problem := lang.Text{EN: c.scrub.Scrub(e.Problem.EN), ZH: c.scrub.Scrub(e.Problem.ZH)}
	out := &ProtocolError{Profile: c.profile.Name, Step: step, Problem: problem}
	advice := e.Advice
	if resp != nil {
		s := &profile.Step{Name: step}
		out = c.protocolError(s, resp, problem)
		advice = lang.Join(advice, WaitHint(c.refusal(s, resp, profile.Verdict{}).RetryAfter))
	}
	out.Advice, out.Claim = advice, e.Claim
	return out
}
