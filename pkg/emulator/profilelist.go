package emulator

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// listedProfile is a profile in the response to GET /_/profiles.
type listedProfile struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Docs    []string     `json:"docs"`
	BaseURL string       `json:"base_url"`
	Browser string       `json:"browser_url"` // BaseURL for browsers
	Steps   []listedStep `json:"steps"`
	// Inputs are the values that clients must send. They include secrets that the emulator
	// invented, which protect nothing, but no secrets that the user set.
	Inputs map[string]string `json:"inputs"`
}

// listedStep is a step in the response to GET /_/profiles.
type listedStep struct {
	Name       profile.StepName `json:"name"`
	Method     string           `json:"method"`
	URL        string           `json:"url"`        // with {placeholders} for what the client chooses
	Source     string           `json:"source"`     // one of profile.Known
	Provenance string           `json:"provenance"` // Source in words, in the reader's language
	Guess      string           `json:"guess,omitempty"`
	Scan       bool             `json:"scan,omitempty"`
}

// profiles lists the profiles, and the source of each step.
func (e *Emulator) profiles(w http.ResponseWriter, r *http.Request) (int, error) {
	w.Header().Set("Vary", "Accept-Language")
	in, list := spoken(r.Header.Get("Accept-Language")), []listedProfile{}
	for _, name := range e.names {
		list = append(list, e.sites[name].listed(in))
	}
	text, err := json.Marshal(map[string]any{"profiles": list})
	if err != nil {
		return http.StatusInternalServerError, err
	}
	write(w, http.StatusOK, jsonText, string(text)+"\n")
	return http.StatusOK, nil
}

func (s *site) listed(in lang.Lang) listedProfile {
	out := listedProfile{Name: s.p.Name, Title: s.p.Title, Docs: s.p.Docs, BaseURL: s.base, Browser: s.browser}
	if out.Docs == nil {
		out.Docs = []string{}
	}
	out.Inputs = map[string]string{}
	for name := range s.inputs {
		_, from := s.p.Given(name)
		if given := from.From != "" && from.From != "default"; !given || !s.secret(name) {
			out.Inputs[name], _ = s.inputs.Text(name)
		}
	}
	for _, step := range s.requests {
		out.Steps = append(out.Steps, listedStep{
			Name: step.Name, Method: step.Method, URL: s.address(step), Source: step.Source,
			Provenance: step.Provenance().In(in), Guess: step.GuessText().In(in), Scan: step.Name == profile.StepAuthorize && step.Scan,
		})
	}
	return out
}

// address returns the URL of a step, with {placeholders} for what the client chooses.
func (s *site) address(step *profile.Step) string {
	text, _ := step.URL.Expand(func(name string) (string, bool) {
		known, ok := s.expect.Known.Text(name)
		return cmp.Or(strings.TrimSuffix(known, "/"), "{"+name+"}"), ok
	})
	if rest, ok := strings.CutPrefix(text, s.base); ok && step.Name == profile.StepAuthorize {
		return s.browser + rest
	}
	return text
}

// live serves the page that shows requests as they arrive. Its script reads them
// from the administration API.
func (e *Emulator) live(w http.ResponseWriter, r *http.Request) (int, error) {
	v := view{lang: spoken(r.Header.Get("Accept-Language")), Static: e.root + "/" + adminName + "/static/"}
	writePage(w, http.StatusOK, contentPolicy+unframed, "live.html", struct {
		view
		Admin   string
		Address string
		Approve string
		Users   []User
	}{v, e.root + "/" + adminName + "/", e.opts.Address, e.opts.Approve, e.Users()})
	return http.StatusOK, nil
}
