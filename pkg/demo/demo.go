// Package demo logs in at an emulated vendor and shows a person each request and response.
//
// Fill in a [Demo]. [Demo.Prepare] makes a profile ready, or says why a demo cannot show it;
// [Demo.Everything] prepares all profiles. [Demo.Run] shows the logins of prepared profiles.
package demo

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/terminal"
)

// Demo shows logins on a console.
type Demo struct {
	Client  client.Deps        // of the clients that log in; has a Scrubber
	Refs    reference.Resolver // for the emulator
	Console terminal.Console
	Paint   record.Paint // only Title and Name are used
}

// Login is a login that was shown.
type Login struct {
	Profile string
	Kind    Kind
	User    *client.User  // nil if only a token was fetched
	Took    time.Duration // at least a millisecond
}

// Run starts an emulator of the profiles, logs in at each vendor as the login command does,
// and prints each event. It stops at the first error.
func (d Demo) Run(ctx context.Context, profiles []*profile.Profile) ([]Login, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := "http://" + l.Addr().String()
	emu, err := emulator.New(d.options(address, profiles...))
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	server := &http.Server{Handler: emu, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l) //nolint // returns after Close
	defer server.Close()
	if d.Client.Record == nil {
		d.Client.Scrubber.Stub = true
		d.Client.Record = &record.Recorder{Now: d.Client.Now, Scrub: d.Client.Scrubber}
	}
	if d.Client.Record.Observer == nil { // --trace shows more
		d.Client.Record.Observer = observer{d, address}
	}
	var out []Login
	for _, p := range profiles {
		start := d.Client.Now()
		got, err := d.show(ctx, emu, p)
		if err != nil {
			return nil, err
		}
		took := (d.Client.Now().Sub(start) + time.Millisecond).Truncate(time.Millisecond)
		out = append(out, Login{p.Name, kindOf(p), got.User, took})
	}
	return out, nil
}

// options returns the options of the emulator.
func (d Demo) options(address string, profiles ...*profile.Profile) emulator.Options {
	return emulator.Options{Profiles: profiles, Address: address, Now: d.Client.Now, Rand: d.Client.Rand, Refs: d.Refs}
}

// show logs in at one vendor. If the vendor has no login, show gets the application's token.
func (d Demo) show(ctx context.Context, emu *emulator.Emulator, p *profile.Profile) (got client.Login, err error) {
	heading := d.Paint.Title(p.Name)
	if title := p.TitleText(); !title.IsZero() {
		heading += "  " + d.Console.In(title)
	}
	d.Console.Printf("%s", heading)
	if err := takeInputs(emu, p); err != nil {
		return got, err
	}
	cl := client.New(p, d.Client)
	steps := cl.LoginSteps()
	if takesCode(p) {
		got, err = d.logIn(ctx, cl, emu)
	} else {
		steps = []profile.StepName{profile.StepToken}
		var token client.Token
		token, err = cl.AppToken(ctx)
		got.Token = &token
	}
	if err != nil {
		return got, err
	}
	if err := d.guesses(p, steps); err != nil {
		return got, err
	}
	if got.User != nil {
		d.line(labelUser, d.Client.Scrubber.Scrub(output.Who(got.User)))
	} else {
		d.line(labelToken, d.Client.Scrubber.Scrub(got.Token.AccessToken.Reveal()))
	}
	d.Console.Printf("")
	return got, nil
}

// takeInputs sets the profile's inputs to the values that the emulator expects.
func takeInputs(emu *emulator.Emulator, p *profile.Profile) error {
	inputs := emu.Inputs(p.Name)
	for name := range inputs {
		text, _ := inputs.Text(name)
		if _, ours := p.Inputs[name]; !ours || name == "redirect_uri" {
			continue
		}
		if err := p.Set(name, text, profile.Origin{From: "emulator"}); err != nil {
			return err
		}
	}
	return nil
}

// guesses prints what is unverified in the steps that were run.
func (d Demo) guesses(p *profile.Profile, steps []profile.StepName) error {
	plan, err := p.Plan(steps, recipe.Values{"code": "C", "redirect_uri": "R"})
	if err != nil {
		return err
	}
	for _, s := range plan.Steps {
		if s.Guess != "" {
			d.line(labelGuess, string(s.Name)+": "+d.Console.In(s.GuessText()))
		}
	}
	return nil
}
