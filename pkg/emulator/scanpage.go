package emulator

import (
	"html/template"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
)

// askByScan shows a page with a new QR code.
func (e *Emulator) askByScan(w http.ResponseWriter, c *call, g Grant) (refusal profile.Kind, status int) {
	s, err := e.openScan(c.v, scan{grant: g, again: c.req.URL.RequestURI()})
	if err == nil {
		err = e.showScan(w, c.req, c.v, s, scanPending)
	}
	if err != nil {
		return c.broken(w, err)
	}
	return "", http.StatusOK
}

var forgotten = lang.Text{EN: "path: this QR code is unknown or no longer stored", ZH: "path：二维码未知或已不再保存"}

// watch shows the page of a QR code again, for browsers without scripts, which reload it.
// Once the QR code is confirmed, it redirects to the application.
func (e *Emulator) watch(p pageRequest) {
	e.mu.Lock()
	var s scan
	state := ""
	if found := e.pending.watched(p.v, p.id); found != nil {
		state, s = found.at(e.now()), *found
	}
	e.mu.Unlock()
	switch {
	case state == "":
		p.x.diagnose(forgotten)
		e.note(p.x, p.r, p.v, http.StatusNotFound, noteForm)
	case state == scanConfirmed && s.frame == nil:
		p.x.about = &s.user
		e.deliver(p.x, p.r, p.v, http.StatusFound, s.back)
	default:
		if err := e.showScan(p.x, p.r, p.v, s, state); err != nil {
			p.x.diagnose(lang.Of(err))
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
	writePage(w, http.StatusOK, policy, "scan.html", struct {
		view
		QR                          template.HTML // our own SVG, without text
		Phone, Status, Watch, Again string
		State                       string
		Waits                       bool // the state may still change
		Framed                      bool
		Target                      string
	}{
		e.view(r, v), template.HTML(picture), phone, e.place(v, statusPath, s.watch), e.place(v, watchPath, s.watch), s.again,
		state, state == scanPending || state == scanScanned, s.frame != nil, s.frame.target(),
	})
	return nil
}

// reachedBy returns the vendor's base URL for phones. It is below Options.Browser if that is
// set, and otherwise below the host that the browser used, such as an address on the LAN.
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

// scanStatus is the response to the page that polls the state of its QR code.
type scanStatus struct {
	State    string   `json:"state"`
	Events   []string `json:"events"`             // events so far, in order
	Left     int      `json:"left"`               // seconds until the QR code expires
	Go       string   `json:"go,omitempty"`       // address to go to once confirmed
	Messages []any    `json:"messages,omitempty"` // messages to the embedding page, one for each of Events
}

// status responds with the state of a QR code. The page polls it. So a closed page costs
// nothing, and changes of the emulator's clock take effect.
func (e *Emulator) status(w http.ResponseWriter, v *vendor, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	s := e.pending.watched(v, id)
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
		out.Go = e.nextAddress(v, s)
	} else {
		for _, event := range s.events {
			out.Messages = append(out.Messages, v.message(event, s))
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// nextAddress returns the address that a QR code's page goes to once the code is confirmed,
// and "" before.
func (e *Emulator) nextAddress(v *vendor, s *scan) string {
	switch {
	case s.back == callback{}:
		return ""
	case s.back.byPage(): // watch shows it
		return e.place(v, watchPath, s.watch)
	}
	return s.back.address()
}

// playPhone advances a QR code by one event, first a scan, then the decision of
// Options.Approve. It is for emulators that do not ask people. The caller holds the lock.
func (e *Emulator) playPhone(v *vendor, s *scan, now time.Time) {
	event := scanConfirmed
	switch state := s.at(now); {
	case state == scanPending:
		event = scanScanned
	case e.opts.Approve == ApproveDeny:
		event = scanCancelled
	}
	_ = e.move(v, s, event, e.defaultUser) // fails if the code is already decided or expired
}

// phone serves the page that the QR code leads to. Opening it counts as the scan.
func (e *Emulator) phone(p pageRequest) {
	e.mu.Lock()
	var s scan
	state := ""
	if found := e.pending.scan(p.v, p.id); found != nil {
		_ = e.move(p.v, found, scanScanned, User{}) // fails if the code was scanned before
		state, s = found.at(e.now()), *found
	}
	e.mu.Unlock()
	if state == scanScanned {
		writePage(p.x, http.StatusOK, contentPolicy+unframed, "phone.html", struct {
			view
			people
		}{e.view(p.r, p.v), people{e.place(p.v, phonePath, p.id), s.form, e.Users()}})
		return
	}
	e.noteScan(p, state)
}

// noteScan shows the phone the state of the QR code.
func (e *Emulator) noteScan(p pageRequest, state string) {
	switch state {
	case scanConfirmed:
		e.note(p.x, p.r, p.v, http.StatusOK, noteConfirmed)
	case scanCancelled:
		e.note(p.x, p.r, p.v, http.StatusOK, noteCancelled)
	default:
		p.x.diagnose(lang.Text{EN: "path: this QR code is unknown or has expired", ZH: "path：二维码未知或已过期"})
		e.note(p.x, p.r, p.v, http.StatusGone, noteCodeExpired)
	}
}

// answerPhone handles the form of the phone's page.
func (e *Emulator) answerPhone(p pageRequest) {
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

// settleScan applies a decision. It returns nil on success, also if the same user repeats the
// same decision.
func (e *Emulator) settleScan(p pageRequest, token, event string, user User) *rejection {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.pending.scan(p.v, p.id)
	switch {
	case s == nil:
		p.x.diagnose(forgotten)
		return &rejection{http.StatusGone, noteCodeExpired}
	case s.form != token:
		p.x.diagnose(lang.Text{EN: "form: does not belong to this QR code", ZH: "form：不属于这个二维码"})
		return &rejection{http.StatusForbidden, noteForm}
	}
	err := e.move(p.v, s, event, user)
	if err == nil || s.at(e.now()) == event && s.user == user {
		return nil
	}
	p.x.diagnose(lang.Of(err))
	if s.at(e.now()) == scanExpired {
		return &rejection{http.StatusGone, noteCodeExpired}
	}
	return &rejection{http.StatusConflict, noteAnswered}
}
