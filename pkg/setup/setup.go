// Package setup adds a profile to the user's configuration: it asks for what is missing,
// keeps secrets where the user wants them, checks the result, and writes it.
//
// Call [New], then [Setup.Choose] for the name and the profile to start from, [Setup.Give]
// for each value that is known, and [Setup.Add].
package setup

import (
	"context"
	"errors"
	"io"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/terminal"
)

// Person answers questions. A Prompt of pkg/prompt is one.
type Person interface {
	Say(indent int, t lang.Text)
	Choice(number, width int, name string, text lang.Text)
	Line(ctx context.Context, question lang.Text) (string, error)
	Hidden(ctx context.Context, question lang.Text) (secret.String, error)
	Yes(ctx context.Context, question lang.Text, otherwise bool) (bool, error)
	Number(ctx context.Context, n int) (int, error)
}

// Options describes the new profile and where it goes.
type Options struct {
	Name, From string // of the new profile, and of the one to start from; if "", ask
	All        bool   // ask for optional inputs too
	Redirect   string // the redirect_uri if nobody can be asked for it; "" if it must be given
	Place      Place  // where to keep secrets; if Unplaced, ask
	Path       string // of the configuration file
	Dir        string // the folder that relative file: references start from when they are given
	// Sources has the configuration file, but not the project's: the profile must work
	// in every folder.
	Sources profile.Sources
	Taken   map[string]string // other names that are taken, with the file of each
	Person  Person            // nil if there is no terminal
	Console terminal.Console
}

// Setup is a profile that is being added to the user's configuration.
type Setup struct {
	Options
	base    *profile.Profile
	answers map[string]string        // values of inputs and references to secrets
	secrets map[string]secret.String // secrets to be stored
	missing []lang.Text              // flags to give if there is no terminal
}

// New returns a Setup that has asked nothing yet.
func New(o Options) *Setup {
	return &Setup{Options: o, answers: map[string]string{}, secrets: map[string]secret.String{}}
}

// Base returns the profile to start from. It is nil before [Setup.Choose], and if nobody
// can be asked for it.
func (s *Setup) Base() *profile.Profile { return s.base }

// Give sets an input of the profile, to a value or a reference.
func (s *Setup) Give(name, value string) error {
	if err := s.base.Set(name, value, profile.Origin{From: "flag"}); err != nil {
		return err
	}
	if err := s.take(name, value); err != nil {
		in := s.base.Inputs[name]
		return &profile.Error{Key: name, Problem: lang.Sprintf(lang.Text{EN: "the value %s", ZH: "它的值%s"}, err), Hint: in.Advice(err)}
	}
	return nil
}

// take records the value of an input, or a reference to it. The error completes the
// sentence "the value …".
func (s *Setup) take(name, value string) error {
	in := s.base.Inputs[name]
	if reference.Is(value) {
		s.answers[name] = reference.Within(s.Dir, value) // in the configuration it would start from another folder
		return nil
	}
	if _, err := in.Typed(value); err != nil {
		return err
	}
	if in.Secret && value != "" {
		s.secrets[name] = secret.New(value)
		return nil
	}
	s.answers[name] = value
	return nil
}

// Add asks for the inputs, keeps the secrets, and writes the configuration.
func (s *Setup) Add(ctx context.Context) error {
	if err := s.inputs(ctx); err != nil {
		return atEnd(err)
	}
	if err := s.lacking(); err != nil {
		return err
	}
	return s.commit(ctx)
}

// atEnd is the error for a dialogue that ended with err.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return failure.Usagef(lang.Text{EN: "the input ended before the last answer: nothing was written", ZH: "输入在回答完之前结束，没有写入任何内容"})
	}
	return err
}

// Result describes what was written, with secrets redacted.
func (s *Setup) Result() render.Result {
	values := map[string]any{}
	for _, v := range s.draft().Values {
		text := v.Text
		if s.base.Inputs[v.Input].Secret && !reference.Is(text) {
			text = secret.Redacted
		}
		values[v.Input] = text
	}
	return render.Result{Text: s.Path, Alone: true, Fields: render.Fields{
		{Name: "profile", Value: s.Name}, {Name: "extends", Value: s.From}, {Name: "path", Value: s.Path}, {Name: "inputs", Value: values},
	}}
}

// Next returns the commands to try the new profile with.
func (s *Setup) Next() []string {
	switch p := s.base; {
	case len(p.Steps()) == 0:
		return []string{"profile show"}
	case p.Authorize != nil && p.Authorize.Scan:
		return []string{"doctor", "qrlogin"}
	case p.Authorize != nil:
		return []string{"doctor", "login"}
	case p.Token != nil:
		return []string{"doctor", "token"}
	}
	return []string{"doctor"}
}
