package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// First path segments of pages, below a vendor's base. The vendor's own paths take
// precedence.
const (
	askPath    = "_authorize" // the form of the authorize page
	phonePath  = "_scan"      // /<id>: the address in the QR code
	watchPath  = "_qr"        // /<watch>: the page with the QR code
	statusPath = "_qr/status" // /<watch>: the state of the QR code, as JSON
	devicePath = "_device"    // where somebody enters the code of a device
	embedPath  = "_embed"     // the page that the vendor's script embeds in a frame
	staticPath = "_static"    // /<file>
)

// pageRequest is a request for a page.
type pageRequest struct {
	x  *recorder
	r  *http.Request
	v  *vendor
	id string // path after the first segment
}

// servePage serves the request if it is for a page, and reports whether it is.
func (e *Emulator) servePage(x *recorder, r *http.Request, v *vendor) bool {
	place, id, _ := strings.Cut(e.below(r, v), "/")
	page := pageRequest{x, r, v, id}
	methods := map[string]func(pageRequest){}
	switch {
	case place == askPath && id == "":
		methods[http.MethodPost] = e.decide
	case place == phonePath && id != "":
		methods[http.MethodGet], methods[http.MethodPost] = e.phone, e.answerPhone
	case place == watchPath && id != "":
		methods[http.MethodGet] = e.watch
	case place == devicePath && id == "" && v.serves(profile.StepDevice):
		methods[http.MethodGet], methods[http.MethodPost] = e.showDevice, e.decideDevice
	case v.isLogout(r):
		methods[http.MethodGet], methods[http.MethodPost] = e.logout, e.logout
	case place == embedPath && id == "" && v.p.Scan != nil:
		methods[http.MethodGet] = e.embed
	case v.p.Scan != nil && r.URL.Path == v.scriptPath():
		methods[http.MethodGet] = e.script
	default:
		return false
	}
	serve, ok := methods[r.Method]
	if !ok {
		allowed := make([]string, 0, 2)
		for method := range methods {
			allowed = append(allowed, method)
		}
		slices.Sort(allowed)
		x.Header().Set("Allow", strings.Join(allowed, ", "))
		x.diagnose(wrongMethod(strings.Join(allowed, ", "), r.Method))
		e.note(x, r, v, http.StatusMethodNotAllowed, noteMethod)
		return true
	}
	if r.Method == http.MethodPost && !v.isLogout(r) && !e.fromHere(r) {
		x.diagnose(lang.Sprintf(lang.Text{EN: "origin: pages from %s may not send this form", ZH: "origin：来自 %s 的页面不能提交这个表单"}, orNothing(r.Header.Get("Origin"))))
		e.note(x, r, v, http.StatusForbidden, noteForeign)
		return true
	}
	serve(page)
	return true
}

// wrongMethod says that a path does not accept a method.
func wrongMethod(allowed, got string) lang.Text {
	return about("method", expectedGot(lang.Text{EN: allowed}, orNothing(got)))
}

// background serves the requests that pages make by themselves, and reports whether
// the request is one. They are neither reported nor kept in the ledger.
func (e *Emulator) background(w http.ResponseWriter, r *http.Request, v *vendor) bool {
	below := e.below(r, v)
	if below == "" || below[0] != '_' || r.Method != http.MethodGet {
		return false
	}
	if file, ok := strings.CutPrefix(below, staticPath+"/"); ok {
		return static(w, file)
	}
	if id, ok := strings.CutPrefix(below, statusPath+"/"); ok {
		e.status(w, v, id)
		return true
	}
	return false
}

// below returns the request's path after the vendor's base.
func (e *Emulator) below(r *http.Request, v *vendor) string {
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, e.root), "/")
	return strings.TrimPrefix(strings.TrimPrefix(path, v.p.Name), "/")
}

// fromHere is sameOrigin for an emulator that may be behind a proxy that changes the
// Host.
func (e *Emulator) fromHere(r *http.Request) bool {
	return sameOrigin(r) || len(r.Header.Values("Origin")) == 1 && r.Header.Get("Origin") == originOf(e.opts.Browser)
}

// returnsTo returns the part of a redirect_uri that pages show: its origin, or the
// scheme of an app.
func returnsTo(redirectURI string) string {
	if u, err := url.Parse(redirectURI); err == nil && ownScheme(u) {
		return u.Scheme + ":"
	}
	return originOf(redirectURI)
}

// originOf returns the scheme and host of an address, or "" if it lacks either.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
