// Package record keeps the exchanges that pass through an http.RoundTripper.
package record

import (
	"bytes"
	"io"
	"net/http"
)

// Exchange is one request and its answer, as they went over the wire: nothing
// in it is redacted.
type Exchange struct {
	Request     *http.Request
	RequestBody []byte
	Response    *http.Response // its Body is spent
	Body        []byte         // as far as it was read
}

// Transport passes requests on and hands each exchange to Keep once the answer
// has been read and closed. Requests that get no answer are not kept.
type Transport struct {
	Base http.RoundTripper
	Keep func(Exchange)
}

// RoundTrip implements http.RoundTripper.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x := Exchange{Request: req}
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		if x.RequestBody, err = io.ReadAll(body); err != nil {
			return nil, err
		}
	}
	resp, err := t.Base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	x.Response = resp
	resp.Body = &tee{ReadCloser: resp.Body, done: func(body []byte) {
		x.Body = body
		t.Keep(x)
	}}
	return resp, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the base.
func (t Transport) CloseIdleConnections() {
	if c, ok := t.Base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// tee keeps what is read through it.
type tee struct {
	io.ReadCloser
	read bytes.Buffer
	done func([]byte)
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.read.Write(p[:n])
	return n, err
}

func (t *tee) Close() error {
	if t.done != nil {
		t.done(t.read.Bytes())
		t.done = nil
	}
	return t.ReadCloser.Close()
}
