package client

import (
	"slices"

	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// ClientAuth is how the client authenticated in a request, if the server may have expected
// another way.
type ClientAuth struct {
	Method   string   // of [recipe.AuthMethod]
	Offered  []string // what the issuer's metadata names instead; nil if it names the method
	Audience string   // of the JWT; "" for other methods
	Aimed    Audience // the kind of recipient
}

// authenticate decides how the client authenticates in the steps, and completes values with
// what that needs. It sends nothing. The error is a [*profile.MissingError] or a
// [*profile.Error].
func (c *Client) authenticate(steps []*profile.Step, values recipe.Values) error {
	without := slices.IndexFunc(steps, lacksJWT)
	method, _ := c.method(values, without < 0)
	if method == "" {
		return nil
	}
	if recipe.IsJWTAuth(method) && without >= 0 {
		_, from := c.profile.Given(recipe.AuthMethod)
		return &profile.Error{File: from.File, Line: from.Line, Key: recipe.AuthMethod, Problem: lang.Sprintf(lang.Text{
			EN: "%s cannot be used: %s of %s does not accept a JWT", ZH: "不能用 %s：%[3]s 的 %[2]s 不接受 JWT",
		}, method, steps[without].Name, c.profile.Name)}
	}
	values[recipe.AuthMethod] = method
	if !recipe.IsJWTAuth(method) {
		return nil
	}
	return c.prepareJWT(method, values)
}

// lacksJWT reports whether a step authenticates the client, but not by a JWT.
func lacksJWT(s *profile.Step) bool {
	return slices.ContainsFunc(recipe.ClientAuth, s.Uses) && !slices.ContainsFunc(s.Placeholders(), func(p recipe.Placeholder) bool { return recipe.IsAssertion(p.Name) })
}

// AuthMethod returns how the client authenticates, and what decided that: a setting, the issuer's
// metadata, or what the client has. It is "" if the profile leaves no choice. It sends a request
// for the metadata if that decides.
func (c *Client) AuthMethod() (method string, by lang.Text, err error) {
	names := []recipe.Placeholder{{Name: recipe.AuthMethod, Optional: true}, {Name: recipe.ClientKey, Optional: true}, {Name: "client_secret", Optional: true}}
	values, err := c.profile.Values(names, c.deps.Refs)
	if err != nil {
		return "", by, err
	}
	jwt := !slices.ContainsFunc(c.profile.Steps(), lacksJWT)
	if given, _ := c.profile.Given("token_url"); given == "" && c.authIsOpen(values) && c.possible(values, jwt)[0] != recipe.AuthMethodNone {
		if err := c.provider.know(); err != nil {
			return "", by, err
		}
	}
	method, by = c.method(values, jwt)
	return method, by, nil
}

// Authenticating returns the steps in which the client authenticates by a JWT; none if it does so
// in another way. Like [Client.AuthMethod], it may send a request.
func (c *Client) Authenticating() ([]*profile.Step, error) {
	if method, _, err := c.AuthMethod(); err != nil || !recipe.IsJWTAuth(method) {
		return nil, err
	}
	return slices.DeleteFunc(c.profile.Steps(), func(s *profile.Step) bool { return !s.Uses("jwt_auth") }), nil
}

// method chooses how the client authenticates. The user's setting decides, or a method in the
// profile other than the standard default. Otherwise it depends on what the client has, and
// on what the issuer's metadata names, if that was fetched. jwt says that the steps take a
// JWT.
func (c *Client) method(values recipe.Values, jwt bool) (method string, by lang.Text) {
	if !c.authIsOpen(values) {
		method, _ = values.Text(recipe.AuthMethod)
		_, by = c.profile.Shown(recipe.AuthMethod)
		return method, by
	}
	possible := c.possible(values, jwt)
	for _, method := range possible {
		if slices.Contains(c.offered(), method) {
			return method, lang.Text{EN: "discovery", ZH: "提供方元数据"}
		}
	}
	switch method = possible[0]; method {
	case recipe.AuthMethodNone:
		by = lang.Text{EN: "there is no client_secret", ZH: "没有 client_secret"}
	case recipe.AuthMethodKeyJWT:
		by = lang.Text{EN: "there is a client_key", ZH: "有 client_key"}
	default:
		by = lang.Text{EN: "default", ZH: "默认值"}
	}
	return method, by
}

// authIsOpen reports whether neither a setting nor the profile decides how the client
// authenticates.
func (c *Client) authIsOpen(values recipe.Values) bool {
	method, chooses := values.Text(recipe.AuthMethod)
	_, from := c.profile.Given(recipe.AuthMethod)
	return chooses && from.From == "default" && method == recipe.AuthMethodBasic
}

// possible returns the methods for which the client has the credentials, the usual one first.
func (c *Client) possible(values recipe.Values, jwt bool) []string {
	_, hasKey := values.Text(recipe.ClientKey)
	_, hasSecret := values.Text("client_secret")
	possible := []string{}
	if hasKey && jwt {
		possible = append(possible, recipe.AuthMethodKeyJWT)
	}
	if hasSecret {
		possible = append(possible, recipe.AuthMethodBasic, recipe.AuthMethodPost)
	}
	if hasSecret && jwt {
		possible = append(possible, recipe.AuthMethodSecretJWT)
	}
	if len(possible) == 0 {
		possible = append(possible, recipe.AuthMethodNone)
	}
	return possible
}

// offered returns the methods that the issuer's metadata names; nil if it is not known.
func (c *Client) offered() []string {
	if m := c.provider.metadata; m != nil {
		return m.AuthMethods
	}
	return nil
}

// prepareJWT adds to values the algorithm of the JWT and the id of the key.
func (c *Client) prepareJWT(method string, values recipe.Values) error {
	from := recipe.ClientKey
	if method == recipe.AuthMethodSecretJWT {
		from = "client_secret"
	}
	text, has := values.Text(from)
	if !has {
		return &profile.MissingError{Profile: c.profile.Name, Missing: []profile.MissingInput{{Name: from, Input: c.profile.Inputs[from]}}}
	}
	k := key.Shared(text)
	if method == recipe.AuthMethodKeyJWT {
		var err error
		if k, err = key.ParsePrivate(text); err != nil {
			return err // unreachable: checked with the other inputs
		}
		if _, given := values.Text(recipe.ClientKeyID); !given {
			values[recipe.ClientKeyID] = k.ID()
		}
		values[recipe.ClientCertificate] = k.Certificate()
	}
	alg, given := values.Text(recipe.AuthAlgorithm)
	if !given {
		alg = c.algorithm(k)
		values[recipe.AuthAlgorithm] = alg
	}
	if err := k.FitsAlgorithm(key.Algorithm(alg)); err != nil {
		return &profile.Error{Key: recipe.AuthAlgorithm, Problem: lang.Of(err)}
	}
	return nil
}

// algorithm returns that of a key or, if the issuer's metadata names others, the first of
// those that fit.
func (c *Client) algorithm(k key.Key) string {
	own := string(k.Algorithm())
	if m := c.provider.metadata; m != nil && !slices.Contains(m.AuthAlgorithms, own) {
		for _, name := range m.AuthAlgorithms {
			if k.FitsAlgorithm(key.Algorithm(name)) == nil {
				return name
			}
		}
	}
	return own
}

// Audience is the intended recipient of the JWT with which a client authenticates.
type Audience string

// The audiences that servers usually expect.
const (
	AudienceIssuer   Audience = "issuer"
	AudienceEndpoint Audience = "endpoint"
)

// aimed returns which of the usual audiences aud is; "" if it is another.
func aimed(s *profile.Step, values recipe.Values, aud string) Audience {
	if issuer, _ := values.Text(oidc.IssuerInput); aud == issuer {
		return AudienceIssuer
	}
	if endpoint, err := s.URL.Expand(values.Text); err == nil && aud == endpoint {
		return AudienceEndpoint
	}
	return ""
}

// authUsed returns how the client authenticated in a step; zero if there is nothing to say
// about it.
func (c *Client) authUsed(s *profile.Step, values recipe.Values) ClientAuth {
	method, has := values.Text(recipe.AuthMethod)
	out := ClientAuth{Method: method}
	if offered := c.offered(); !slices.Contains(offered, method) {
		out.Offered = offered
	}
	if recipe.IsJWTAuth(method) {
		out.Audience, _ = s.Audience(values).Expand(values.Text)
		out.Aimed = aimed(s, values, out.Audience)
	}
	if !has || !slices.ContainsFunc(recipe.ClientAuth, s.Uses) || out.Offered == nil && out.Audience == "" {
		return ClientAuth{}
	}
	return out
}
