package emulator

import "net/http"

// live is the page that shows exchanges as they happen. What it shows it asks
// the administration for.
func (e *Emulator) live(w http.ResponseWriter, r *http.Request) (int, error) {
	v := view{lang: spoken(r.Header.Get("Accept-Language")), Static: e.root + "/" + adminName + "/static/"}
	render(w, http.StatusOK, contentPolicy+unframed, "live.html", struct {
		view
		Admin   string
		Address string
		Approve string
		Users   []User
	}{v, e.root + "/" + adminName + "/", e.opts.Address, e.opts.Approve, e.Users()})
	return http.StatusOK, nil
}

// listUsers tells who can log in.
func (e *Emulator) listUsers(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]any{"approve": e.opts.Approve, "users": e.Users()})
	return http.StatusOK, nil
}
