package emulator

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// A login on another device (RFC 8628): the device gets a code that a person enters on a page,
// and polls until the person has decided.

// device is one such login.
type device struct {
	code, userCode string
	scope          string
	plain          bool // see Grant
	issued         time.Time
	expires        time.Time
	by             int64 // number of the request that it was issued to
	interval       time.Duration
	polled         time.Time // zero before the first poll
	state          string    // scanPending, scanConfirmed, scanCancelled or scanExpired
	user           User      // who confirmed it
	used           time.Time // when its tokens were issued; zero if they were not
	usedBy         int64
}

// pollInterval is the interval between polls if the response has none; slow_down makes it
// longer by slowDown (RFC 8628 §3.2, §3.5).
const (
	pollInterval = 5 * time.Second
	slowDown     = 5 * time.Second
)

// newUserCode returns a code that is easy to type: eight consonants, which spell no word
// (RFC 8628 §6.1).
func (e *Emulator) newUserCode() (string, error) {
	const letters = "BCDFGHJKLMNPQRSTVWXZ"
	e.mu.Lock()
	defer e.mu.Unlock()
	var random [8]byte
	if _, err := io.ReadFull(e.opts.Rand, random[:]); err != nil {
		return "", lang.Errorf(lang.Text{EN: "emulator: reading randomness: %v", ZH: "读取随机数：%v"}, err)
	}
	for i, b := range random {
		random[i] = letters[int(b)%len(letters)] // some letters are likelier, which does not matter here
	}
	return string(random[:4]) + "-" + string(random[4:]), nil
}

// rememberDevice stores the login that a response of [step.device] starts.
func (e *Emulator) rememberDevice(c *call, response profile.Filled) {
	if c.s.Name != profile.StepDevice {
		return
	}
	decoded, _ := c.s.Decode(response.Status, response.Header, []byte(response.Body)) // an example is always text
	read, _ := c.s.reader.Read(context.Background(), decoded)                         // the context does not end
	d := &device{
		code: profile.Text(read["device_code"]), userCode: profile.Text(read["user_code"]), state: scanPending, interval: pollInterval,
		scope: c.scope(), plain: c.isPlain(), issued: c.now, expires: c.now.Add(c.s.lifetime()), by: c.id,
	}
	if seconds, err := strconv.Atoi(profile.Text(read["interval"])); err == nil && seconds >= 0 {
		d.interval = time.Duration(seconds) * time.Second
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, text := range map[string]string{"device_code": d.code, "user_code": plainUserCode(d.userCode)} {
		if text != "" {
			e.state.devices.put(key{c.v.p.Name, name, text}, d, c.now, d.expires.Add(memory))
		}
	}
}

// plainUserCode returns a code as a person may type it: in any case, and with other separators.
func plainUserCode(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, text)
}

// at returns the state at this time. The caller holds the lock.
func (d *device) at(now time.Time) string {
	if d.state == scanPending && !now.Before(d.expires) {
		d.state = scanExpired
	}
	return d.state
}

// redeemDevice judges a poll. The vendor's codes are those of RFC 8628 §3.5. The caller holds
// the lock.
func (e *Emulator) redeemDevice(c *call, text string) {
	found := e.state.devices.get(key{c.v.p.Name, "device_code", text})
	if found == nil {
		c.found(profile.KindInvalidCode, "device_code", lang.Sprintf(notIssued, "device_code", e.issuedAs(c, text)))
		return
	}
	d := *found
	tooSoon := !d.polled.IsZero() && c.now.Sub(d.polled) < d.interval && e.clock.Load().frozen.IsZero()
	d.polled = c.now
	e.decideUnasked(d, c.now)
	switch state := d.at(c.now); {
	case !d.used.IsZero():
		c.found(profile.KindInvalidCode, "device_code", lang.Sprintf(lang.Text{EN: "was redeemed %s ago by request %d", ZH: "%s前已被请求 %d 使用"}, ago(c.now.Sub(d.used)), d.usedBy))
	case state == scanExpired:
		c.foundCode(profile.KindExpiredCode, "expired_token", c.expired(d.expires, d.issued, d.by))
	case state == scanCancelled:
		c.foundCode(profile.KindDenied, "access_denied", lang.Text{EN: "the user denied the login", ZH: "用户拒绝了登录"})
	case tooSoon:
		d.interval += slowDown
		c.foundCode(profile.KindRateLimited, "slow_down", lang.Sprintf(lang.Text{
			EN: "polled too soon: the interval is now %s", ZH: "轮询过于频繁：间隔现在是 %s",
		}, lang.Span(d.interval)))
	case state == scanPending:
		c.foundCode(profile.KindRateLimited, "authorization_pending", lang.Text{EN: "the user has not decided yet", ZH: "用户还没有决定"})
	default:
		d.used, d.usedBy = c.now, c.id
		c.login = &login{user: d.user, scope: d.scope, plain: d.plain}
	}
}

// foundCode adds a finding about the device_code, with the vendor's code for it.
func (c *call) foundCode(kind profile.Kind, code string, text lang.Text) {
	c.found(kind, "device_code", text)
	c.findings[len(c.findings)-1].code = code
}

// decideUnasked decides a login if the emulator does not ask people. The caller holds the
// lock.
func (e *Emulator) decideUnasked(d *device, now time.Time) {
	switch {
	case e.opts.Approve == ApproveAsk || d.at(now) != scanPending:
	case e.opts.Approve == ApproveDeny:
		d.state = scanCancelled
	default:
		d.state, d.user = scanConfirmed, e.defaultUser
	}
}

// scanDevice is [Emulator.Scan] for the newest waiting device. The caller holds the lock.
func (e *Emulator) scanDevice(name, event string, user User) (string, User, error) {
	for _, found := range slices.Backward(e.state.devices.order) {
		d := found.value
		if name != "" && name != found.key.profile || d.at(e.now()) != scanPending {
			continue
		}
		if event == scanScanned {
			return "", User{}, lang.Errorf(lang.Text{EN: "emulator: a device waits for confirm, cancel or expire, not for scan", ZH: "设备等待的是 confirm、cancel 或 expire，而不是 scan"})
		}
		d.state, d.user = event, user
		return found.key.profile, user, nil
	}
	return "", User{}, ErrNoScan
}

// showDevice shows the page where a person enters the code.
func (e *Emulator) showDevice(p pageRequest) {
	e.askDevice(p, http.StatusOK, p.r.URL.Query().Get("user_code"), false)
}

// askDevice shows the page with a code in it. wrong is true if the code is not valid.
func (e *Emulator) askDevice(p pageRequest, status int, userCode string, wrong bool) {
	const maxCode = 32 // bytes
	if len(userCode) > maxCode {
		userCode = userCode[:maxCode]
	}
	client, _ := p.v.inputs.Text("client_id")
	writePage(p.x, status, contentPolicy+unframed, "device.html", struct {
		view
		people
		Client, UserCode string
		Wrong            bool
	}{e.view(p.r, p.v), people{Action: e.place(p.v, devicePath), Users: e.Users()}, client, strings.ToValidUTF8(userCode, ""), wrong})
}

// decideDevice handles the form on the page of askDevice.
func (e *Emulator) decideDevice(p pageRequest) {
	fields, user, ok := e.fields(p, "approve", "deny")
	if !ok {
		return
	}
	state := scanConfirmed
	if fields.Get("decision") == "deny" {
		state = scanCancelled
	}
	text := fields.Get("user_code")
	e.mu.Lock()
	was, found := "", e.state.devices.get(key{p.v.p.Name, "user_code", plainUserCode(text)})
	if found != nil {
		d := *found
		if was = d.at(e.now()); was == scanPending {
			d.state, d.user = state, user
		}
		if was == state && d.user == user { // people click twice
			was = scanPending
		}
	}
	e.mu.Unlock()
	switch {
	case was == "", was == scanExpired:
		p.x.diagnose(lang.Text{EN: "user_code: unknown or expired", ZH: "user_code：未知或已过期"})
		e.askDevice(p, http.StatusBadRequest, text, true)
	case was != scanPending:
		p.x.diagnose(lang.Text{EN: "user_code: already decided differently", ZH: "user_code：已经作出另一个决定"})
		e.note(p.x, p.r, p.v, http.StatusConflict, noteAnswered)
	case state == scanCancelled:
		p.x.Refusal = profile.KindDenied
		e.note(p.x, p.r, p.v, http.StatusOK, noteCancelled)
	default:
		p.x.about = &user
		e.note(p.x, p.r, p.v, http.StatusOK, noteDevice)
	}
}
