package handoff

import (
	"context"
	"errors"
	"slices"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// CodeSpentError is the error of a login that failed after its code was used, or of a refresh
// that failed after its refresh token was used. It is kept for [Command.Resume], unless Lost is
// set.
type CodeSpentError struct {
	Err     error  // the cause, which decides the exit code
	Lost    error  // why the login could not be kept; nil if it was
	How     string // the command line that resumes the login
	Refresh bool   // it is a refresh
}

func (e *CodeSpentError) Error() string { return e.Err.Error() }
func (e *CodeSpentError) Unwrap() error { return e.Err }

// Hint says whether the login can be resumed, and how. It comes after the hint for the
// error that e wraps.
func (e *CodeSpentError) Hint() lang.Text {
	switch {
	case e.Refresh && e.Lost != nil:
		return lang.Sprintf(lang.Text{
			EN: "The refresh token has been used, and the response could not be saved (%v): log in again if the vendor refuses it now.",
			ZH: "refresh_token 已用过，收到的响应又无法保存（%v）：若厂商不再接受它，请重新登录。",
		}, e.Lost)
	case e.Refresh:
		return lang.Text{
			EN: "The refresh token has been used, but the new tokens are kept for 10 minutes. To print them: " + e.How,
			ZH: "refresh_token 已用过，但新令牌会保留 10 分钟。输出新令牌：" + e.How,
		}
	case e.Lost != nil:
		return lang.Sprintf(lang.Text{
			EN: "The code has been used, and the responses so far could not be saved (%v): log in again.",
			ZH: "授权码已用掉，已收到的响应又无法保存（%v）：请重新登录。",
		}, e.Lost)
	}
	return lang.Text{
		EN: "The code has been used, but the responses so far are kept for 10 minutes. To run the remaining steps: " + e.How,
		ZH: "授权码已用掉，但已收到的响应会保留 10 分钟。继续完成剩余步骤：" + e.How,
	}
}

// IsKept reports whether the login that failed with err can be resumed.
func IsKept(err error) bool {
	spent := (*CodeSpentError)(nil)
	return errors.As(err, &spent) && spent.Lost == nil
}

// Resume runs the remaining steps of the login that is kept for the profile, and returns it
// with its code. The login is then forgotten, unless the error may be temporary.
func (c *Command) Resume(ctx context.Context) (got client.Login, code string, err error) {
	kept, err := c.take()
	if err != nil {
		return got, "", err
	}
	auth := client.Authorization{RedirectURI: kept.RedirectURI, Nonce: kept.Nonce}
	given := auth.Given(kept.Code)
	if kept.IDToken != "" {
		given[client.OriginalIDToken] = secret.New(kept.IDToken)
	}
	got, err = c.Client.Resume(ctx, kept.Steps, given, doneOf(kept.Responses))
	switch {
	case errors.Is(err, client.ErrCodeAgain):
		err = stray(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, kept.Profile, err)
	case errors.As(err, new(*client.UnfinishedError)):
		err = c.keepUnfinished(kept, err)
	case errors.As(err, new(*client.Refusal)), client.IsForged(err): // the kept responses are not valid
	case err != nil:
		err = c.keep(kept, err)
	default:
		kept.Responses = responses(c.Client.Done()) // so that no step of this run is repeated
		c.finished = &kept
	}
	return got, kept.Code, err
}

// NotPrinted is called if the result could not be printed because of err. It keeps the
// login for [Command.Resume], because its code is used.
func (c *Command) NotPrinted(err error) error {
	if c.finished == nil {
		return err
	}
	return c.keep(*c.finished, err)
}

// loginToKeep returns the login to keep for [Command.Resume]: its steps, and the responses so far.
func (c *Command) loginToKeep(given recipe.Values, steps []profile.StepName) pending.Resume {
	code, _ := given.Text("code")
	redirectURI, _ := given.Text("redirect_uri")
	nonce, _ := given.Text("nonce")
	idToken, _ := given.Text(client.OriginalIDToken)
	return pending.Resume{
		Profile: c.Client.Profile().Name, Files: c.files(), Code: code, RedirectURI: redirectURI, Nonce: nonce, IDToken: idToken,
		Steps: steps, Responses: responses(c.Client.Done()), ExpiresAt: c.Now().Add(pending.ResumeLifetime),
	}
}

// files returns the files that define the profile, without the user's configuration.
func (c *Command) files() []string {
	return slices.DeleteFunc(c.Client.Profile().Files(), func(path string) bool { return path == c.Config })
}

func responses(done []client.Done) []pending.Response {
	var out []pending.Response
	for _, d := range done {
		out = append(out, pending.Response{Step: d.Step, At: d.At, Body: d.Response})
	}
	return out
}

// doneOf is the opposite of responses.
func doneOf(kept []pending.Response) []client.Done {
	var out []client.Done
	for _, response := range kept {
		out = append(out, client.Done{Step: response.Step, At: response.At, Response: response.Body})
	}
	return out
}

// keepUnfinished keeps the login if err is a [*client.UnfinishedError]. It returns other
// errors unchanged.
func (c *Command) keepUnfinished(l pending.Resume, err error) error {
	unfinished := (*client.UnfinishedError)(nil)
	if !errors.As(err, &unfinished) {
		return err
	}
	l.Responses = responses(unfinished.Done)
	return c.keep(l, err)
}

// keep saves a login that failed with err, and returns the [*CodeSpentError].
func (c *Command) keep(l pending.Resume, err error) error {
	return &CodeSpentError{
		Err: err, Lost: c.Resumes.Save(l, c.Now()), How: c.Resuming, Refresh: slices.Contains(l.Steps, profile.StepRefresh),
	}
}

// take removes the login that is kept for the profile from the store and returns it.
func (c *Command) take() (pending.Resume, error) {
	name := c.Client.Profile().Name
	kept, err := c.Resumes.Take(name, c.files(), c.Now())
	switch {
	case errors.Is(err, pending.ErrNone):
		return kept, stray(lang.Text{
			EN: "%s: there is no login to resume, or it is older than 10 minutes",
			ZH: "%s：没有可以继续的登录，或已超过 10 分钟",
		}, name)
	case err != nil:
		return kept, unusable(lang.Text{EN: "the saved login", ZH: "保留的登录"}, err, lang.Text{EN: "Log in again: ssoctl login -p " + name, ZH: "请重新登录：ssoctl login -p " + name})
	}
	return kept, nil
}
