package client

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// Authorization is a login that has begun: the address for the user, and what
// ties the callback and the exchange to it.
type Authorization struct {
	Profile, URL, RedirectURI string
	State                     string // sent as the vendor's parameter; "" when it has none
	Nonce                     string
	CodeVerifier              secret.String
	// Bound is false when nothing unguessable comes back with the code, so that
	// anybody's code would be taken for this login's.
	Bound    bool
	Lifetime time.Duration // of the address, as far as the profile knows; else zero
}

// AuthorizeOptions say how a login begins.
type AuthorizeOptions struct {
	RedirectURI string // "" means the profile's
	// Own says that RedirectURI is an address of ours that nobody has
	// registered: where the vendor has no state parameter, an unguessable part
	// is woven into it. A {state} in a redirect_uri asks for the same.
	Own    bool
	State  string     // "" means a new one
	Params url.Values // added to the address
}

// inputsOf are the inputs that the address is made of. No step runs before a login: the
// error says what the address needs beside them.
func (c *Client) inputsOf(step *profile.Step, given recipe.Values) ([]recipe.Placeholder, error) {
	plan := c.profile.Alone(step)
	for _, name := range plan.Lacking {
		if _, ok := given[name]; ok || slices.Contains(profile.PerRun, name) {
			continue
		}
		hint := lang.Text{EN: "Give it: --set " + name + "=…", ZH: "请给出：--set " + name + "=…"}
		if name == profile.AppToken {
			hint = lang.Text{
				EN: "Give the application's token, which ssoctl token prints: --set app_token=…",
				ZH: "请给出应用令牌（由 ssoctl token 取得）：--set app_token=…",
			}
		}
		return nil, &profile.Error{
			Key:     c.profile.Name + ": authorize",
			Problem: "the address needs {" + name + "}, and nothing is asked of the vendor before a login", Hint: hint,
		}
	}
	// Where the address does not hold it, the exchange may, and the listener.
	inputs := append(plan.Inputs, recipe.Placeholder{Name: "redirect_uri", Optional: !step.Uses("redirect_uri")})
	return slices.DeleteFunc(inputs, func(in recipe.Placeholder) bool {
		_, ok := given.Text(in.Name)
		return ok
	}), nil
}

// Woven is how {state} is written in a redirect_uri.
const Woven = "{state}"

// Authorize begins a login. The address asks nothing of the vendor.
func (c *Client) Authorize(o AuthorizeOptions) (Authorization, error) {
	step, err := c.profile.Offer("authorize")
	if err != nil {
		return Authorization{}, err
	}
	out := Authorization{Profile: c.profile.Name, Lifetime: step.Lifetime}
	given := recipe.Values{}
	if out.State, err = c.state(step, o.State); err != nil {
		return out, err
	}
	given["state"] = out.State
	out.Bound = out.State != ""
	if step.Uses("nonce") {
		out.Nonce = c.random(32)
		given["nonce"] = out.Nonce
	}
	if step.Uses("code_challenge") {
		out.CodeVerifier = secret.New(c.codeVerifier())
		given["code_challenge"] = recipe.CodeChallenge(out.CodeVerifier.Reveal())
	}
	if o.RedirectURI != "" {
		given["redirect_uri"] = o.RedirectURI
	}
	inputs, err := c.inputsOf(step, given)
	if err != nil {
		return out, err
	}
	values, err := c.profile.Values(inputs, c.deps.Refs)
	if err != nil {
		return out, err
	}
	for name, v := range given {
		values[name] = v
	}
	out.RedirectURI, _ = values.Text("redirect_uri")
	told := step.Uses("redirect_uri")
	if o.Own && told && step.State == profile.StateRedirect {
		out.RedirectURI = strings.TrimSuffix(out.RedirectURI, "/") + "/" + Woven
	}
	if told && strings.Contains(out.RedirectURI, Woven) {
		woven := c.random(wovenLength)
		c.scrub.Add(secret.New(woven))
		out.RedirectURI = strings.ReplaceAll(out.RedirectURI, Woven, woven)
		out.Bound = true
	}
	values["redirect_uri"] = out.RedirectURI
	req, err := step.Build(context.Background(), values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return out, &profile.Error{Key: c.profile.Name + ": authorize", Problem: err.Error()}
	}
	req.URL.RawQuery = strings.Trim(req.URL.RawQuery+"&"+o.Params.Encode(), "&")
	out.URL = req.URL.String()
	c.hide(out.State, out.Nonce, out.CodeVerifier.Reveal())
	c.begin(record.Opened, step, req, values)
	return out, nil
}

// wovenLength keeps the address short enough for a QR code of version 6: 36^10
// values and five minutes leave a guess no chance.
const wovenLength = 10

// state is the value of the vendor's state parameter: as given, as an input of
// the profile, or new; "" when the vendor has no such parameter.
func (c *Client) state(step *profile.Step, given string) (string, error) {
	if !step.Uses("state") {
		return "", nil
	}
	if _, declared := c.profile.Inputs["state"]; declared {
		if given != "" {
			if err := c.profile.Set("state", given, profile.Origin{From: "flag"}); err != nil {
				return "", err
			}
		}
		values, err := c.profile.Values([]recipe.Placeholder{{Name: "state", Optional: true}}, c.deps.Refs)
		if err != nil {
			return "", err
		}
		given, _ = values.Text("state")
	}
	if given == "" {
		given = c.random(32)
	}
	return given, nil
}

// random returns n letters and digits.
func (c *Client) random(n int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	var out strings.Builder
	for out.Len() < n {
		if b := int(c.randomBytes(1)[0]); b < 256/len(alphabet)*len(alphabet) { // else some would come more often
			out.WriteByte(alphabet[b%len(alphabet)])
		}
	}
	return out.String()
}

// codeVerifier is RFC 7636 §4.1: 43 characters out of 32 random bytes.
func (c *Client) codeVerifier() string {
	return base64.RawURLEncoding.EncodeToString(c.randomBytes(32))
}

func (c *Client) randomBytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.deps.Rand, b); err != nil {
		panic("client: no randomness: " + err.Error())
	}
	return b
}

// Given are the values with which a caught code is exchanged.
func (a Authorization) Given(code string) recipe.Values {
	given := recipe.Values{"code": secret.New(code)}
	if a.RedirectURI != "" {
		given["redirect_uri"] = a.RedirectURI
	}
	if !a.CodeVerifier.IsZero() {
		given["code_verifier"] = a.CodeVerifier
	}
	if a.Nonce != "" {
		given["nonce"] = a.Nonce
	}
	return given
}

func sameNonce(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
