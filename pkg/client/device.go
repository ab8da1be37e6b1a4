package client

import (
	"context"
	"net/url"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Device is a login on another device (RFC 8628 §3.2): a person enters UserCode at Address, or
// opens Complete, which contains it.
type Device struct {
	UserCode, Address string
	Complete          string        // "" if the server has none
	Interval          time.Duration // between polls
	ExpiresAt         time.Time     // zero if unknown

	steps []profile.StepName // that end the login
	plan  prepared           // of these, so that references are looked up once and not for each poll
}

// Codes of a response to a poll (RFC 8628 §3.5) after which polling goes on.
const (
	AuthorizationPending = "authorization_pending"
	SlowDown             = "slow_down"
)

// SlowerBy is by how much slow_down makes the interval longer.
const SlowerBy = 5 * time.Second

// The interval without a usable one in the response (RFC 8628 §3.2), and the longest one.
const (
	usualInterval   = 5 * time.Second
	longestInterval = 5 * time.Minute
)

// DeviceSteps returns the steps that end a login on another device.
func (c *Client) DeviceSteps() []profile.StepName {
	steps := []profile.StepName{profile.StepDeviceToken}
	if u := c.profile.UserInfo; u != nil && !u.Uses("code") && !c.provider.lacks(u) {
		steps = append(steps, profile.StepUserInfo)
	}
	return steps
}

// StartDevice starts a login on another device. It first makes sure that the steps can run
// that end the login; more are further ones.
func (c *Client) StartDevice(ctx context.Context, more ...profile.StepName) (Device, error) {
	if _, err := c.profile.Offer(profile.StepDevice); err != nil {
		return Device{}, err
	}
	steps := append(c.DeviceSteps(), more...)
	plan, err := c.prepare(steps, recipe.Values{"device_code": "C"})
	if err != nil {
		return Device{}, err
	}
	got, err := c.Step(ctx, profile.StepDevice, nil)
	if err != nil {
		return Device{}, err
	}
	d := Device{
		UserCode: profile.Text(got.Values["user_code"]), Address: profile.Text(got.Values["verification_uri"]),
		Complete: profile.Text(got.Values["verification_uri_complete"]), Interval: intervalOf(got.Values["interval"]),
		ExpiresAt: got.ExpiresAt, steps: steps, plan: plan,
	}
	plan.values["device_code"] = secret.New(profile.Text(got.Values["device_code"]))
	if !isPage(d.Complete) {
		d.Complete = ""
	}
	switch {
	case d.UserCode == "":
		return Device{}, c.lacksForDevice("user_code")
	case !isPage(d.Address):
		return Device{}, c.lacksForDevice("verification_uri")
	}
	return d, nil
}

// lacksForDevice is the error for a response without a usable value.
func (c *Client) lacksForDevice(name string) error {
	return &ProtocolError{Profile: c.profile.Name, Step: profile.StepDevice, Problem: lang.Sprintf(lang.Text{
		EN: "the response has no usable %s", ZH: "响应里没有可用的 %s",
	}, name)}
}

// isPage reports whether a browser can open an address.
func isPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// intervalOf reads the interval of a response, a number of seconds.
func intervalOf(v any) time.Duration {
	seconds, ok := number(v)
	switch {
	case !ok || seconds < 1:
		return usualInterval
	case seconds > longestInterval.Seconds():
		return longestInterval
	}
	return time.Duration(seconds * float64(time.Second))
}

// PollDevice asks once whether the person has logged in, and if so runs the steps that end
// the login. Until then the error is a [*Refusal] with one of the codes above.
func (c *Client) PollDevice(ctx context.Context, d Device) (Login, error) {
	got, err := c.finish(ctx, d.plan, d.steps, nil)
	if err != nil {
		return Login{}, err
	}
	return c.loginOf(got, d.steps), nil
}
