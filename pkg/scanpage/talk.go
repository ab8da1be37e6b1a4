package scanpage

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
)

// fromPage reports whether a request comes from the page itself, and not from another
// site that learned its address.
func fromPage(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return r.Method == http.MethodGet // browsers send no Origin with a GET
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

func (p *Page) data(w http.ResponseWriter, _ *http.Request) { answer(w, p.setup) }

// maxEvent limits the size of one event in bytes. Most of it is the code.
const maxEvent = 16 << 10

// hear receives an event.
func (p *Page) hear(w http.ResponseWriter, r *http.Request) {
	kind := body.Media(r.Header.Get("Content-Type"))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	status := http.StatusNoContent
	var e Event
	switch {
	case kind != "application/json":
		status = http.StatusUnsupportedMediaType
	case err != nil:
		status = http.StatusRequestEntityTooLarge
	case json.Unmarshal(body, &e) != nil || !e.makesSense():
		status = http.StatusBadRequest
	default:
		status = p.take(e)
	}
	w.WriteHeader(status)
}

// makesSense reports whether e is an event that the page can send.
func (e Event) makesSense() bool {
	known := slices.Contains(profile.ScanEvents, e.Name) || slices.Contains([]string{Shown, Failed, Unheard}, e.Name)
	return known && (e.Name == profile.ScanConfirmed) == (e.Code != "") && (e.Name == Failed) == slices.Contains(Problems, e.Problem)
}

// take passes an event on unless the login is over, and returns the HTTP status.
func (p *Page) take(e Event) (status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return http.StatusConflict
	}
	select {
	case p.told <- e:
		p.over = e.Name == profile.ScanConfirmed
		return http.StatusNoContent
	default:
		return http.StatusTooManyRequests
	}
}

// hold is how long a request waits for news. It is shorter than the server's write
// time-out.
const hold = 8 * time.Second

// news tells the page about renewals and the end. The query parameter renewals is the
// number of renewals that the page knows of. If it is current, the response waits.
func (p *Page) news(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	renewed := p.renewed
	if r.URL.Query().Get("renewals") == strconv.Itoa(p.renewals) {
		p.open++
		p.mu.Unlock()
		select {
		case <-renewed:
		case <-p.finished:
		case <-time.After(hold):
		case <-r.Context().Done():
		}
		p.mu.Lock()
		p.open--
	}
	defer p.mu.Unlock()
	answer(w, map[string]any{"renewals": p.renewals, "ended": p.hasEnded()})
}

func (p *Page) hasEnded() bool {
	select {
	case <-p.finished:
		return true
	default:
		return false
	}
}

// end shows how the login ended or, if that takes too long, that it continues in the
// terminal.
func (p *Page) end(w http.ResponseWriter, r *http.Request) {
	select {
	case <-p.finished:
		p.ending.Answer(w, p.lang)
		p.once.Do(func() { close(p.shown) })
	case <-time.After(hold):
		loopback.Ending{Kind: loopback.Pending, Login: p.setup.Login}.Answer(w, p.lang)
	case <-r.Context().Done():
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the browser will ask again if it is still there
}
