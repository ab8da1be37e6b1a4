package emulator_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// FuzzRequest sends raw requests to the emulator. It must not panic, accept a request
// that the recipe does not allow, or reveal a secret.
func FuzzRequest(f *testing.F) {
	w := start(f, builtins(f)...)
	var secrets []string
	parties := map[string]*party{}
	for _, p := range w.profiles {
		c := w.party(f, p)
		parties[p.Name] = c
		for name, in := range p.Inputs {
			if text, ok := c.values.Text(name); in.Secret && ok {
				secrets = append(secrets, text)
			}
		}
		for _, s := range p.Requests() {
			c.ready(s)
			request := c.build(s)
			var raw bytes.Buffer
			if err := request.Write(&raw); err != nil {
				f.Fatal(err)
			}
			f.Add(raw.Bytes())
		}
	}
	f.Add([]byte("POST /_/codes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"))
	f.Add([]byte("GET * HTTP/1.1\r\nHost: [::1\r\n\r\n"))
	for _, path := range []string{"events", "requests?since=0", "requests.har", "assert?count=1", "faults", "clock"} {
		f.Add([]byte("GET /_/" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // some responses do not end
		defer cancel()
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r.WithContext(ctx))
		ev := w.last()
		if ev.Status != rec.Code || ev.Method != r.Method {
			t.Fatalf("status %d, event %+v", rec.Code, ev)
		}
		if ev.Step != "" && ev.Refusal == "" {
			if lack := parties[ev.Profile].lacks(r, string(body), ev.Step); lack != "" {
				t.Errorf("accepted, but %s: %q", lack, raw)
			}
		}
		for _, p := range ev.Problems {
			if p.Kind != recipe.Unread && ev.Refusal == "" {
				t.Errorf("accepted in spite of %s", ev.Diagnosis)
			}
		}
		if strings.Contains(ev.Diagnosis, "\n") {
			t.Errorf("the diagnosis has more than one line: %q", ev.Diagnosis)
		}
		for _, s := range secrets {
			if strings.Contains(ev.Diagnosis, s) {
				t.Errorf("the diagnosis contains a secret: %q", ev.Diagnosis)
			}
		}
	})
}

// lacks returns a member that the step's recipe requires and the request lacks, or "".
// It reads the request independently of the recogniser.
func (c *party) lacks(r *http.Request, body string, step profile.StepName) string {
	s := c.p.Step(step)
	if r.Method != s.Method {
		return "by " + r.Method
	}
	parts := map[string]url.Values{"query": r.URL.Query(), "headers": {}, "form": {}, "json": {}}
	for name, values := range r.Header {
		parts["headers"][strings.ToLower(name)] = values
	}
	if form, err := url.ParseQuery(body); s.Form != nil && err == nil {
		parts["form"] = form
	}
	var object map[string]any
	if json.Unmarshal([]byte(body), &object) == nil {
		for name, v := range object {
			parts["json"].Set(name, profile.Text(v))
			if list, ok := v.([]any); ok {
				for i, element := range list {
					parts["json"].Set(fmt.Sprintf("%s.%d", name, i), profile.Text(element))
				}
			}
		}
	}
	for key, template := range members(s) {
		group, name, _ := strings.Cut(key, ".")
		if group == "headers" {
			name = strings.ToLower(name)
		}
		got := parts[group][name]
		want, open := template.Expand(func(name string) (string, bool) {
			in := c.p.Inputs[name]
			text, ok := c.values.Text(name)
			return text, ok && (in.Required || in.Secret) && name != "redirect_uri"
		})
		needed := slices.ContainsFunc(open, func(ph recipe.Placeholder) bool { return !ph.Optional })
		switch {
		case len(open) == 0 && (len(got) != 1 || got[0] != want):
			return fmt.Sprintf("%s is %q, not %q", key, got, want)
		case needed && (len(got) != 1 || got[0] == ""):
			return fmt.Sprintf("%s is %q", key, got)
		}
	}
	return ""
}
