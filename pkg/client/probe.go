package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// ErrNoProbe means that a step's URL contains a value that an empty request cannot have: a
// secret, or a value that only a login supplies.
var ErrNoProbe = errors.New("the URL contains a secret, or a value that only a login supplies")

// Probed describes the connection to a step's URL, as an empty request found it. Names,
// Peer and TLS describe the first request to a host; later ones may reuse the connection.
type Probed struct {
	Method  string
	Address *url.URL // without its query
	Names   []string // IP addresses of the host or the proxy
	Peer    string   // address of the other end of the connection, which may be a proxy
	TLS     *tls.ConnectionState
	Status  int           // HTTP
	Skew    time.Duration // how far the local clock is ahead of the response's Date; 0 without a Date
}

// Probe sends an empty request to the step's URL: no credentials, code or query, and an
// empty body or {}. A working vendor refuses it, so the error is a [*Refusal] if all is
// well; otherwise it is the error that the step would return for this response. For
// [authorize], which is meant for browsers, Probe sends a request to the host only and
// accepts any response. Other errors are [ErrNoProbe] and those for missing inputs.
func (c *Client) Probe(ctx context.Context, s *profile.Step) (Probed, error) {
	ctx, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	empty, values, err := c.emptied(s)
	if err != nil {
		return Probed{}, err
	}
	reader, err := c.profile.Reader(s)
	if err != nil {
		return Probed{}, err
	}
	req, err := empty.Build(ctx, values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return Probed{}, c.unbuilt(s, err)
	}
	req.URL.RawQuery = ""
	if s == c.profile.Authorize {
		req.URL.Path, req.URL.RawPath = "/", ""
	}
	c.addHeaders(req)
	p := Probed{Method: req.Method, Address: req.URL}
	var way way
	req.Request = req.WithContext(httptrace.WithClientTrace(ctx, way.trace()))
	x := c.begin(record.Called, record.Repeat{}, empty, req, nil)
	x.Provoke()
	resp, body, err := c.send(ctx, empty, req, x)
	p.Names, p.Peer = way.found()
	if err == nil {
		p.TLS, p.Status = resp.TLS, resp.StatusCode
		if date, dateErr := http.ParseTime(resp.Header.Get("Date")); dateErr == nil {
			p.Skew = c.deps.Now().Sub(date)
		}
		if s != c.profile.Authorize {
			_, err = c.interpret(ctx, s, reader, NewResponse(s, resp, body))
		}
	}
	x.End(err, vendorCode(err))
	return p, err
}

// emptied returns a step with only the method, the URL and the type of body of s.
func (c *Client) emptied(s *profile.Step) (*profile.Step, recipe.Values, error) {
	empty := *s
	empty.Recipe = recipe.Recipe{Method: s.Method, URL: s.URL}
	if s == c.profile.Authorize {
		empty.Method = http.MethodHead
	}
	if s.JSON != nil {
		empty.JSON = map[string]any{}
	}
	if s.Form != nil {
		empty.Form = map[string]recipe.Template{}
	}
	values, err := c.profile.Values(empty.Placeholders(), c.deps.Refs)
	if err != nil {
		return nil, nil, err
	}
	for _, ph := range empty.Placeholders() {
		v, ok := values[ph.Name]
		if _, hidden := v.(secret.String); hidden || !ok && !ph.Optional {
			return nil, nil, ErrNoProbe
		}
	}
	return &empty, values, nil
}

// way records the addresses of a connection. It is locked because net/http may still be
// connecting after the request has ended.
type way struct {
	mu    sync.Mutex
	names []string
	peer  string
}

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSDone: func(info httptrace.DNSDoneInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.names = nil
			for _, addr := range info.Addrs {
				w.names = append(w.names, addr.String())
			}
		},
		GotConn: func(info httptrace.GotConnInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.peer = info.Conn.RemoteAddr().String()
		},
	}
}

func (w *way) found() (names []string, peer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.names, w.peer
}
