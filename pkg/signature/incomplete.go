package signature

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// IncompleteError lists the values that were signed but are not given.
type IncompleteError struct {
	Profile string
	Step    profile.StepName
	Missing []Missing
}

// Missing is a value that is not given.
type Missing struct {
	Flag string    // sets the value, such as --set nonce=…
	Help lang.Text // says what the value is
}

func (e *IncompleteError) Error() string { return e.Text().EN }

// Failure returns [failure.Usage].
func (*IncompleteError) Failure() failure.Kind { return failure.Usage }

// IsList says that the text has a line for each value.
func (*IncompleteError) IsList() bool { return true }

// Details returns what the error says to scripts.
func (e *IncompleteError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(e.Step)}
}

// Hint says where the values come from.
func (*IncompleteError) Hint() lang.Text {
	return lang.Text{
		EN: "Give the values with which the signature was computed, for example from the log of your server.",
		ZH: "请给出计算签名时用的值，例如从服务端日志里查。",
	}
}

// Text returns the error in both languages.
func (e *IncompleteError) Text() lang.Text {
	t := lang.Sprintf(lang.Text{EN: "%s: %s: --expect also needs:", ZH: "%s：%s：--expect 还需要："}, e.Profile, e.Step)
	for _, m := range e.Missing {
		t.EN, t.ZH = t.EN+"\n  "+m.Flag, t.ZH+"\n  "+m.Flag
		if !m.Help.IsZero() {
			t.EN, t.ZH = t.EN+"  "+m.Help.EN, t.ZH+"  "+m.Help.In(lang.ZH)
		}
	}
	return t
}

// Draft builds the request of a step. given has the values that are not inputs. If expects is true,
// a signature is to be reproduced: only signed values are needed, and the error is an
// [*IncompleteError] if one of them is missing.
func (g Given) Draft(ctx context.Context, cl *client.Client, step *profile.Step, given recipe.Values, expects bool) (client.Draft, error) {
	if !expects {
		return cl.DraftStep(ctx, step.Name, given)
	}
	if err := fillUnsigned(cl.Profile(), step); err != nil {
		return client.Draft{}, err
	}
	d, err := cl.DraftStep(ctx, step.Name, given)
	return d, g.complete(cl.Profile(), step, given, err)
}

// complete returns an [*IncompleteError] if signed values other than inputs are missing, because
// the signature cannot be reproduced without them. given has such values. err is the error of
// drafting the step; if it is about missing or invalid inputs, these are listed, too. If no other
// value is missing, complete returns err.
func (g Given) complete(p *profile.Profile, step *profile.Step, given recipe.Values, err error) error {
	name, signs := step.Signature()
	if !signs { // the client authenticates with a JWT, which is verified instead
		return err
	}
	missing := g.perRequest(step)
	signed := step.SignedValues(name)
	for _, value := range p.Alone(step).Lacking {
		if _, has := given.Text(value); !has && slices.Contains(signed, value) {
			missing = append(missing, Missing{g.flag(value, profile.IsSecretName(value)), origin(p, value)})
		}
	}
	if len(missing) == 0 {
		return err
	}
	var inputs *profile.MissingError
	var fault *profile.Error
	switch {
	case errors.As(err, &inputs):
		for _, in := range inputs.Missing {
			missing = append(missing, Missing{g.flag(in.Name, in.Secret), lang.Text{EN: in.Help, ZH: in.HelpZH}})
		}
	case errors.As(err, &fault):
		missing = append(missing, Missing{g.flag(fault.Key, p.Inputs[fault.Key].Secret), fault.Problem})
	}
	return &IncompleteError{p.Name, step.Name, missing}
}

// fillUnsigned sets a made-up value for each missing input that does not change the signature, so
// that the user need not give it. It does so only for a step that sends nothing.
func fillUnsigned(p *profile.Profile, step *profile.Step) error {
	if step.Sends() {
		return nil
	}
	name, _ := step.Signature()
	signed := step.SignedValues(name)
	for i := 0; i < len(signed); i++ {
		for _, ph := range p.Inputs[signed[i]].Default.Placeholders() {
			if !slices.Contains(signed, ph.Name) {
				signed = append(signed, ph.Name)
			}
		}
	}
	for _, ph := range step.Placeholders() {
		in, is := p.Inputs[ph.Name]
		text, _ := p.Given(ph.Name)
		if !is || text != "" || in.Type != "" || in.Pattern != "" || slices.Contains(signed, ph.Name) {
			continue
		}
		if err := p.Set(ph.Name, "unsigned", profile.Origin{From: "default"}); err != nil {
			return err
		}
	}
	return nil
}

// perRequest returns the missing values that differ in each request, such as the time.
func (g Given) perRequest(step *profile.Step) []Missing {
	names := slices.Clone(recipe.Fixable)
	clocked := slices.Clone(clocked)
	step.EachMake(func(name string, m recipe.Make) {
		if m.IsFresh() {
			names = append(names, name)
		}
		if m.Time != "" {
			clocked = append(clocked, name)
		}
	})
	var out []Missing
	at := g.At != ""
	for _, name := range names {
		switch _, given := g.Values[name]; {
		case given || !step.Uses(name):
		case !slices.Contains(clocked, name):
			out = append(out, Missing{g.flag(name, false), lang.Text{EN: "the random value that was signed", ZH: "签名时用的随机值"}})
		case !at:
			at = true
			out = append(out, Missing{"--at …", lang.Text{EN: "the time that was signed, in seconds or milliseconds since 1970", ZH: "签名时用的时间戳（秒或毫秒）"}})
		}
	}
	return out
}

// flag returns the flag that sets a value.
func (g Given) flag(name string, isSecret bool) string {
	switch {
	case slices.Contains(g.Flags, name):
		return "--" + strings.ReplaceAll(name, "_", "-") + " …"
	case isSecret:
		return "--set " + name + "=file:PATH"
	}
	return "--set " + name + "=…"
}

// origin says how to get a value that no input declares.
func origin(p *profile.Profile, value string) lang.Text {
	if step := supplierOf(p, value); step != nil {
		return lang.Sprintf(lang.Text{EN: "the current one: %s", ZH: "当前的值：%s"}, stepCommand(p, step, value))
	}
	return lang.Text{EN: "the value that was signed", ZH: "签名时用的值"}
}
