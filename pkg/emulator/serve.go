package emulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// maxBody is the limit of a request's body, in bytes.
const maxBody = 1 << 20

// call is one request that was recognised as a step.
type call struct {
	v          *vendor
	s          *step
	candidates []*step // all steps at the request's path and method, including s
	req        *http.Request
	id         int64 // the request's number
	body       []byte
	now        time.Time
	fault      *Fault        // fault to inject, nil if none
	delay      time.Duration // delay before the request is processed
	seen       recipe.Seen
	expect     recipe.Expect // of seen
	findings   []finding
	login      *login          // login of the code or token in the request, nil if none
	user       User            // the user that the response describes
	hides      *scrub.Scrubber // see scrubber
	known      bool            // user is known although login is nil
}

// finding is one fault in a request, or a remark on it.
type finding struct {
	kind profile.Kind // kind of refusal that it causes; "" if none
	text string       // what is wrong, without secrets; "" if problem says it
	// problem is the same in the form of a recipe's problem, for Event.Problems.
	problem recipe.Problem
}

// severity is the order of a vendor's checks once it knows the client: the form of the
// request, its signature, and last the code or token.
var severity = []profile.Kind{profile.KindBadRequest, profile.KindMissingParameter, profile.KindInvalidClient}

// wholeParts are the members that stand for a whole request or a whole part of it.
var wholeParts = []string{"method", "content-type", "body", "query", "form", "json"}

// rank returns the position of a finding in the order of a vendor's checks. An
// unreadable request comes first, then the client's credentials, which gateways check
// before other members. Findings that do not cause a refusal come last.
func (c *call) rank(f finding) int {
	credential := c.v.isCredential(f.problem.Placeholder)
	switch i := slices.Index(severity, f.kind); {
	case f.kind == "":
		return len(severity) + 3
	case i < 0:
		return len(severity) + 2
	case f.kind == profile.KindBadRequest && (credential || slices.Contains(wholeParts, f.problem.Member)):
		return 0
	case credential:
		return 1
	default:
		return i + 2
	}
}

// decisive returns the finding that decides the refusal, and false if the request is
// not refused.
func (c *call) decisive() (finding, bool) {
	if len(c.findings) == 0 {
		return finding{}, false
	}
	first := slices.MinFunc(c.findings, func(a, b finding) int { return c.rank(a) - c.rank(b) })
	return first, first.kind != ""
}

// refusal returns the kind of refusal that the findings cause, or "" for none.
func (c *call) refusal() profile.Kind {
	f, _ := c.decisive()
	return f.kind
}

// found adds a finding about a placeholder of the step.
func (c *call) found(kind profile.Kind, placeholder, text string) {
	member := c.s.member(placeholder)
	got, _ := c.seen.Text(placeholder)
	c.findings = append(c.findings, finding{kind, member + ": " + text, recipe.Problem{
		Member: member, Placeholder: placeholder, Kind: recipe.Differs, Got: secret.New(got),
	}})
}

func (e *Emulator) serve(x *recorder, r *http.Request, v *vendor) {
	x.Profile, x.v = v.p.Name, v
	candidates, others := v.at(r)
	body, err := readBody(x, r)
	x.body = body
	if len(candidates) == 0 {
		if e.servePage(x, r, v) {
			return
		}
		e.unserved(x, v, others, &x.Event)
		return
	}
	c := &call{v: v, candidates: candidates, req: r, id: x.ID, body: body, now: x.Time, user: e.defaultUser}
	c.s, c.seen = v.recognise(candidates, r, body)
	c.expect = v.expect
	e.supplyUnsent(c)
	x.call, x.Step = c, c.s.Name
	c.judge(err)
	if r.URL != x.req.URL {
		c.findings = append(c.findings, finding{text: "path: // was read as /"})
	}
	e.injectFaults(x, c)
	if !x.before(c) {
		return
	}
	e.checkFresh(c)
	c.checkTokens()
	if c.v.starting[c.s.Name] {
		e.start(c)
	}
	if c.s.Name == profile.StepAuthorize {
		x.Refusal, x.Status = e.authorize(x, c)
	} else {
		x.Refusal, x.Status = e.respond(x, c)
	}
	x.after(c)
}

// respond writes the step's response, or a refusal because of a fault, a finding, or an
// invalid code or token.
func (e *Emulator) respond(w http.ResponseWriter, c *call) (refusal profile.Kind, status int) {
	if kind := c.injectedRefusal(); kind != "" {
		return kind, e.refuse(w, c, kind)
	}
	if c.fault.Is(fault.Repeated) {
		first := *c
		first.fault = nil
		e.respond(discard{http.Header{}}, &first)
	}
	if c.refusal() == "" {
		e.redeem(c)
	}
	if kind := c.refusal(); kind != "" {
		return kind, e.refuse(w, c, kind)
	}
	return "", e.writeExample(w, c)
}

// discard is the writer of a response that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header           { return d.header }
func (discard) WriteHeader(int)                 {}
func (discard) Write(p []byte) (n int, _ error) { return len(p), nil }

// readBody returns the request's body. A body over maxBody bytes is an error.
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
		return nil, errors.New("it did not arrive in time")
	}
	return nil, errors.New("it is incomplete")
}

// judge adds findings for the problems that the recipe found, for an unreadable body,
// and for inputs that do not match their pattern.
func (c *call) judge(bodyErr error) {
	if bodyErr != nil {
		c.findings = append(c.findings, finding{
			kind: profile.KindBadRequest, text: "body: " + bodyErr.Error(),
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
		came := "got " + orNothing(value)
		if c.v.secret(name) {
			came = "got " + lang.Count(len([]rune(value)), "character")
		}
		c.found(profile.KindBadRequest, name, "does not match "+c.v.p.Inputs[name].Pattern+"; "+came)
	}
}

// kindOf returns the kind of refusal that a problem causes.
func (c *call) kindOf(p recipe.Problem) profile.Kind {
	_, known := c.v.expect.Known[p.Placeholder]
	switch {
	case tolerated(p):
		return ""
	case p.Member == "headers.Authorization" && p.Kind != recipe.Malformed && c.s.scheme() == bearer:
		return profile.KindInvalidToken // no token was sent (RFC 6750 §3.1)
	case recipe.IsClientAuth(p.Placeholder):
		return profile.KindInvalidClient
	case c.isToken(p) && (p.Inside != "" || p.Kind != recipe.Missing):
		return profile.KindInvalidClient
	case p.Kind == recipe.Missing:
		return profile.KindMissingParameter
	case p.Kind == recipe.Differs && (known || c.isDerived(p.Placeholder)):
		return profile.KindInvalidClient
	}
	return profile.KindBadRequest
}

// Media types of responses.
const (
	plainText  = "text/plain; charset=utf-8"
	jsonText   = "application/json;charset=utf-8"
	formText   = body.FormType + ";charset=utf-8"
	xmlText    = "application/xml;charset=utf-8"
	scriptText = "text/javascript;charset=utf-8"
)

func write(w http.ResponseWriter, status int, contentType, text string) {
	setType(w.Header(), contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // fails only if the client disconnected
}

// setType sets the Content-Type, and headers against caching (RFC 6749 §5.1) and
// against content sniffing.
func setType(h http.Header, contentType string) {
	h["Cache-Control"], h["Pragma"], h["X-Content-Type-Options"] = noStore, noCache, noSniff
	if contentType == jsonText {
		h["Content-Type"] = isJSON
		return
	}
	h["Content-Type"] = []string{contentType}
}

// Shared header values, which save allocations. They must not be modified.
var noStore, noCache, noSniff, isJSON = []string{"no-store"}, []string{"no-cache"}, []string{"nosniff"}, []string{jsonText}
