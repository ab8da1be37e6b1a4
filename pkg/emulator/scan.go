package emulator

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// scanLifetime is the lifetime of a QR code if the profile has none.
const scanLifetime = 5 * time.Minute

// States of a QR code. All but the first are also events, see [profile.ScanEvents].
const (
	scanPending   = "pending"
	scanScanned   = profile.ScanScanned
	scanConfirmed = profile.ScanConfirmed
	scanCancelled = profile.ScanCancelled
	scanExpired   = profile.ScanExpired
)

// scan is one QR code. It contains the id, with which a phone can confirm it. Only the page
// that shows it knows the watch, with which the page gets the code: the phone may belong to
// somebody else.
type scan struct {
	id, watch string
	form      string // token of the phone's form
	grant     Grant
	expires   time.Time
	again     string   // address of a page with a new QR code
	frame     *frame   // the page that embeds it, nil if it is not embedded
	events    []string // events so far, in order
	user      User     // the user who confirmed it
	code      string   // "" until confirmed
	back      callback // where the browser goes once it is confirmed
}

// openScan stores a new QR code. The caller does not hold the lock.
func (e *Emulator) openScan(v *vendor, s scan) (scan, error) {
	lifetime := scanLifetime
	if v.p.Authorize.Lifetime > 0 {
		lifetime = v.p.Authorize.Lifetime
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range []*string{&s.id, &s.watch, &s.form} {
		var err error
		if *text, err = e.newToken(); err != nil {
			return scan{}, err
		}
	}
	now := e.now()
	s.expires = now.Add(lifetime)
	e.pending.put(v, s, now)
	return s, nil
}

// at returns the state at this time. The caller holds the lock.
func (s *scan) at(now time.Time) string {
	state := scanPending
	if len(s.events) > 0 {
		state = s.events[len(s.events)-1]
	}
	if (state == scanPending || state == scanScanned) && !now.Before(s.expires) {
		s.events = append(s.events, scanExpired)
		return scanExpired
	}
	return state
}

// errScan is wrapped in the errors of move about the state of a QR code. Their messages begin
// with its text.
var errScan = lang.Errorf(lang.Text{EN: "the QR code", ZH: "二维码"})

// move applies an event to a QR code. If the code is confirmed or cancelled without a scan,
// move adds the scan first. The error wraps [errScan] if the state does not allow the event.
// The caller holds the lock.
func (e *Emulator) move(v *vendor, s *scan, event string, user User) error {
	state := s.at(e.now())
	if state != scanPending && (state != scanScanned || event == scanScanned) {
		return lang.Errorf(lang.Text{EN: "%v is already %s", ZH: "%v已经是 %s"}, errScan, state)
	}
	if state == scanPending && (event == scanConfirmed || event == scanCancelled) {
		s.events = append(s.events, scanScanned)
	}
	if event == scanConfirmed {
		out, err := e.issue(v, s.grant, user)
		if err != nil {
			return err
		}
		s.user, s.code, s.back = user, out.code, out.callback
	}
	s.events = append(s.events, event)
	return nil
}

// put stores a QR code under its id and under its watch.
func (p *pending) put(v *vendor, s scan, now time.Time) {
	until := s.expires.Add(memory)
	p.scans.put(key{v.p.Name, "scan", s.id}, s, now, until)
	p.watches.put(key{v.p.Name, "watch", s.watch}, s.id, now, until)
}

// scan returns the QR code with this id, or nil.
func (p *pending) scan(v *vendor, id string) *scan { return p.scans.get(key{v.p.Name, "scan", id}) }

// watched returns the QR code with this watch, or nil.
func (p *pending) watched(v *vendor, watch string) *scan {
	id := p.watches.get(key{v.p.Name, "watch", watch})
	if id == nil {
		return nil
	}
	return p.scan(v, *id)
}

// latest returns the newest undecided QR code of the profile called name, or of any profile
// if name is "", and the profile's name. It returns nil if there is none.
func (p *pending) latest(name string, now time.Time) (*scan, string) {
	for _, s := range slices.Backward(p.scans.order) {
		if name != "" && name != s.key.profile {
			continue
		}
		if state := s.value.at(now); state == scanPending || state == scanScanned {
			return &s.value, s.key.profile
		}
	}
	return nil, ""
}

// ErrNoScan means that neither a QR code nor a device is waiting for a scan or a decision.
var ErrNoScan = lang.Errorf(lang.Text{
	EN: "emulator: no QR code is waiting: open the scan page or start a device's login first, on an emulator that asks (approve is ask)",
	ZH: "没有等待扫描的二维码：请先打开扫码页面或发起设备登录，且模拟器须以 approve 为 ask 启动",
})

// Scan plays the phone. It applies an action (scan, confirm, cancel or expire) to the newest
// waiting QR code of the profile called name, or of any profile if name is "". If there is no
// QR code, the action applies to the newest waiting device, which cannot be scanned. as is
// the user who acts, in the form of [Grant].User. Scan returns the profile and the user. It
// returns [ErrNoScan] if none is waiting, and other errors if the action, profile or user
// does not exist or the state of the QR code does not allow the action.
func (e *Emulator) Scan(name, action, as string) (profile string, user User, err error) {
	event, ok := map[string]string{"scan": scanScanned, "confirm": scanConfirmed, "cancel": scanCancelled, "expire": scanExpired}[action]
	if !ok {
		return "", User{}, lang.Errorf(lang.Text{EN: "emulator: action %s: expected scan, confirm, cancel or expire", ZH: "action %s：应为 scan、confirm、cancel 或 expire"}, orNothing(action))
	}
	if name != "" {
		if _, err := e.find(name); err != nil {
			return "", User{}, err
		}
	}
	if user, err = e.user(as); err != nil {
		return "", User{}, prefixed(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s, profile := e.pending.latest(name, e.now())
	if s == nil {
		return e.scanDevice(name, event, user)
	}
	if err := e.move(e.sites[profile].vendor(), s, event, user); err != nil {
		return "", User{}, prefixed(err)
	}
	return profile, user, nil
}

// scanRequest is the body of POST /_/scan.
type scanRequest struct {
	Profile string `json:"profile"` // "" means any
	As      string `json:"as"`      // "" means the default user
	Action  string `json:"action"`  // confirm if absent
}

func (e *Emulator) postScan(w http.ResponseWriter, r *http.Request) (int, error) {
	in := scanRequest{Action: "confirm"}
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	if _, err := e.find(in.Profile); err != nil && in.Profile != "" {
		return http.StatusNotFound, err
	}
	profile, user, err := e.Scan(in.Profile, in.Action, in.As)
	switch {
	case errors.Is(err, ErrNoScan):
		return http.StatusNotFound, err
	case errors.Is(err, errScan):
		return http.StatusConflict, err
	case err != nil:
		return http.StatusBadRequest, err
	}
	writeJSON(w, http.StatusOK, map[string]string{"profile": profile, "action": in.Action, "user": user.Label(), "subject": user.Subject})
	return http.StatusOK, nil
}
