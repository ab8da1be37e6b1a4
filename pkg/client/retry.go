package client

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
)

// Retries says how often a request is sent again after a failure that may be temporary, if
// [profile.Profile.IsRepeatable] allows that. The zero Retries repeats nothing.
type Retries struct {
	Most    int
	Waiting func(Waiting) // called before each wait; may be nil
}

// MostRetries is the default of Retries.Most in commands, and the largest that they allow.
const MostRetries = 3

// Waiting is a wait before a request is sent again.
type Waiting struct {
	Err    error // why
	For    time.Duration
	Number int // of the repetition, from 1
	Most   int
}

// Text returns one line about the wait.
func (w Waiting) Text() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "%s: trying again in %s (%d of %d)", ZH: "%s：%s后重试（第 %d 次，最多 %d 次）",
	}, lang.Of(w.Err), lang.Span(w.For), w.Number, w.Most)
}

// MostWait is the longest Retry-After that is obeyed. If the server asks for more, the request
// is not repeated.
const MostWait = 30 * time.Second

// repeat calls attempt. While that fails in a way that may be temporary, it waits and calls it
// again, up to most times, but only if the request of the step is safe to repeat. Each attempt has
// the whole time-out of a request. repeat returns the error of the last attempt or, if ctx ends
// during a wait, the cause of that.
func (c *Client) repeat(ctx context.Context, s *profile.Step, most int, attempt func(context.Context, record.Repeat) error) error {
	if !c.profile.IsRepeatable(s) {
		most = 0
	}
	for again := (record.Repeat{}); ; {
		err := c.within(ctx, again, attempt)
		if again.Number >= most || !IsTemporary(err) || ctx.Err() != nil {
			return err
		}
		asked := RetryAfter(err)
		wait := c.backOff(again.Number, asked)
		if deadline, ends := ctx.Deadline(); asked > MostWait || ends && deadline.Sub(c.deps.Now()) <= wait {
			return err
		}
		again = record.Repeat{Number: again.Number + 1, Waited: wait}
		if c.deps.Retries.Waiting != nil {
			c.deps.Retries.Waiting(Waiting{err, wait, again.Number, most})
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.deps.After(wait):
		}
	}
}

// within calls attempt with the time-out of a request.
func (c *Client) within(ctx context.Context, again record.Repeat, attempt func(context.Context, record.Repeat) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	return attempt(ctx, again)
}

// backOff returns how long to wait after repetition number: half of 1 s, 2 s, 4 s … or what the
// server asks for, if that is longer, and a random part of the other half. So clients that
// failed together do not come back together.
func (c *Client) backOff(number int, asked time.Duration) time.Duration {
	half := time.Second << number / 2
	var random [8]byte
	if _, err := io.ReadFull(c.deps.Rand, random[:]); err != nil {
		return max(half, asked) + half
	}
	share := time.Duration(float64(half) * float64(binary.BigEndian.Uint64(random[:])) / math.MaxUint64)
	return (max(half, asked) + share).Round(100 * time.Millisecond)
}

// RetryAfter returns how long the server asks the client to wait after a request that failed
// with err; 0 if it does not say (RFC 9110 §10.2.3).
func RetryAfter(err error) time.Duration {
	if refusal, is := errors.AsType[*Refusal](err); is {
		return refusal.RetryAfter
	}
	return 0
}

// IsTemporary reports whether a request that failed with err may succeed if it is sent again
// soon.
func IsTemporary(err error) bool {
	if refusal, is := errors.AsType[*Refusal](err); is {
		return refusal.isTemporary()
	}
	network, is := errors.AsType[*NetworkError](err)
	return is && network.isTemporary()
}

func (e *Refusal) isTemporary() bool {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusNetworkAuthenticationRequired:
		return false
	}
	return e.Kind == profile.KindServerError || e.Kind == profile.KindRateLimited
}

// isTemporary reports whether the connection failed for a reason that may soon be gone. A host
// that does not exist, a certificate that is not accepted, and a server or proxy of another kind
// are not such reasons.
func (e *NetworkError) isTemporary() bool {
	var (
		dns         *net.DNSError
		op          *net.OpError
		timeout     net.Error
		certificate *tls.CertificateVerificationError
		errno       syscall.Errno
	)
	switch {
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, ErrUnsolicited):
		return false
	case errors.As(e.Err, &dns):
		return !dns.IsNotFound
	case errors.As(e.Err, &certificate), errors.As(e.Err, &op) && op.Op == "remote error": // a TLS alert
		return false
	case errors.As(e.Err, &timeout) && timeout.Timeout(), errors.As(e.Err, &errno):
		return true
	}
	return errors.Is(e.Err, io.EOF) || errors.Is(e.Err, io.ErrUnexpectedEOF) || isHTTP2Cut(e.Err)
}

// isHTTP2Cut reports whether the server ended a request or its connection by HTTP/2. net/http
// does not export the types of these errors.
func isHTTP2Cut(err error) bool {
	return slices.ContainsFunc([]string{"stream error: ", "http2: server sent GOAWAY", "http2: client connection lost"}, func(text string) bool {
		return strings.Contains(err.Error(), text)
	})
}
