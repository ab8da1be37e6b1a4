package emulator

import (
	"net/http"
	"net/url"
	"time"
)

// patience is how long a form waits for its answer. It is long, as it waits for
// somebody who looks into a debugger.
const patience = time.Hour

// Bounds of what waits for people. It is larger than a code, as it holds the
// address that led to it, and people are slower than programs.
const (
	maxAsked   = 1000    // pages of each kind; the oldest go first
	maxAddress = 8 << 10 // bytes of an authorize address
)

// asked is what waits for people's decisions. Both are found by texts that
// nobody can guess.
type asked struct {
	forms   shelf[form]
	scans   shelf[scan]   // by the id that the QR code holds
	watches shelf[string] // that id, by what the page that shows it has
}

func newAsked() asked {
	return asked{newShelfOf[form](maxAsked), newShelfOf[scan](maxAsked), newShelfOf[string](maxAsked)}
}

// form is an authorize page that waits to be answered.
type form struct {
	grant   Grant
	expires time.Time
	answer  string // what was decided, and by whom; "" as long as nothing is
	back    string // where the browser went then
}

// askByForm shows a page on which somebody chooses who logs in, or says no.
func (e *Emulator) askByForm(w http.ResponseWriter, c *call, g Grant) (refusal string, status int) {
	e.mu.Lock()
	id, err := e.fresh()
	if err == nil {
		e.asked.forms.put(key{c.v.p.Name, "form", id}, form{grant: g, expires: c.now.Add(patience)}, c.now, c.now.Add(patience+memory))
	}
	e.mu.Unlock()
	if err != nil {
		return c.broken(w, err)
	}
	client, _ := c.v.inputs.Text("client_id")
	render(w, http.StatusOK, contentPolicy+unframed, "authorize.html", struct {
		view
		people
		Client, Returns, State string
	}{e.view(c.req, c.v), people{e.place(c.v, askPath), id, e.Users()}, client, returnsTo(g.RedirectURI), g.State})
	return "", http.StatusOK
}

// people is a form to choose one of the users.
type people struct {
	Action string // where it is sent
	Token  string // what shows that it comes from our page
	Users  []User
}

// decide takes the answer of an authorize page.
func (e *Emulator) decide(p visit) {
	fields, user, ok := e.fields(p, "approve", "deny")
	if !ok {
		return
	}
	back, problem := e.settleForm(p, fields, user)
	if problem != nil {
		e.note(p.x, p.r, p.v, problem.status, problem.message)
		return
	}
	redirectAs(p.x, http.StatusSeeOther, back)
}

// wrong is why a decision is not accepted.
type wrong struct {
	status  int
	message message
}

// settleForm returns where the browser goes. The same answer again leads to the
// same place, since people click twice.
func (e *Emulator) settleForm(p visit, fields url.Values, user User) (back string, _ *wrong) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := e.asked.forms.get(key{p.v.p.Name, "form", fields.Get("form")})
	answer := fields.Get("decision") + " " + user.Subject
	switch {
	case f == nil:
		p.x.Diagnosis = "form: is of no page that was shown here"
		return "", &wrong{http.StatusForbidden, noteForm}
	case f.answer == answer:
		return f.back, nil
	case f.answer != "":
		p.x.Diagnosis = "form: was answered already, otherwise"
		return "", &wrong{http.StatusConflict, noteAnswered}
	case !e.now().Before(f.expires):
		p.x.Diagnosis = "form: expired " + ago(e.now().Sub(f.expires)) + " ago"
		return "", &wrong{http.StatusGone, noteExpired}
	}
	back = p.v.denial(f.grant, "denied", "")
	if fields.Get("decision") == "approve" {
		out, err := e.issue(p.v, f.grant, user)
		if err != nil {
			p.x.Diagnosis = err.Error()
			return "", &wrong{http.StatusInternalServerError, noteForm}
		}
		back, p.x.about = out.callback, &user
	} else {
		p.x.Refusal = "denied"
	}
	f.answer, f.back = answer, back
	return back, nil
}

// fields reads a form of ours: which user was chosen, and that one of the
// decisions was made. Where that is not so it answers itself.
func (e *Emulator) fields(p visit, decisions ...string) (url.Values, User, bool) {
	fields, err := url.ParseQuery(string(p.x.body))
	decision := fields.Get("decision")
	refuse := func(problem string) (url.Values, User, bool) {
		p.x.Diagnosis = problem
		e.note(p.x, p.r, p.v, http.StatusBadRequest, noteChoice)
		return nil, User{}, false
	}
	if err != nil {
		return refuse("body: is not a form")
	}
	if decision != decisions[0] && decision != decisions[1] {
		return refuse("decision: expected " + decisions[0] + " or " + decisions[1] + ", got " + shown(decision))
	}
	if decision == decisions[1] {
		return fields, User{}, true
	}
	for _, u := range e.opts.Users {
		if u.Subject == fields.Get("user") {
			return fields, u, true
		}
	}
	return refuse("user: there is none with the subject " + shown(fields.Get("user")))
}
