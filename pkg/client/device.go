package client

import (
	"context"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Device is a login on another device (RFC 8628 §3.2): a person enters UserCode at Address, or
// opens Complete, which contains it.
type Device struct {
	UserCode, Address string
	Complete          string        // "" if the server has none that can be shown
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

// SlowerBy is how much slow_down lengthens the interval between polls.
const SlowerBy = 5 * time.Second

// DeviceSteps returns the steps that end a login on another device.
func (c *Client) DeviceSteps() []profile.StepName {
	steps := []profile.StepName{profile.StepDeviceToken}
	if u := c.profile.UserInfo; u != nil && !c.profile.SendsValue(u, "code") && !c.provider.lacks(u) {
		steps = append(steps, profile.StepUserInfo)
	}
	return steps
}

// StartDevice starts a login on another device. It first checks that the steps that end the
// login can run; more are further steps to check.
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
	d, err := c.readDevice(got)
	if err != nil {
		return Device{}, err
	}
	d.steps, d.plan = steps, plan
	plan.values["device_code"] = secret.New(profile.Text(got.Values["device_code"]))
	return d, nil
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
