package emulator

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// maxBody is how large a request's body may be, in bytes.
const maxBody = 1 << 20

// call is one request that was recognised as a step's.
type call struct {
	v        *vendor
	s        *step
	req      *http.Request
	now      time.Time
	seen     recipe.Seen
	findings []finding
	login    *login // whose code or token came, nil for nobody's
	user     User   // whom the answer speaks of
}

// finding is one thing about a request that is not as it should be.
type finding struct {
	kind string // of the refusal that it leads to; "" when it leads to none
	text string // what is wrong, without secrets; "" where problem says it
	// problem is what is reported: what the recipe found, or its like.
	problem recipe.Problem
}

// severity is the order in which a vendor looks at a request: its form, the
// client, and only then the code or token.
var severity = []string{"bad_request", "missing_parameter", "invalid_client"}

func rank(kind string) int {
	if i := slices.Index(severity, kind); i >= 0 {
		return i
	}
	return len(severity)
}

// refusal returns the kind of refusal that the findings lead to, "" for none.
func (c *call) refusal() string {
	kind := ""
	for _, f := range c.findings {
		if f.kind != "" && (kind == "" || rank(f.kind) < rank(kind)) {
			kind = f.kind
		}
	}
	return kind
}

// found adds a finding on a placeholder of the step.
func (c *call) found(kind, placeholder, text string) {
	member := c.s.member(placeholder)
	c.findings = append(c.findings, finding{kind, member + ": " + text, recipe.Problem{
		Member: member, Placeholder: placeholder, Kind: recipe.Differs, Got: c.seen.Values[placeholder],
	}})
}

func (e *Emulator) serve(w http.ResponseWriter, r *http.Request, v *vendor, ev *Event) {
	ev.Profile = v.p.Name
	here, methods := v.at(r)
	if len(here) == 0 {
		e.unserved(w, v, methods, ev)
		return
	}
	body, err := readBody(w, r)
	c := &call{v: v, req: r, now: e.opts.Now(), user: DefaultUser()}
	c.s, c.seen = v.recognise(here, r, body)
	ev.Step = c.s.Name
	c.judge(err)
	e.checkFresh(c)
	if c.s.Name == "authorize" {
		ev.Refusal, ev.Status = e.authorize(w, c)
	} else {
		ev.Refusal, ev.Status = e.yield(w, c)
	}
	if e.opts.Report == nil {
		return
	}
	for _, f := range c.findings {
		if f.problem.Member != "" {
			ev.Problems = append(ev.Problems, f.problem)
		}
	}
	ev.Diagnosis = c.diagnosis()
	ev.Path = c.maskPath()
}

// asked is the finding of a refusal that Refuse asked for.
func asked(kind string) finding {
	return finding{kind: kind, text: "refused because it was asked for"}
}

// yield answers a step, or refuses it when the values that it holds are not
// good for it.
func (e *Emulator) yield(w http.ResponseWriter, c *call) (refusal string, status int) {
	if kind := e.disarm(c.v.p.Name, c.s.Name); kind != "" {
		c.findings = append(c.findings, asked(kind))
		return kind, e.refuse(w, c, kind)
	}
	if c.refusal() == "" {
		e.redeem(c)
	}
	if kind := c.refusal(); kind != "" {
		return kind, e.refuse(w, c, kind)
	}
	return "", e.answer(w, c)
}

// readBody never returns more than maxBody.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, errors.New("larger than 1 MiB")
	}
	if err != nil {
		return nil, errors.New("it broke off")
	}
	return body, nil
}

// judge makes findings of what the recipe says is wrong, and of inputs that do
// not match their pattern.
func (c *call) judge(bodyErr error) {
	if bodyErr != nil {
		c.findings = append(c.findings, finding{
			kind: "bad_request", text: "body: " + bodyErr.Error(),
			problem: recipe.Problem{Member: "body", Kind: recipe.Malformed, Got: secret.New(bodyErr.Error())},
		})
	}
	for _, p := range c.seen.Problems {
		c.findings = append(c.findings, finding{kind: c.v.kindOf(p), problem: p})
	}
	for _, name := range c.v.p.InputNames() {
		re, value := c.v.patterns[name], c.seen.Values[name]
		if re != nil && !value.IsZero() && !re.MatchString(value.Reveal()) {
			c.found("bad_request", name, "does not match "+c.v.p.Inputs[name].Pattern)
		}
	}
}

// kindOf returns the kind of refusal that a problem leads to.
func (v *vendor) kindOf(p recipe.Problem) string {
	_, known := v.expect.Known[p.Placeholder]
	switch {
	case p.Kind == recipe.Unread:
		return ""
	case recipe.IsClientAuth(p.Placeholder):
		return "invalid_client"
	case p.Kind == recipe.Missing:
		return "missing_parameter"
	case p.Kind == recipe.Differs && (known || p.Placeholder == "sign"):
		return "invalid_client"
	}
	return "bad_request"
}

// unserved answers a path that is no step's, or is one by another method.
func (e *Emulator) unserved(w http.ResponseWriter, v *vendor, methods []string, ev *Event) {
	ev.Refusal, ev.Status = "not_found", http.StatusNotFound
	ev.Diagnosis = "path: " + v.p.Name + " has nothing here; it has " + strings.Join(v.places(), ", ")
	if len(methods) > 0 {
		allowed := strings.Join(methods, ", ")
		ev.Refusal, ev.Status = "bad_request", http.StatusMethodNotAllowed
		ev.Diagnosis = "method: expected " + allowed + ", got " + shown(ev.Method)
		w.Header().Set("Allow", allowed)
	}
	e.writeRefusal(w, v, v.p.Reply, ev.Refusal, ev.Status)
}

// places lists what the vendor serves.
func (v *vendor) places() []string {
	var out []string
	for _, s := range v.steps {
		at, _ := s.URL.Expand(func(name string) (string, bool) {
			text, ok := v.expect.Known.Text(name)
			return cmp.Or(strings.TrimSuffix(text, "/"), "{"+name+"}"), ok
		})
		if _, path, ok := strings.Cut(at, "://"); ok {
			_, path, _ = strings.Cut(path, "/")
			at = "/" + path
		}
		if place := s.Method + " " + at; !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

// lost answers a path of no profile.
func (e *Emulator) lost(w http.ResponseWriter, ev *Event) {
	ev.Status, ev.Diagnosis = http.StatusNotFound, "path: no profile is served here"
	text := "Nothing is here. These profiles are:\n"
	for _, name := range e.names {
		text += e.vendors[name].base + "\n"
	}
	write(w, ev.Status, plainText, text)
}

// Media types of answers.
const (
	plainText = "text/plain; charset=utf-8"
	jsonText  = "application/json;charset=utf-8"
)

func write(w http.ResponseWriter, status int, contentType, text string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone misses it
}
