package client

import (
	"net/http/httptrace"
	"sync/atomic"
)

// Phase is how far a request came.
type Phase string

// The phases, in their order.
const (
	PhaseLookup    Phase = "lookup"    // of the host's address
	PhaseConnect   Phase = "connect"   // to the host, or to the proxy
	PhaseHandshake Phase = "handshake" // of TLS
	PhaseAnswer    Phase = "answer"    // the request may have been sent; no answer yet
	PhaseBody      Phase = "body"      // the answer has begun
)

// progress notes the phase of one request. net/http may still be at a connection
// when the request has ended, hence the lock.
type progress struct{ phase atomic.Value }

func (p *progress) at() Phase {
	at, _ := p.phase.Load().(Phase)
	return at
}

// trace calls sending when the request is about to be sent.
func (p *progress) trace(sending func()) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { p.phase.Store(PhaseLookup) },
		ConnectStart:      func(string, string) { p.phase.Store(PhaseConnect) },
		TLSHandshakeStart: func() { p.phase.Store(PhaseHandshake) },
		GotConn: func(httptrace.GotConnInfo) {
			p.phase.Store(PhaseAnswer)
			sending()
		},
		GotFirstResponseByte: func() { p.phase.Store(PhaseBody) },
	}
}
