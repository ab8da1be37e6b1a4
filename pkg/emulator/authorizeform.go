package emulator

import (
	"net/http"
	"net/url"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// formLifetime is how long a form stays valid: long enough to step through a debugger.
const formLifetime = time.Hour

// Limits of pending pages. They are lower than those for codes, because a pending
// page keeps its authorize address and lives longer.
const (
	maxPending = 1000    // pages of each kind; the oldest are dropped first
	maxAddress = 8 << 10 // bytes of an authorize address
)

// pending holds the pages that wait for a person's decision, by unguessable ids.
type pending struct {
	forms   expiringMap[form]
	scans   expiringMap[scan]   // by the id that the QR code holds
	watches expiringMap[string] // the ids of scans, by the watch of the page that shows them
}

func newPending() pending {
	return pending{newExpiringMap[form](maxPending), newExpiringMap[scan](maxPending), newExpiringMap[string](maxPending)}
}

// form is an authorize page that waits for a decision.
type form struct {
	grant    Grant
	expires  time.Time
	decision string // the decision and the subject; "" while undecided
	back     callback
}

// askByForm shows a page on which somebody chooses a user or denies the login.
func (e *Emulator) askByForm(w http.ResponseWriter, c *call, g Grant) (refusal profile.Kind, status int) {
	e.mu.Lock()
	id, err := e.newToken()
	if err == nil {
		e.pending.forms.put(key{c.v.p.Name, "form", id}, form{grant: g, expires: c.now.Add(formLifetime)}, c.now, c.now.Add(formLifetime+memory))
	}
	e.mu.Unlock()
	if err != nil {
		return c.broken(w, err)
	}
	client, _ := c.v.inputs.Text("client_id")
	writePage(w, http.StatusOK, contentPolicy+unframed, "authorize.html", struct {
		view
		people
		Client, Returns, State string
	}{e.view(c.req, c.v), people{e.place(c.v, askPath), id, e.Users()}, client, returnsTo(g.RedirectURI), g.State})
	return "", http.StatusOK
}

// people is the template data of a form that offers the users.
type people struct {
	Action string // the path that the form is sent to
	Token  string // proves that the form comes from a page of this emulator
	Users  []User
}

// decide handles the form of an authorize page.
func (e *Emulator) decide(p pageRequest) {
	fields, user, ok := e.fields(p, "approve", "deny")
	if !ok {
		return
	}
	back, problem := e.settleForm(p, fields, user)
	if problem != nil {
		e.note(p.x, p.r, p.v, problem.status, problem.message)
		return
	}
	e.deliver(p.x, p.r, p.v, http.StatusSeeOther, back)
}

// rejection is the reason to refuse a decision.
type rejection struct {
	status  int
	message message
}

// settleForm returns the response to the authorize request. A repeated decision gets
// the same one, because people click twice.
func (e *Emulator) settleForm(p pageRequest, fields url.Values, user User) (back callback, _ *rejection) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.pending.forms.get(key{p.v.p.Name, "form", fields.Get("form")})
	decision := fields.Get("decision") + " " + user.Subject
	switch {
	case f == nil:
		p.x.diagnose(lang.Text{EN: "form: unknown: this emulator did not show it, or has forgotten it", ZH: "form：未知：不是本模拟器显示的，或已不再保存"})
		return callback{}, &rejection{http.StatusForbidden, noteForm}
	case f.decision == decision:
		return f.back, nil
	case f.decision != "":
		p.x.diagnose(lang.Text{EN: "form: already decided differently", ZH: "form：已经作出另一个决定"})
		return callback{}, &rejection{http.StatusConflict, noteAnswered}
	case !e.now().Before(f.expires):
		p.x.diagnose(lang.Sprintf(lang.Text{EN: "form: expired %s ago", ZH: "form：%s前已过期"}, ago(e.now().Sub(f.expires))))
		return callback{}, &rejection{http.StatusGone, noteExpired}
	}
	back = e.declined(p.v, f.grant)
	if fields.Get("decision") == "approve" {
		out, err := e.issue(p.v, f.grant, user)
		if err != nil {
			p.x.diagnose(lang.Of(err))
			return callback{}, &rejection{http.StatusInternalServerError, noteForm}
		}
		back, p.x.about = out.callback, &user
	} else {
		p.x.Refusal, p.x.VendorCode = profile.KindDenied, back.code
	}
	f.decision, f.back = decision, back
	return back, nil
}

// fields reads a form and the user chosen in it. The first of the decisions accepts
// the login and needs a user; the second refuses it. If the form is invalid, fields
// writes the response and returns false.
func (e *Emulator) fields(p pageRequest, decisions ...string) (url.Values, User, bool) {
	fields, err := url.ParseQuery(string(p.x.body))
	decision := fields.Get("decision")
	refuse := func(problem lang.Text) (url.Values, User, bool) {
		p.x.diagnose(problem)
		e.note(p.x, p.r, p.v, http.StatusBadRequest, noteChoice)
		return nil, User{}, false
	}
	if err != nil {
		return refuse(lang.Text{EN: "body: expected a form", ZH: "body：应为表单"})
	}
	if decision != decisions[0] && decision != decisions[1] {
		return refuse(lang.Sprintf(lang.Text{EN: "decision: expected %s or %s, got %s", ZH: "decision：应为 %s 或 %s，实际为%s"}, decisions[0], decisions[1], spaced(orNothing(decision))))
	}
	if decision == decisions[1] {
		return fields, User{}, true
	}
	for _, u := range e.opts.Users {
		if u.Subject == fields.Get("user") {
			return fields, u, true
		}
	}
	return refuse(lang.Sprintf(lang.Text{EN: "user: no user has the subject %s", ZH: "user：没有用户的 subject 是 %s"}, orNothing(fields.Get("user"))))
}
