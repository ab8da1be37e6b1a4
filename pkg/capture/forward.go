package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// passed is a request in progress.
type passed struct {
	target *target
	req    *http.Request // from the client
	body   []byte
	at     time.Time
}

// ServeHTTP forwards a request to the vendor and keeps a fixture. A request for the
// step authorize comes from a browser; ServeHTTP redirects it to the vendor.
func (r *Proxy) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ev := event{method: req.Method, path: r.opts.Prefix}
	defer func() { fmt.Fprintln(r.opts.Log, ev.line().In(r.opts.Lang)) }()
	fail := func(status int, problem lang.Text) {
		ev.status, ev.problems = status, append(ev.problems, problem)
		http.Error(w, problem.EN, status)
	}
	p, status, err := r.received(w, req)
	if err != nil {
		fail(status, lang.Of(err))
		return
	}
	ev.step = p.target.stepName()
	r.learn(p)
	ev.path = r.standins.scrub(r.opts.Prefix + r.path(p.target))
	if ev.step == string(profile.StepAuthorize) {
		http.Redirect(w, req, p.target.url.String(), http.StatusFound)
		ev.status = http.StatusFound
		r.keepFixture(p, nil, nil, &ev)
		return
	}
	resp, data, err := r.pass(req, p)
	if err != nil {
		fail(http.StatusBadGateway, r.scrubbed(lang.Of(err)))
		return
	}
	ev.status = resp.StatusCode
	switch p.target.document {
	case profile.StepDiscovery:
		data = r.withOurEndpoints(data)
	case "":
		r.keepFixture(p, resp, data, &ev)
	}
	copyHeader(w.Header(), resp.Header)
	w.Header().Del("Content-Length")
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(data) // fails if the client is gone
}

// received reads a request and finds its target. An error comes with the HTTP status for the client.
func (r *Proxy) received(w http.ResponseWriter, req *http.Request) (p *passed, status int, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRequest))
	if err != nil {
		return nil, http.StatusRequestEntityTooLarge, lang.Errorf(lang.Text{
			EN: "the request was cut off or is larger than 1 MiB, and was not forwarded",
			ZH: "请求不完整或超过 1 MiB，没有转发",
		})
	}
	to, err := r.target(req, body)
	return &passed{req: req, body: body, at: r.opts.Now(), target: to}, http.StatusNotFound, err
}

// pass sends the request to the vendor and reads the response.
func (r *Proxy) pass(req *http.Request, p *passed) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(req.Context(), r.opts.Timeout)
	defer cancel()
	var sent io.Reader
	if len(p.body) > 0 {
		sent = bytes.NewReader(p.body)
	}
	out, err := http.NewRequestWithContext(ctx, req.Method, p.target.url.String(), sent)
	if err != nil {
		return nil, nil, err
	}
	copyHeader(out.Header, req.Header)
	out.Header.Del("Accept-Encoding") // net/http asks for gzip and decompresses
	if _, named := req.Header["User-Agent"]; !named {
		out.Header["User-Agent"] = nil // otherwise net/http adds its own
	}
	// On a reused connection net/http may send a GET twice, but a code must be sent only
	// once.
	r.http.CloseIdleConnections()
	resp, err := r.http.Do(out)
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // its text contains the URL
		}
		return nil, nil, lang.Errorf(lang.Text{EN: "no response from %s: %v", ZH: "%s 没有响应：%v"}, p.target.url.Host, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if err != nil {
		return nil, nil, lang.Errorf(lang.Text{EN: "the response from %s was cut off: %v", ZH: "%s 的响应不完整：%v"}, p.target.url.Host, err)
	}
	data = body.Inflate(resp.Header, data, maxResponse)
	if len(data) > maxResponse {
		return nil, nil, lang.Errorf(lang.Text{EN: "the response from %s is larger than %d MiB", ZH: "%s 的响应超过 %d MiB"}, p.target.url.Host, maxResponse>>20)
	}
	return resp, data, nil
}

// ofOneHop are the headers that apply to one connection only (RFC 9110 §7.6.1).
var ofOneHop = []string{"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// copyHeader copies a header without the fields that apply to one connection only.
func copyHeader(to, from http.Header) {
	var named []string
	for _, list := range from.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			named = append(named, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for name, values := range from {
		if !slices.Contains(ofOneHop, name) && !slices.Contains(named, name) {
			to[name] = slices.Clone(values)
		}
	}
}
