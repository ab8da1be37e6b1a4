package emulator

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"ssoctl/pkg/lang"
)

// served is a profile as GET /_/profiles tells of it.
type served struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Docs    []string     `json:"docs"`
	BaseURL string       `json:"base_url"`
	Browser string       `json:"browser_url"` // the same for a browser
	Steps   []servedStep `json:"steps"`
	// Inputs are the values that clients have to send. Those secrets that the user
	// gave are left out; the emulator's own are none.
	Inputs map[string]string `json:"inputs"`
}

// servedStep says of a step where it is served and how it is known.
type servedStep struct {
	Name       string `json:"name"`
	Method     string `json:"method"`
	URL        string `json:"url"`        // placeholders remain where the client decides
	Source     string `json:"source"`     // one of profile.Known
	Provenance string `json:"provenance"` // the same in words, of the reader's language
	Guess      string `json:"guess,omitempty"`
	Scan       bool   `json:"scan,omitempty"`
}

// profiles tells what is served, and how each step is known.
func (e *Emulator) profiles(w http.ResponseWriter, r *http.Request) (int, error) {
	w.Header().Set("Vary", "Accept-Language")
	in, list := spoken(r.Header.Get("Accept-Language")), []served{}
	for _, name := range e.names {
		list = append(list, e.vendors[name].served(in))
	}
	text, err := json.Marshal(map[string]any{"profiles": list})
	if err != nil {
		return http.StatusInternalServerError, err
	}
	write(w, http.StatusOK, jsonText, string(text)+"\n")
	return http.StatusOK, nil
}

func (v *vendor) served(in lang.Lang) served {
	out := served{Name: v.p.Name, Title: v.p.Title, Docs: v.p.Docs, BaseURL: v.base, Browser: v.browser}
	if out.Docs == nil {
		out.Docs = []string{}
	}
	out.Inputs = map[string]string{}
	for name := range v.inputs {
		_, from := v.p.Given(name)
		if given := from.From != "" && from.From != "default"; !given || !v.secret(name) {
			out.Inputs[name], _ = v.inputs.Text(name)
		}
	}
	for _, s := range v.steps {
		out.Steps = append(out.Steps, servedStep{
			Name: s.Name, Method: s.Method, URL: v.address(s), Source: s.Source,
			Provenance: s.Provenance().In(in), Guess: s.GuessText().In(in), Scan: s.Name == "authorize" && s.Scan,
		})
	}
	return out
}

// address is where a step is served; {placeholders} stand for what the client
// chooses.
func (v *vendor) address(s *step) string {
	text, _ := s.URL.Expand(func(name string) (string, bool) {
		known, ok := v.expect.Known.Text(name)
		return cmp.Or(strings.TrimSuffix(known, "/"), "{"+name+"}"), ok
	})
	if rest, ok := strings.CutPrefix(text, v.base); ok && s.Name == "authorize" {
		return v.browser + rest
	}
	return text
}

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
