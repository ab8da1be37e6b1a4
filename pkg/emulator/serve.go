package emulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// maxBody is how large a request's body may be, in bytes.
const maxBody = 1 << 20

// call is one request that was recognised as a step's.
type call struct {
	v        *vendor
	s        *step
	here     []*step // all that are served where the request came, s among them
	req      *http.Request
	id       int64 // the request's number
	body     []byte
	now      time.Time
	fault    *Fault        // that happens to it, nil for none
	delay    time.Duration // before it is looked at
	seen     recipe.Seen
	findings []finding
	login    *login           // whose code or token came, nil for nobody's
	user     User             // whom the answer speaks of
	hides    *secret.Scrubber // see scrubber
	known    bool             // it is somebody whom an earlier answer told of
}

// finding is one thing about a request that is not as it should be.
type finding struct {
	kind string // of the refusal that it leads to; "" when it leads to none
	text string // what is wrong, without secrets; "" where problem says it
	// problem is what is reported: what the recipe found, or its like.
	problem recipe.Problem
}

// severity is the order in which a vendor looks at a request, once it knows the
// client: its form, its signature, and only then the code or token.
var severity = []string{"bad_request", "missing_parameter", "invalid_client"}

// wholeParts are the members of problems with all of a request or a part of it.
var wholeParts = []string{"method", "content-type", "body", "query", "form", "json"}

// rank is the place of a finding in the order in which a vendor looks at a
// request. Whatever can be read, gateways judge the client's credentials before any
// other member. What refuses nothing comes last.
func (c *call) rank(f finding) int {
	credential := c.v.isCredential(f.problem.Placeholder)
	switch i := slices.Index(severity, f.kind); {
	case f.kind == "":
		return len(severity) + 3
	case i < 0:
		return len(severity) + 2
	case f.kind == "bad_request" && (credential || slices.Contains(wholeParts, f.problem.Member)):
		return 0
	case credential:
		return 1
	default:
		return i + 2
	}
}

// decisive returns the finding that decides how the request is refused, false if
// nothing refuses it.
func (c *call) decisive() (finding, bool) {
	if len(c.findings) == 0 {
		return finding{}, false
	}
	first := slices.MinFunc(c.findings, func(a, b finding) int { return c.rank(a) - c.rank(b) })
	return first, first.kind != ""
}

// refusal returns the kind of refusal that the findings lead to, "" for none.
func (c *call) refusal() string {
	f, _ := c.decisive()
	return f.kind
}

// found adds a finding on a placeholder of the step.
func (c *call) found(kind, placeholder, text string) {
	member := c.s.member(placeholder)
	got, _ := c.seen.Text(placeholder)
	c.findings = append(c.findings, finding{kind, member + ": " + text, recipe.Problem{
		Member: member, Placeholder: placeholder, Kind: recipe.Differs, Got: secret.New(got),
	}})
}

func (e *Emulator) serve(x *exchange, r *http.Request, v *vendor) {
	x.Profile, x.v = v.p.Name, v
	here, others := v.at(r)
	body, err := readBody(x, r)
	x.body = body
	if len(here) == 0 {
		if e.visit(x, r, v) {
			return
		}
		e.unserved(x, v, others, &x.Event)
		return
	}
	c := &call{v: v, here: here, req: r, id: x.ID, body: body, now: x.Time, user: e.someone}
	c.s, c.seen = v.recognise(here, r, body)
	x.call, x.Step = c, c.s.Name
	c.judge(err)
	if r.URL != x.req.URL {
		c.findings = append(c.findings, finding{text: "path: // is taken for /"})
	}
	e.arm(x, c)
	if !x.before(c) {
		return
	}
	e.checkFresh(c)
	if c.s.Name == "authorize" {
		x.Refusal, x.Status = e.authorize(x, c)
	} else {
		x.Refusal, x.Status = e.yield(x, c)
	}
	x.after(c)
}

// yield answers a step, or refuses it when the values that it holds are not
// good for it.
func (e *Emulator) yield(w http.ResponseWriter, c *call) (refusal string, status int) {
	if kind := c.disarm(); kind != "" {
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
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	var body []byte
	var err error
	if n := r.ContentLength; n >= 0 && n <= maxBody {
		body = make([]byte, n)
		_, err = io.ReadFull(r.Body, body)
	} else {
		body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	}
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, errors.New("larger than 1 MiB")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errors.New("it did not come in time")
	}
	return nil, errors.New("it broke off")
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
		if !c.withoutPKCE(p) {
			c.findings = append(c.findings, finding{kind: c.kindOf(p), problem: p})
		}
	}
	c.judgePKCE()
	c.judgeBearer()
	for _, name := range c.v.patterned {
		value := c.seen.Values[name].Reveal()
		if value == "" || c.v.patterns[name].MatchString(value) {
			continue
		}
		came := "got " + shown(value)
		if c.v.secret(name) {
			came = lang.Count(len([]rune(value)), "character") + " came"
		}
		c.found("bad_request", name, "does not match "+c.v.p.Inputs[name].Pattern+"; "+came)
	}
}

// kindOf returns the kind of refusal that a problem leads to.
func (c *call) kindOf(p recipe.Problem) string {
	_, known := c.v.expect.Known[p.Placeholder]
	switch {
	case tolerated(p):
		return ""
	case p.Member == "headers.Authorization" && p.Kind != recipe.Malformed && c.s.scheme() == bearer:
		return "invalid_token" // as RFC 6750 §3.1 has it: no token came
	case recipe.IsClientAuth(p.Placeholder):
		return "invalid_client"
	case p.Kind == recipe.Missing:
		return "missing_parameter"
	case p.Kind == recipe.Differs && (known || p.Placeholder == "sign"):
		return "invalid_client"
	}
	return "bad_request"
}

// Media types of answers.
const (
	plainText = "text/plain; charset=utf-8"
	jsonText  = "application/json;charset=utf-8"
)

func write(w http.ResponseWriter, status int, contentType, text string) {
	setType(w.Header(), contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone misses it
}

// setType says what an answer is, and that nobody is to keep it (RFC 6749 §5.1)
// or take it for something else.
func setType(h http.Header, contentType string) {
	h["Cache-Control"], h["Pragma"], h["X-Content-Type-Options"] = noStore, noCache, noSniff
	if contentType == jsonText {
		h["Content-Type"] = isJSON
		return
	}
	h["Content-Type"] = []string{contentType}
}

// The values of headers that most answers have; they never change.
var noStore, noCache, noSniff, isJSON = []string{"no-store"}, []string{"no-cache"}, []string{"nosniff"}, []string{jsonText}
