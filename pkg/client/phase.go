package client

import (
	"net/http/httptrace"
	"sync/atomic"
)

// Phase is the last phase that a request reached.
type Phase string

// The phases in order.
const (
	PhaseLookup    Phase = "lookup"    // looking up the host
	PhaseConnect   Phase = "connect"   // connecting to the host or the proxy
	PhaseHandshake Phase = "handshake" // TLS handshake
	PhaseResponse  Phase = "answer"    // waiting for the response; the request may have been sent
	PhaseBody      Phase = "body"      // reading the response
)

// progress tracks the phase of one request. It is atomic because net/http may still be
// connecting after the request has ended.
type progress struct{ phase atomic.Value }

func (p *progress) at() Phase {
	at, _ := p.phase.Load().(Phase)
	return at
}

// trace returns hooks that track the phase and call sending just before the request is
// sent.
func (p *progress) trace(sending func()) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { p.phase.Store(PhaseLookup) },
		ConnectStart:      func(string, string) { p.phase.Store(PhaseConnect) },
		TLSHandshakeStart: func() { p.phase.Store(PhaseHandshake) },
		GotConn: func(httptrace.GotConnInfo) {
			p.phase.Store(PhaseResponse)
			sending()
		},
		GotFirstResponseByte: func() { p.phase.Store(PhaseBody) },
	}
}
