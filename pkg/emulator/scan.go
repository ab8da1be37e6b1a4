package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// scanLifetime is that of a QR code where the profile does not say.
const scanLifetime = 5 * time.Minute

// What becomes of a QR code, as profile.ScanEvents has it. At first it is
// pending.
const (
	scanPending   = "pending"
	scanScanned   = "scanned"
	scanConfirmed = "confirmed"
	scanCancelled = "cancelled"
	scanExpired   = "expired"
)

// scan is one QR code. Who has its id can confirm it; only the page that shows
// it, which has the watch, gets the code: the phone may be somebody else's.
type scan struct {
	id, watch string
	form      string // that the phone's form holds
	grant     Grant
	expires   time.Time
	again     string   // the address that shows a new one
	frame     *frame   // the page that holds it, nil where it is a page of its own
	events    []string // what became of it, in order
	user      User     // who confirmed it
	code      string   // "" until then
	back      string   // where the browser goes then
}

// openScan makes a QR code. The lock is not held.
func (e *Emulator) openScan(v *vendor, s scan) (scan, error) {
	lasts := scanLifetime
	if v.p.Authorize.Lifetime > 0 {
		lasts = v.p.Authorize.Lifetime
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, text := range []*string{&s.id, &s.watch, &s.form} {
		var err error
		if *text, err = e.fresh(); err != nil {
			return scan{}, err
		}
	}
	now := e.now()
	s.expires = now.Add(lasts)
	e.asked.put(v, s, now)
	return s, nil
}

// at is the scan's state. The lock is held.
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

// errScan is a step that a scan cannot take.
var errScan = errors.New("the QR code")

// move lets something become of a scan. What is decided on the phone was
// scanned before. The lock is held.
func (e *Emulator) move(v *vendor, s *scan, event string, user User) error {
	state := s.at(e.now())
	if state != scanPending && (state != scanScanned || event == scanScanned) {
		return fmt.Errorf("%w is %s already", errScan, state)
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

// put remembers a scan, and where its page finds it.
func (a *asked) put(v *vendor, s scan, now time.Time) {
	until := s.expires.Add(memory)
	a.scans.put(key{v.p.Name, "scan", s.id}, s, now, until)
	a.watches.put(key{v.p.Name, "watch", s.watch}, s.id, now, until)
}

// scan returns the one of that id, nil when there is none.
func (a *asked) scan(v *vendor, id string) *scan { return a.scans.get(key{v.p.Name, "scan", id}) }

// watched returns the one whose page has that watch, nil when there is none.
func (a *asked) watched(v *vendor, watch string) *scan {
	id := a.watches.get(key{v.p.Name, "watch", watch})
	if id == nil {
		return nil
	}
	return a.scan(v, *id)
}

// latest returns the newest scan of the profile, of any when it is "", that
// still waits.
func (a *asked) latest(name string, now time.Time) (*scan, string) {
	for _, s := range slices.Backward(a.scans.order) {
		if name != "" && name != s.key.profile {
			continue
		}
		if state := s.thing.at(now); state == scanPending || state == scanScanned {
			return &s.thing, s.key.profile
		}
	}
	return nil, ""
}

// ErrNoScan means that no QR code waits.
var ErrNoScan = errors.New("emulator: no QR code waits: open the scan page first, and have this emulator ask (approve)")

// Scan plays the phone: it does to the newest QR code that waits, of the profile
// or of any when that is "", what a person would: scan, confirm, cancel; or lets
// it expire. As is the user who does, as in Grant. It returns the profile, and
// who it was. The error is ErrNoScan, or says what cannot be done.
func (e *Emulator) Scan(name, action, as string) (profile string, user User, err error) {
	event, ok := map[string]string{"scan": scanScanned, "confirm": scanConfirmed, "cancel": scanCancelled, "expire": scanExpired}[action]
	if !ok {
		return "", User{}, fmt.Errorf("emulator: action %s: it is scan, confirm, cancel or expire", shown(action))
	}
	if name != "" {
		if _, err := e.vendor(name); err != nil {
			return "", User{}, err
		}
	}
	if user, err = e.user(as); err != nil {
		return "", User{}, fmt.Errorf("emulator: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s, profile := e.asked.latest(name, e.now())
	if s == nil {
		return "", User{}, ErrNoScan
	}
	if err := e.move(e.vendors[profile], s, event, user); err != nil {
		return "", User{}, fmt.Errorf("emulator: %w", err)
	}
	return profile, user, nil
}

// scanRequest is the body of POST /_/scan.
type scanRequest struct {
	Profile string `json:"profile"` // "" is any
	As      string `json:"as"`      // "" is who logs in unless another is asked for
	Action  string `json:"action"`  // "" is confirm
}

func (e *Emulator) scanAsked(w http.ResponseWriter, r *http.Request) (int, error) {
	in := scanRequest{Action: "confirm"}
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	if _, err := e.vendor(in.Profile); err != nil && in.Profile != "" {
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
