package emulator

import (
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// injectFaults counts the request for all faults, and notes those that affect it in c.
func (e *Emulator) injectFaults(x *recorder, c *call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.state.faults) == 0 {
		return
	}
	var texts []string
	for _, f := range e.state.faults.Due(fault.Request{Profile: c.v.p.Name, Step: c.s.Name, User: e.concerned(c), Refuses: c.v.refuses, Forges: c.s.canForge}) {
		if f.Kind == "latency" {
			c.delay += f.Delay
		} else {
			c.fault = &f
		}
		texts = append(texts, f.String())
	}
	if x.Fault = strings.Join(texts, ", "); x.Fault != "" {
		c.findings = append(c.findings, finding{text: lang.Sprintf(lang.Text{EN: "fault injected: %s%s", ZH: "注入的故障：%s%s"}, x.Fault, c.forgeryText())})
	}
}

// concerned returns the names of the user that a request concerns, before its code or
// token is checked, or nothing if no user is known. The caller holds the lock.
func (e *Emulator) concerned(c *call) []string {
	if c.s.Name == profile.StepAuthorize {
		if e.opts.Approve == ApproveAsk || e.opts.Approve == ApproveDeny {
			return nil
		}
		return e.defaultUser.Names()
	}
	for _, ph := range c.s.Placeholders() {
		text := c.seen.Values[ph.Name].Reveal()
		k := key{c.v.p.Name, ph.Name, text}
		var found *login
		switch {
		case text == "":
			continue
		case ph.Name == "code":
			if code := e.state.codes.get(k); code != nil {
				found = code.login
			}
		case ph.Name == "access_token":
			if token := e.state.access.get(k); token != nil {
				found = token.login
			}
		case ph.Name == "refresh_token":
			if token := e.state.refresh.get(k); token != nil {
				found = token.login
			}
		case c.v.fromResponse[ph.Name]:
			if v := e.state.responseValues.get(k); v != nil {
				return v.user.Names()
			}
		}
		if found != nil {
			return found.user.Names()
		}
	}
	return nil
}

// injectedRefusal returns the kind of refusal that a fault asks for, or "".
func (c *call) injectedRefusal() profile.Kind {
	if c.fault == nil || !c.fault.Refuses() {
		return ""
	}
	if kind := profile.Kind(c.fault.Kind); slices.Contains(profile.Kinds, kind) {
		return kind
	}
	r, _ := c.v.p.Refusal(c.fault.Kind, "")
	return r.Kind
}

// before plays the faults that happen before the vendor reads the request, and
// reports whether processing continues.
func (x *recorder) before(c *call) bool {
	if c.delay > 0 {
		if !fault.Wait(x.req.Context(), c.delay, x.e.closing) {
			return false
		}
		c.now = x.e.now()
	}
	switch {
	case c.fault.Is("reset_before"):
		fault.Reset(x.ResponseWriter)
		return false
	case c.fault.Is("html_502"):
		write(x, http.StatusBadGateway, "text/html; charset=utf-8", fault.BadGateway)
		return false
	}
	x.hold = c.fault != nil && c.fault.Transport() && c.forgery() == ""
	return true
}

// after sends a response that was held back, changed as the fault asks.
func (x *recorder) after(c *call) {
	if !x.hold {
		return
	}
	x.hold = false
	r := &fault.Response{Writer: x.ResponseWriter, Request: x.req, Status: x.Status, Body: x.kept, Size: x.size, Closing: x.e.closing}
	defer func() { x.kept, x.size = r.Body, r.Size }() // deferred because Send may panic
	c.fault.Send(r)
}
