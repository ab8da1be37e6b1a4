package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// faulty answers each request with the next of answers, the last one again and again.
type faulty struct {
	answers []http.RoundTripper
	began   time.Time
	at      []time.Duration // of the requests
}

func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	f.at = append(f.at, time.Since(f.began))
	return f.answers[min(len(f.at), len(f.answers))-1].RoundTrip(r)
}

type answer func(*http.Request) (*http.Response, error)

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

// responds returns a response with these header fields, such as "Retry-After: 3".
func responds(status int, body string, fields ...string) answer {
	return func(r *http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		for _, field := range fields {
			name, value, _ := strings.Cut(field, ": ")
			header.Set(name, value)
		}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func breaks(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs does not answer within any time.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestRetries checks when requests are sent again, without jitter. The time-out is 10 s.
func TestRetries(t *testing.T) {
	const s = time.Second
	good := responds(200, `{"code":0,"access_token":"T","id":"7"}`)
	busy, limited := responds(503, `{}`), responds(200, `{"code":44}`)
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	all, once := []time.Duration{0, s / 2, s * 3 / 2, s * 7 / 2}, []time.Duration{0}
	for name, test := range map[string]struct {
		most    int
		answers []http.RoundTripper
		want    []time.Duration
		ends    failure.Kind
	}{
		"at once":               {3, []http.RoundTripper{good}, once, 0},
		"the second time":       {3, []http.RoundTripper{busy, good}, []time.Duration{0, s / 2}, 0},
		"the last time":         {3, []http.RoundTripper{busy, limited, breaks(reset), good}, all, 0},
		"never":                 {3, []http.RoundTripper{busy}, all, failure.Refused},
		"off":                   {0, []http.RoundTripper{busy}, once, failure.Refused},
		"one":                   {1, []http.RoundTripper{busy}, []time.Duration{0, s / 2}, failure.Refused},
		"429":                   {1, []http.RoundTripper{responds(429, "slow down")}, []time.Duration{0, s / 2}, failure.Refused},
		"502":                   {1, []http.RoundTripper{responds(502, "<html>", "Content-Type: text/html")}, []time.Duration{0, s / 2}, failure.Refused},
		"504":                   {1, []http.RoundTripper{responds(504, "")}, []time.Duration{0, s / 2}, failure.Refused},
		"500":                   {1, []http.RoundTripper{responds(500, "")}, []time.Duration{0, s / 2}, failure.Refused},
		"501":                   {3, []http.RoundTripper{responds(501, "")}, once, failure.Refused},
		"505":                   {3, []http.RoundTripper{responds(505, "")}, once, failure.Refused},
		"511":                   {3, []http.RoundTripper{responds(511, "")}, once, failure.Refused},
		"400":                   {3, []http.RoundTripper{responds(400, "")}, once, failure.Refused},
		"server_error":          {1, []http.RoundTripper{responds(200, `{"code":45}`)}, []time.Duration{0, s / 2}, failure.Refused},
		"another kind":          {3, []http.RoundTripper{responds(200, `{"code":41}`)}, once, failure.Refused},
		"an unknown code":       {3, []http.RoundTripper{responds(200, `{"code":46}`)}, once, failure.Refused},
		"no JSON":               {3, []http.RoundTripper{responds(200, `?`)}, once, failure.Protocol},
		"no response in time":   {1, []http.RoundTripper{answer(hangs), good}, []time.Duration{0, 10*s + s/2}, 0},
		"never in time":         {3, []http.RoundTripper{answer(hangs)}, []time.Duration{0, 10*s + s/2, 21*s + s/2, 33*s + s/2}, failure.Network},
		"refused connection":    {1, []http.RoundTripper{breaks(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})}, []time.Duration{0, s / 2}, failure.Network},
		"closed":                {1, []http.RoundTripper{breaks(io.EOF)}, []time.Duration{0, s / 2}, failure.Network},
		"cut":                   {1, []http.RoundTripper{breaks(io.ErrUnexpectedEOF)}, []time.Duration{0, s / 2}, failure.Network},
		"HTTP/2 GOAWAY":         {1, []http.RoundTripper{breaks(errors.New("http2: server sent GOAWAY and closed the connection"))}, []time.Duration{0, s / 2}, failure.Network},
		"HTTP/2 lost":           {1, []http.RoundTripper{breaks(errors.New("http2: client connection lost"))}, []time.Duration{0, s / 2}, failure.Network},
		"no name server":        {1, []http.RoundTripper{breaks(&net.DNSError{IsTemporary: true})}, []time.Duration{0, s / 2}, failure.Network},
		"no such host":          {3, []http.RoundTripper{breaks(&net.DNSError{IsNotFound: true})}, once, failure.Network},
		"certificate":           {3, []http.RoundTripper{breaks(&tls.CertificateVerificationError{Err: errors.New("unknown authority")})}, once, failure.Network},
		"TLS alert":             {3, []http.RoundTripper{breaks(&net.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")})}, once, failure.Network},
		"proxy refuses":         {3, []http.RoundTripper{breaks(errors.New("Proxy Authentication Required"))}, once, failure.Network},
		"Retry-After":           {3, []http.RoundTripper{responds(429, "{}", "Retry-After: 7"), busy, good}, []time.Duration{0, 7 * s, 8 * s}, 0},
		"Retry-After, a date":   {3, []http.RoundTripper{responds(503, "{}", "Date: Sun, 22 Nov 2020 04:49:29 GMT", "Retry-After: Sun, 22 Nov 2020 04:49:39 GMT"), good}, []time.Duration{0, 10 * s}, 0},
		"Retry-After, shorter":  {3, []http.RoundTripper{busy, responds(503, "{}", "Retry-After: 0"), good}, []time.Duration{0, s / 2, s * 3 / 2}, 0},
		"Retry-After, bounded":  {3, []http.RoundTripper{responds(503, "{}", "Retry-After: 30"), good}, []time.Duration{0, 30 * s}, 0},
		"Retry-After, too long": {3, []http.RoundTripper{responds(503, "{}", "Retry-After: 31"), good}, once, failure.Refused},
		"Retry-After, a day":    {3, []http.RoundTripper{responds(200, `{"code":44}`, "Retry-After: 86400"), good}, once, failure.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &faulty{answers: test.answers, began: time.Now()}
				_, err := retrying(t, f, test.most, zeros{}, nil).AppToken(t.Context())
				if ends := failure.Of(err); err != nil && ends != test.ends || err == nil && test.ends != 0 {
					t.Errorf("ended with %v, want the kind %v", err, test.ends)
				}
				if diff := cmp.Diff(test.want, f.at); diff != "" {
					t.Errorf("sent at (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// zeros, ones and thirds are sources of randomness for the shortest and the longest waits, and
// for some in between.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xff
	}
	return len(p), nil
}

type thirds struct{}

func (thirds) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x55
	}
	return len(p), nil
}

// retrying returns a client of a vendor with refusals of several kinds.
func retrying(t *testing.T, transport http.RoundTripper, most int, random io.Reader, waiting func(client.Waiting)) *client.Client {
	p := describedBy(t, acme+`
[[refusals]]
code = 44
kind = "rate_limited"
[[refusals]]
code = 45
kind = "server_error"
`)
	for name, value := range map[string]string{"base_url": "https://sso.acme.example", "client_id": "acme-id", "client_secret": clientSecret} {
		set(t, p, name, value)
	}
	return client.New(p, client.Deps{
		HTTP: &http.Client{Transport: transport}, Now: time.Now, Rand: random, Timeout: 10 * time.Second,
		Retries: client.Retries{Most: most, Waiting: waiting},
	})
}

// TestJitter checks the random part of a wait, which is never shorter than the server asks for,
// and what the user is told about it. Without randomness, a wait is the longest.
func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			random io.Reader
			want   []string
		}{
			{zeros{}, []string{
				"acme: token: refused with HTTP 503: trying again in 3s (1 of 3)",
				"acme: token: refused with HTTP 503: trying again in 1s (2 of 3)",
				"acme: token: refused with HTTP 503: trying again in 2s (3 of 3)",
			}},
			{ones{}, []string{
				"acme: token: refused with HTTP 503: trying again in 3.5s (1 of 3)",
				"acme: token: refused with HTTP 503: trying again in 2s (2 of 3)",
				"acme: token: refused with HTTP 503: trying again in 4s (3 of 3)",
			}},
			{thirds{}, []string{
				"acme: token: refused with HTTP 503: trying again in 3.2s (1 of 3)",
				"acme: token: refused with HTTP 503: trying again in 1.3s (2 of 3)",
				"acme: token: refused with HTTP 503: trying again in 2.7s (3 of 3)",
			}},
			{iotest.ErrReader(io.ErrClosedPipe), []string{
				"acme: token: refused with HTTP 503: trying again in 3.5s (1 of 3)",
				"acme: token: refused with HTTP 503: trying again in 2s (2 of 3)",
				"acme: token: refused with HTTP 503: trying again in 4s (3 of 3)",
			}},
		} {
			var told []string
			f := &faulty{answers: []http.RoundTripper{responds(503, "{}", "Retry-After: 3"), responds(503, "{}")}}
			_, _ = retrying(t, f, 3, test.random, func(w client.Waiting) { told = append(told, w.Text().EN) }).AppToken(t.Context())
			if diff := cmp.Diff(test.want, told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		}
	})
}

// TestInterruptedWait: Ctrl-C ends a wait at once, with its cause; a wait that would outlast the
// deadline does not begin.
func TestInterruptedWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			end   func(context.Context) (context.Context, context.CancelFunc)
			want  time.Duration
			waits int
			ends  failure.Kind
		}{
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				time.AfterFunc(5*time.Second, func() { cancel(failure.Usagef(lang.Text{EN: "the cause"})) })
				return ctx, func() { cancel(nil) }
			}, 5 * time.Second, 1, failure.Usage},
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 5*time.Second)
			}, 0, 0, failure.Refused},
		} {
			ctx, cancel := test.end(t.Context())
			f := &faulty{answers: []http.RoundTripper{responds(429, "{}", "Retry-After: 20")}, began: time.Now()}
			waits := 0
			_, err := retrying(t, f, 3, zeros{}, func(client.Waiting) { waits++ }).AppToken(ctx)
			cancel()
			if took := time.Since(f.began); took != test.want || failure.Of(err) != test.ends || len(f.at) != 1 || waits != test.waits {
				t.Errorf("after %s, %d requests and %d waits: %v, want the kind %v after %s, 1 request and %d waits", took, len(f.at), waits, err, test.ends, test.want, test.waits)
			}
		}
	})
}

// TestUnsafeRequestsAreSentOnce has every request that carries something that works once fail.
func TestUnsafeRequestsAreSentOnce(t *testing.T) {
	for name, run := range map[string]func(*client.Client) error{
		"exchange": func(c *client.Client) error { _, err := c.Exchange(t.Context(), given()); return err },
		"refresh":  func(c *client.Client) error { _, err := c.Refresh(t.Context(), secret.New("R")); return err },
		"userinfo": func(c *client.Client) error {
			_, err := c.UserInfo(t.Context(), recipe.Values{"code": secret.New(code), profile.AppToken: secret.New("T")}, false)
			return err
		},
	} {
		for _, failed := range []http.RoundTripper{breaks(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), responds(503, "{}", "Retry-After: 1")} {
			f := &faulty{answers: []http.RoundTripper{failed}}
			if err := run(retrying(t, f, 3, zeros{}, nil)); err == nil || len(f.at) != 1 {
				t.Errorf("%s: %d requests, error %v", name, len(f.at), err)
			}
		}
	}
}

// TestRetriesOfManyProcesses has 50 processes wait for one token. Only the first one sends and
// repeats the request; the others use its token, or fail with its refusal.
func TestRetriesOfManyProcesses(t *testing.T) {
	const processes = 50
	for recovers, want := range map[int32]int32{3: 3, 1000: 1 + client.MostRetries} {
		var requests atomic.Int32
		var waiting sync.WaitGroup
		waiting.Add(processes - 1)
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			waiting.Wait()
			if requests.Add(1) < recovers {
				says(503, "", "")(w, r)
				return
			}
			says(200, "", `{"code":0,"access_token":"T","expires_in":7200}`)(w, r)
		})
		elapsed := make(chan time.Time)
		close(elapsed)
		store := cache.Folder{Dir: privateDir(t)}
		var all sync.WaitGroup
		for range processes {
			d := deps(t)
			d.Timeout = time.Minute
			d.Cache = client.Cache{Store: store, Waiting: waiting.Done}
			d.Retries.Most, d.After = client.MostRetries, func(time.Duration) <-chan time.Time { return elapsed }
			c := client.New(newClient(t, server.URL).Profile(), d)
			all.Go(func() {
				if _, err := c.AppToken(t.Context()); (err == nil) != (recovers == 3) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := requests.Load(); got != want {
			t.Errorf("%d requests, want %d", got, want)
		}
	}
}

// TestRetriesByHTTP2: a server that gives up a request by HTTP/2 is asked again, but not for what
// a code buys.
func TestRetriesByHTTP2(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the request came by %s", r.Proto)
		}
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	elapsed := make(chan time.Time)
	close(elapsed)
	d := deps(t)
	d.HTTP, d.Retries.Most, d.After = server.Client(), client.MostRetries, func(time.Duration) <-chan time.Time { return elapsed }
	c := client.New(newClient(t, server.URL).Profile(), d)
	if _, err := c.AppToken(t.Context()); failure.Of(err) != failure.Network || requests.Load() != 1+client.MostRetries {
		t.Errorf("token: %d requests, error %v", requests.Load(), err)
	}
	requests.Store(0)
	if _, err := c.Exchange(t.Context(), given()); failure.Of(err) != failure.Network || requests.Load() != 1 {
		t.Errorf("exchange: %d requests, error %v", requests.Load(), err)
	}
}
