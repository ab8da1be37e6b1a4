package cmd

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// resumes is the store of unfinished logins whose code has been used.
func (r *root) resumes() pending.Resumes {
	return pending.Resumes{Dir: r.userPath("XDG_STATE_HOME", filepath.Join(".local", "state"), "resume")}
}

// described returns the files that define a profile, without the user's configuration,
// which is the same in every folder.
func (r *root) described(p *profile.Profile) []string {
	own := r.userPath("XDG_CONFIG_HOME", ".config", "config.toml")
	return slices.DeleteFunc(p.Files(), func(path string) bool { return path == own })
}

// unfinishedError is the error of a login that failed after its code was used. The login is
// kept for login --resume, unless lost is set.
type unfinishedError struct {
	err  error  // the cause, which decides the exit code
	lost error  // why the login could not be kept; nil if it was
	how  string // the command that resumes the login
}

func (e *unfinishedError) Error() string { return e.err.Error() }
func (e *unfinishedError) Unwrap() error { return e.err }

func (e *unfinishedError) hint() lang.Text {
	if e.lost != nil {
		why := lang.Of(e.lost)
		return lang.Text{
			EN: "The code has been used, and the responses so far could not be saved (" + why.EN + "): log in again.",
			ZH: "授权码已用掉，已收到的响应又无法保存（" + why.In(lang.ZH) + "）：请重新登录。",
		}
	}
	return lang.Text{
		EN: "The code has been used, but the responses so far are kept for 10 minutes. To run the remaining steps: " + e.how,
		ZH: "授权码已用掉，但已收到的响应会保留 10 分钟。继续完成剩余步骤：" + e.how,
	}
}

// resumeHint returns what an *unfinishedError adds to the hint for its cause; zero for
// other errors.
func resumeHint(err error) lang.Text {
	if unfinished := (*unfinishedError)(nil); errors.As(err, &unfinished) {
		return unfinished.hint()
	}
	return lang.Text{}
}

// isKept reports whether the login that failed with err can be resumed.
func isKept(err error) bool {
	unfinished := (*unfinishedError)(nil)
	return errors.As(err, &unfinished) && unfinished.lost == nil
}

// afterCode remembers that the code was sent. It keeps the login for --resume if err
// happened after that, or if the result cannot be printed later. more are steps that the
// command runs in addition to those of a login.
func (r *root) afterCode(cl *client.Client, given recipe.Values, err error, more ...string) error {
	err = r.sentCode(cl, given, err)
	code, _ := given.Text("code")
	redirectURI, _ := given.Text("redirect_uri")
	l := pending.Resume{
		Profile: cl.Profile().Name, Files: r.described(cl.Profile()), Code: code, RedirectURI: redirectURI, Steps: append(cl.LoginSteps(), more...),
		Responses: responses(cl.Done()), ExpiresAt: r.Now().Add(pending.ResumeLifetime),
	}
	switch {
	case err != nil:
		return r.keepUnfinished(l, err)
	case len(l.Responses) > 0:
		r.unprinted = &l
	}
	return nil
}

func responses(done []client.Done) []pending.Response {
	var out []pending.Response
	for _, d := range done {
		out = append(out, pending.Response{Step: d.Step, At: d.At, Body: d.Response})
	}
	return out
}

// keepUnfinished keeps the login if err is a *client.UnfinishedError. It returns other
// errors unchanged.
func (r *root) keepUnfinished(l pending.Resume, err error) error {
	unfinished := (*client.UnfinishedError)(nil)
	if !errors.As(err, &unfinished) {
		return err
	}
	l.Responses = responses(unfinished.Done)
	return r.keep(l, err)
}

// keep saves a login that ended with err for login --resume.
func (r *root) keep(l pending.Resume, err error) error {
	how := "ssoctl login --resume -p " + l.Profile
	if r.config != "" {
		how += " --config " + record.Quote(r.config)
	}
	if len(r.set) > 0 {
		how += " --set …"
	}
	return &unfinishedError{err: err, lost: r.resumes().Save(l, r.Now()), how: how}
}

// resumeLogin runs the remaining steps of the login that is kept for the profile. The
// login is then forgotten, unless the error may be temporary.
func (r *root) resumeLogin(c *cobra.Command) error {
	if err := resumeAlone(c); err != nil {
		return err
	}
	cl, err := r.newClient()
	if err != nil {
		return err
	}
	kept, err := r.takeResume(cl.Profile())
	if err != nil {
		return err
	}
	given := recipe.Values{"code": secret.New(kept.Code)}
	if kept.RedirectURI != "" {
		given["redirect_uri"] = kept.RedirectURI
	}
	var done []client.Done
	for _, response := range kept.Responses {
		done = append(done, client.Done{Step: response.Step, At: response.At, Response: response.Body})
	}
	got, err := cl.Resume(c.Context(), kept.Steps, given, done)
	switch {
	case errors.As(err, new(*client.UnfinishedError)):
		return r.keepUnfinished(kept, err)
	case errors.As(err, new(*client.Refusal)): // what is kept is no longer valid
		return err
	case err != nil:
		return r.keep(kept, err)
	}
	r.unprinted = &kept
	return r.write(c, loginResult(kept.Profile, kept.Code, got))
}

// resumeAlone refuses flags that have no meaning with --resume.
func resumeAlone(c *cobra.Command) error {
	var others []string
	own := c.LocalNonPersistentFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "resume" && own.Lookup(f.Name) != nil {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) > 0 {
		return usagef(lang.Text{EN: "--resume does not go with %s: it only runs the remaining steps of an earlier login and does not wait for a browser", ZH: "--resume 不能和 %s 一起用：它只执行上次登录剩下的步骤，不等待浏览器"}, strings.Join(others, ", "))
	}
	return nil
}

// takeResume removes the login that is kept for a profile from the store and returns it.
func (r *root) takeResume(p *profile.Profile) (pending.Resume, error) {
	name := p.Name
	kept, err := r.resumes().Take(name, r.described(p), r.Now())
	switch {
	case errors.Is(err, pending.ErrNone):
		return kept, stray(
			name+": there is no login to resume, or it is older than 10 minutes",
			name+"：没有可以继续的登录，或已超过 10 分钟")
	case err != nil:
		return kept, unusable(lang.Text{EN: "the saved login", ZH: "保留的登录"}, err, lang.Text{EN: "Log in again: ssoctl login -p " + name, ZH: "请重新登录：ssoctl login -p " + name})
	}
	return kept, nil
}
