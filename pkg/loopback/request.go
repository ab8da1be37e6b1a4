package loopback

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"ssoctl/pkg/body"
)

// maxForm is the maximum size of a POSTed form in bytes. It equals the limit on
// headers, which contain the query of a GET.
const maxForm = 64 << 10

// noFragment is the parameter that our page adds if the address has no fragment.
const noFragment = "no-fragment"

// errCutOff means that the sender of a form has gone, or was too slow.
var errCutOff = errors.New("the form has no end")

// misdirected says why a request cannot be the redirect; nil if it can.
func (f *flow) misdirected(r *http.Request) *StrayError {
	if !f.hosts[strings.ToLower(r.Host)] {
		return NewStray(OtherHost).detailed(r.Host)
	}
	query, _ := url.ParseQuery(r.URL.RawQuery) // read reports errors
	if stray := f.own.differs(r.URL.Path, query); stray != nil {
		return stray
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return NewStray(OtherMethod).detailed(r.Method)
	}
	return nil
}

// read judges the query of a GET or the form of a POST (response_mode=form_post). The
// error is one of judge, or errCutOff.
func (f *flow) read(w http.ResponseWriter, r *http.Request) (Callback, error) {
	if isPrefetch(r.Header) {
		return Callback{}, NewStray(Prefetch)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Callback{}, NewStray(Malformed)
	}
	if r.Method == http.MethodPost {
		if query, err = f.form(w, r, query); err != nil {
			return Callback{}, err
		}
	}
	return f.expect.judge(query)
}

// form reads a POSTed form and adds the redirect_uri's own parameters, which are in
// the address. If the address contains part of the response, that is an error. Other
// parameters in the address are ignored.
func (f *flow) form(w http.ResponseWriter, r *http.Request, address url.Values) (url.Values, error) {
	if body.Media(r.Header.Get("Content-Type")) != body.FormType {
		return nil, NewStray(NoForm)
	}
	if f.expect.answers(address) {
		return nil, NewStray(Divided)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, NewStray(FormTooLarge)
	case err != nil:
		return nil, errCutOff
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, NewStray(Malformed)
	}
	for name, values := range f.own.query {
		form[name] = values
	}
	return form, nil
}

// isPrefetch reports whether a browser requests an address before the user opens it. If
// the request is refused, the browser repeats it when the user opens the address.
func isPrefetch(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if strings.HasPrefix(strings.ToLower(h.Get(name)), "pre") { // prefetch, prerender, preview
			return true
		}
	}
	return false
}

// refuse responds to a stray request and reports it.
func (f *flow) refuse(w http.ResponseWriter, r *http.Request, stray *StrayError) {
	status := reasons[stray.Reason].status
	if status == 0 {
		status = http.StatusBadRequest
	}
	if stray.Reason == OtherMethod {
		w.Header().Set("Allow", "GET, POST")
	}
	moves := stray.Reason == Empty && r.Method == http.MethodGet && !r.URL.Query().Has(noFragment)
	byItself := stray.byItself(r)
	// A browser that runs the page's script comes back at once, so this request need not be
	// reported: the next one has the response, or says that there is none.
	again := moves && r.Header.Get("Sec-Fetch-Dest") == "document"
	if !byItself && !again && !f.hasEnded() { // before responding: the next request may end the wait
		if stray, reported := f.expect.Strays.add(stray); reported {
			f.strays <- stray
		}
	}
	if byItself || slices.Contains([]Reason{OtherHost, OtherMethod, Prefetch}, stray.Reason) {
		plain(w, status)
		return
	}
	page(w, status, f.expect.Lang, Ending{Kind: f.kind(unfinished), Meaning: sentence(stray.shown()).In(f.expect.Lang), moves: moves})
}

// byItself reports whether a browser sent the request although the user did not open the
// address: for example for a site's icon, or for a script of a page that another program
// served on this port.
func (e *StrayError) byItself(r *http.Request) bool {
	if e.Reason != OtherPath && e.Reason != OtherHost {
		return false
	}
	name := path.Base(r.URL.Path)
	switch {
	case name == "favicon.ico" || name == "robots.txt" || strings.Contains(name, "touch-icon") || strings.HasPrefix(r.URL.Path, "/.well-known/"):
		return true
	}
	return !slices.Contains([]string{"", "document", "iframe", "frame"}, r.Header.Get("Sec-Fetch-Dest"))
}
