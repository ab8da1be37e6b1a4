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

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// Authorization is a login that has started: the authorize URL, and the values that tie
// the callback and the exchange to it.
type Authorization struct {
	Profile, URL, RedirectURI string
	State                     string // "" if the vendor has no state parameter
	Nonce                     string
	CodeVerifier              secret.String
	// Bound says that the callback contains a value that an attacker cannot guess. Without
	// one, a forged code would be accepted.
	Bound    bool
	Lifetime time.Duration // of the URL; 0 if the profile does not say
	// Before are the responses from which the URL has values. Pass them to [Client.Login]
	// or [Client.Exchange], before the redirect.
	Before []Done
	// Returns says that the browser comes back. If not, the URL only opens a page at the
	// vendor.
	Returns bool
}

// AuthorizeOptions are the options of [Client.Authorize].
type AuthorizeOptions struct {
	RedirectURI string // "" means the profile's
	// Own says that RedirectURI is a loopback URL that is not registered with the vendor. If
	// the vendor has no state parameter, a random path segment is added to it. A {state} in
	// any redirect_uri is replaced with a random value too.
	Own    bool
	State  string     // "" means a new one
	Params url.Values // added to the URL
}

// prepareStart plans the steps that supply the authorize URL. The error names a value that
// nothing supplies before a login.
func (c *Client) prepareStart(step *profile.Step, given recipe.Values) (prepared, error) {
	plan, err := c.profile.Plan([]profile.StepName{profile.StepAuthorize}, given)
	if err != nil {
		return prepared{}, err
	}
	for _, name := range plan.Lacking {
		return prepared{}, &profile.Error{
			Key:     c.profile.Name + ": authorize",
			Problem: lang.Sprintf(lang.Text{EN: "the authorize URL needs {%s}, which has no value before a login", ZH: "授权地址需要 {%s}，而登录之前没有它"}, name),
			Hint:    lang.Text{EN: "Give it: --set " + name + "=…", ZH: "请给出：--set " + name + "=…"},
		}
	}
	// The exchange and the loopback server may need redirect_uri even if the URL does not.
	inputs := append(plan.Inputs, recipe.Placeholder{Name: "redirect_uri", Optional: !c.profile.StartUses("redirect_uri")})
	inputs = slices.DeleteFunc(inputs, func(in recipe.Placeholder) bool {
		_, ok := given.Text(in.Name)
		return ok
	})
	before := slices.DeleteFunc(plan.Steps, func(s *profile.Step) bool { return s == step })
	p, err := c.prepareSteps(before, inputs, given)
	p.after = step.Placeholders()
	return p, err
}

// Woven is the placeholder in a redirect_uri that is replaced with a random value.
const Woven = "{state}"

// Authorize starts a login: it returns the URL to open in a browser. It sends a request only
// if the URL contains a value that a step reads, or that the issuer's metadata supplies.
func (c *Client) Authorize(ctx context.Context, o AuthorizeOptions) (Authorization, error) {
	step, err := c.profile.Offer(profile.StepAuthorize)
	if err != nil {
		return Authorization{}, err
	}
	out := Authorization{Profile: c.profile.Name, Lifetime: step.Lifetime, Returns: !step.Callback.None}
	given, err := c.bind(&out, o.State)
	if err != nil {
		return out, err
	}
	if o.RedirectURI != "" {
		given["redirect_uri"] = o.RedirectURI
	}
	p, err := c.prepareStart(step, given)
	if err != nil {
		return out, err
	}
	values := p.values
	out.RedirectURI, _ = values.Text("redirect_uri")
	if c.profile.StartUses("redirect_uri") {
		c.weave(&out, o.Own && step.State == profile.StateRedirect)
	}
	values["redirect_uri"] = out.RedirectURI
	got, err := c.runPlan(ctx, p, []profile.StepName{profile.StepAuthorize}, nil)
	if err == nil {
		err = c.unread(step, values, got)
	}
	if err != nil {
		return out, err
	}
	out.Before = got.done()
	req, err := step.Build(ctx, values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return out, &profile.Error{Key: c.profile.Name + ": authorize", Problem: lang.Sprintf(lang.Text{EN: "%v", ZH: "无法生成授权地址：%v"}, err)}
	}
	req.URL.RawQuery = strings.Trim(req.URL.RawQuery+"&"+o.Params.Encode(), "&")
	out.URL = req.URL.String()
	c.hide(out.State, out.Nonce, out.CodeVerifier.Reveal())
	c.begin(record.Opened, record.Repeat{}, step, req, values)
	if name := twice(req.URL, o.Params); name != "" {
		return out, failure.Usagef(lang.Text{EN: "--param %s: the address already has it", ZH: "--param %s：地址里已经有这个参数"}, name)
	}
	return out, nil
}

// bind sets the values that tie the callback and the exchange to this login, and returns
// those that the URL needs. state is the given one; "" means a new one.
func (c *Client) bind(a *Authorization, state string) (given recipe.Values, err error) {
	if a.State, err = c.state(state); err != nil {
		return nil, err
	}
	a.Bound = a.State != ""
	given = recipe.Values{"state": a.State}
	if c.profile.StartUses("nonce") {
		a.Nonce = c.random(32)
		given["nonce"] = a.Nonce
	}
	if c.profile.StartUses("code_challenge") {
		a.CodeVerifier = secret.New(c.codeVerifier())
		given["code_challenge"] = recipe.CodeChallenge(a.CodeVerifier.Reveal())
	}
	return given, nil
}

// weave replaces [Woven] in the redirect_uri with a random value. If add is true, it adds a
// path segment with it first.
func (c *Client) weave(a *Authorization, add bool) {
	if add {
		a.RedirectURI = strings.TrimSuffix(a.RedirectURI, "/") + "/" + Woven
	}
	if strings.Contains(a.RedirectURI, Woven) {
		woven := c.random(wovenLength)
		c.scrub.Add(secret.New(woven))
		a.RedirectURI = strings.ReplaceAll(a.RedirectURI, Woven, woven)
		a.Bound = true
	}
}

// twice returns a parameter of added that the URL has more often than added, because the
// profile sets it too; "" if there is none.
func twice(u *url.URL, added url.Values) string {
	for name, values := range u.Query() {
		if more := added[name]; len(more) > 0 && len(values) > len(more) {
			return name
		}
	}
	return ""
}

// wovenLength keeps the URL short enough for a QR code of version 6. 36^10 values cannot be
// guessed within five minutes.
const wovenLength = 10

// state returns the value of the state parameter: the given one, that of the profile's
// input, or a new one. It returns "" if the vendor has no state parameter.
func (c *Client) state(given string) (string, error) {
	if !c.profile.StartUses("state") {
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
		if b := int(c.randomBytes(1)[0]); b < 256/len(alphabet)*len(alphabet) { // otherwise some characters would be more likely
			out.WriteByte(alphabet[b%len(alphabet)])
		}
	}
	return out.String()
}

// codeVerifier returns a code_verifier (RFC 7636 §4.1): 32 random bytes as 43 characters.
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

// Given returns the values that [Client.Exchange] needs for a code of this login.
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
