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

// ErrNoProbe means that a step's address holds what an empty request has not:
// a secret, or a value that only a login brings.
var ErrNoProbe = errors.New("the address holds more than inputs that may be shown")

// Probed is what an empty request found out about the way to a step's address.
// Names, Peer and TLS are of the first request to a host; a later one may go over
// the same connection.
type Probed struct {
	Method  string
	Address *url.URL // without a query
	Names   []string // that the host's name, or the proxy's, stands for
	Peer    string   // what the connection is to, which may be a proxy
	TLS     *tls.ConnectionState
	Status  int           // HTTP
	Skew    time.Duration // of our clock against the answer's Date; 0 when it has none
}

// Probe sends an empty request to the step's address: no credential, no code, no
// query, and {} or nothing as the body. A vendor refuses that, so the error is a
// *Refusal where all is well; else what the client would make of the answer. Of
// [authorize], which is for browsers, only the host is asked, and any answer is
// good. Other errors are those of Values, and ErrNoProbe.
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
	c.dress(req)
	p := Probed{Method: req.Method, Address: req.URL}
	var way way
	req.Request = req.WithContext(httptrace.WithClientTrace(ctx, way.trace()))
	x := c.begin(record.Called, empty, req, nil)
	x.Provoke()
	resp, body, err := c.send(ctx, empty, req, x)
	p.Names, p.Peer = way.found()
	if err == nil {
		p.TLS, p.Status = resp.TLS, resp.StatusCode
		if date, dateErr := http.ParseTime(resp.Header.Get("Date")); dateErr == nil {
			p.Skew = c.deps.Now().Sub(date)
		}
		if s != c.profile.Authorize {
			_, err = c.judge(ctx, s, reader, NewResponse(resp, body), nil)
		}
	}
	x.End(err, vendorCode(err))
	return p, err
}

// emptied is a step without all but its method, its address, and the kind of its
// body.
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

// way notes what a connection came by. net/http may go on with it when the
// request has ended.
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
