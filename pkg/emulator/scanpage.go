package emulator

import (
	"html/template"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/qr"
)

// askByScan shows a page with a QR code.
func (e *Emulator) askByScan(w http.ResponseWriter, c *call, g Grant) (refusal string, status int) {
	s, err := e.openScan(c.v, scan{grant: g, again: c.req.URL.RequestURI()})
	if err == nil {
		err = e.showScan(w, c.req, c.v, s, scanPending)
	}
	if err != nil {
		return c.broken(w, err)
	}
	return "", http.StatusOK
}

// watch shows the page of a QR code again, as a browser without scripts asks
// for it. Once the scan is confirmed it sends the browser back.
func (e *Emulator) watch(p visit) {
	e.mu.Lock()
	var s scan
	state := ""
	if found := e.asked.watched(p.v, p.id); found != nil {
		state, s = found.at(e.now()), *found
	}
	e.mu.Unlock()
	switch {
	case state == "":
		p.x.Diagnosis = "path: is of no QR code that was shown here"
		e.note(p.x, p.r, p.v, http.StatusNotFound, noteForm)
	case state == scanConfirmed && s.frame == nil:
		p.x.about = &s.user
		redirect(p.x, s.back)
	default:
		if err := e.showScan(p.x, p.r, p.v, s, state); err != nil {
			p.x.Diagnosis = err.Error()
			e.note(p.x, p.r, p.v, http.StatusInternalServerError, noteForm)
		}
	}
}

func (e *Emulator) showScan(w http.ResponseWriter, r *http.Request, v *vendor, s scan, state string) error {
	phone := e.reachedBy(r, v) + "/" + phonePath + "/" + s.id
	picture, err := qr.SVG(phone)
	if err != nil {
		return err
	}
	policy := contentPolicy
	if s.frame == nil {
		policy += unframed
	}
	render(w, http.StatusOK, policy, "scan.html", struct {
		view
		QR                          template.HTML // of ours, and holds no text
		Phone, Status, Watch, Again string
		State                       string
		Waits                       bool // what is shown may still change
		Framed                      bool
		Target                      string
	}{
		e.view(r, v), template.HTML(picture), phone, e.place(v, statusPath, s.watch), e.place(v, watchPath, s.watch), s.again,
		state, state == scanPending || state == scanScanned, s.frame != nil, s.frame.target(),
	})
	return nil
}

// reachedBy is the vendor's base as a phone reaches it: by Options.Browser, or
// by the host of ours that the browser itself used, such as one of the LAN.
func (e *Emulator) reachedBy(r *http.Request, v *vendor) string {
	if e.opts.Browser != e.opts.Address || strings.HasSuffix(originOf(e.opts.Address), "//"+r.Host) || !e.ownHost(r) {
		return v.browser
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + strings.TrimSuffix(e.place(v), "/")
}

// scanStatus is what a QR code's page is told.
type scanStatus struct {
	State    string   `json:"state"`
	Events   []string `json:"events"`             // all that became of it, in order
	Left     int      `json:"left"`               // seconds until it expires
	Go       string   `json:"go,omitempty"`       // where the browser goes, once confirmed
	Messages []any    `json:"messages,omitempty"` // what the page around it is told, one for each of Events
}

// status tells the page of a QR code what became of it. It asks, again and
// again, rather than being told: so a closed page costs nothing, and the state
// follows the emulator's clock wherever that is set to.
func (e *Emulator) status(w http.ResponseWriter, v *vendor, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	s := e.asked.watched(v, id)
	if s == nil {
		writeJSON(w, http.StatusNotFound, scanStatus{State: scanExpired, Events: []string{}})
		return
	}
	if s.frame != nil && e.opts.Approve != ApproveAsk {
		e.playPhone(v, s, now)
	}
	out := scanStatus{State: s.at(now), Events: append([]string{}, s.events...)}
	if out.State == scanPending || out.State == scanScanned {
		out.Left = int((s.expires.Sub(now) + time.Second - 1) / time.Second)
	}
	if s.frame == nil {
		out.Go = s.back
	} else {
		for _, event := range s.events {
			out.Messages = append(out.Messages, v.message(event, s.code))
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// playPhone goes one step on where nobody is asked: the page sees a scan, and
// then what Options.Approve says.
func (e *Emulator) playPhone(v *vendor, s *scan, now time.Time) {
	event := scanConfirmed
	switch state := s.at(now); {
	case state == scanPending:
		event = scanScanned
	case e.opts.Approve == ApproveDeny:
		event = scanCancelled
	}
	_ = e.move(v, s, event, e.someone) // where it is over nothing is to be done
}

// phone is the page that the QR code leads to. Opening it is the scan.
func (e *Emulator) phone(p visit) {
	e.mu.Lock()
	var s scan
	state := ""
	if found := e.asked.scan(p.v, p.id); found != nil {
		_ = e.move(p.v, found, scanScanned, User{}) // unless it is already
		state, s = found.at(e.now()), *found
	}
	e.mu.Unlock()
	if state == scanScanned {
		render(p.x, http.StatusOK, contentPolicy+unframed, "phone.html", struct {
			view
			people
		}{e.view(p.r, p.v), people{e.place(p.v, phonePath, p.id), s.form, e.Users()}})
		return
	}
	e.noteScan(p, state)
}

// noteScan tells on the phone what became of the QR code.
func (e *Emulator) noteScan(p visit, state string) {
	switch state {
	case scanConfirmed:
		e.note(p.x, p.r, p.v, http.StatusOK, noteConfirmed)
	case scanCancelled:
		e.note(p.x, p.r, p.v, http.StatusOK, noteCancelled)
	default:
		p.x.Diagnosis = "path: this QR code is unknown or has expired"
		e.note(p.x, p.r, p.v, http.StatusGone, noteCodeExpired)
	}
}

// answerPhone takes what somebody decided on the phone.
func (e *Emulator) answerPhone(p visit) {
	fields, user, ok := e.fields(p, "confirm", "cancel")
	if !ok {
		return
	}
	event := scanCancelled
	if fields.Get("decision") == "confirm" {
		event = scanConfirmed
	}
	if w := e.settleScan(p, fields.Get("form"), event, user); w != nil {
		e.note(p.x, p.r, p.v, w.status, w.message)
		return
	}
	if event == scanConfirmed {
		p.x.about = &user
	}
	e.noteScan(p, event)
}

// settleScan returns nil when the decision is made, also when it was made before.
func (e *Emulator) settleScan(p visit, token, event string, user User) *wrong {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.asked.scan(p.v, p.id)
	switch {
	case s == nil:
		p.x.Diagnosis = "path: is of no QR code that was shown here"
		return &wrong{http.StatusGone, noteCodeExpired}
	case s.form != token:
		p.x.Diagnosis = "form: is not the one of this QR code's page"
		return &wrong{http.StatusForbidden, noteForm}
	}
	err := e.move(p.v, s, event, user)
	if err == nil || s.at(e.now()) == event && s.user == user {
		return nil
	}
	p.x.Diagnosis = err.Error()
	if s.at(e.now()) == scanExpired {
		return &wrong{http.StatusGone, noteCodeExpired}
	}
	return &wrong{http.StatusConflict, noteAnswered}
}
