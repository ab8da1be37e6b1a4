//go:build unix

package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// BenchmarkAgainstBare compares each profile's token endpoint with a bare net/http
// handler that returns the same bytes. It runs them alternately, and reports the ratio of
// their request rates. The client uses raw connections, so that its own cost stays small.
// Each iteration is one turn of each: use -benchtime 200x.
func BenchmarkAgainstBare(b *testing.B) {
	for _, p := range builtins(b) {
		plan, err := p.Plan([]profile.StepName{profile.StepToken}, nil)
		if p.Token == nil || err != nil || len(plan.Steps) > 1 { // the request needs another request's response
			continue
		}
		b.Run(p.Name, func(b *testing.B) {
			emulated := emulator.StartWith(b, emulator.Options{Profiles: []*profile.Profile{p}})
			request := tokenRequest(b, p, emulated)
			answer := request.send(b, dial(b, emulated.URL), 0)
			if !strings.HasPrefix(string(answer), "HTTP/1.1 200") {
				b.Fatalf("%s", answer)
			}
			bare := bareServer(b, answer)
			request.size = len(answer)
			if got := request.send(b, dial(b, bare), 0); len(got) != len(answer) {
				b.Fatalf("the bare handler responds\n%s\nwant\n%s", got, answer)
			}
			turn := func(address string) time.Duration { return request.turn(b, address) }
			turn(emulated.URL) // warm both up
			turn(bare)
			var ours, theirs, oursCPU, theirsCPU time.Duration
			var ratios []float64
			b.ResetTimer()
			for range b.N {
				start := processCPU(b)
				a := turn(emulated.URL)
				between := processCPU(b)
				z := turn(bare)
				oursCPU, theirsCPU = oursCPU+between-start, theirsCPU+processCPU(b)-between
				ours, theirs, ratios = ours+a, theirs+z, append(ratios, z.Seconds()/a.Seconds())
			}
			b.StopTimer()
			slices.Sort(ratios)
			n := float64(perTurn * b.N)
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(ratios[len(ratios)/2], "median-ratio")
			b.ReportMetric(theirsCPU.Seconds()/oursCPU.Seconds(), "cpu-ratio")
			b.ReportMetric(n/ours.Seconds(), "emulated/s")
			b.ReportMetric(n/theirs.Seconds(), "bare/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// perTurn is the number of requests in a turn, spread over the connections.
const (
	perTurn     = 1000
	connections = 4
)

// rawRequest is a request as bytes. If it contains a UUID, next replaces it.
type rawRequest struct {
	text []byte
	uuid int // offset of the UUID, -1 if there is none
	size int // size of the whole response, 0 if unknown
	mu   sync.Mutex
	n    int
}

// tokenRequest returns the request that gets the application's token.
func tokenRequest(b *testing.B, p *profile.Profile, s *emulator.Server) *rawRequest {
	b.Helper()
	w := &world{Emulator: s.Emulator, t: b, address: s.URL, clock: time.Now(), rand: rand.NewChaCha8([32]byte{1})}
	c := w.party(b, p)
	q := c.build(p.Token)
	var text bytes.Buffer
	r := q.Request.Clone(b.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(q.body)), int64(len(q.body))
	if err := r.Write(&text); err != nil {
		b.Fatal(err)
	}
	out := &rawRequest{text: text.Bytes(), uuid: -1}
	if at := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-`).FindIndex(out.text); at != nil {
		out.uuid = at[1]
	}
	return out
}

// next returns the request, with a new UUID.
func (r *rawRequest) next(buffer []byte) []byte {
	out := append(buffer[:0], r.text...)
	if r.uuid >= 0 {
		r.mu.Lock()
		r.n++
		n := r.n
		r.mu.Unlock()
		copy(out[r.uuid:], fmt.Appendf(nil, "%012x", n))
	}
	return out
}

// send sends one request and returns the whole response.
func (r *rawRequest) send(b *testing.B, conn net.Conn, size int) []byte {
	if _, err := conn.Write(r.next(nil)); err != nil {
		b.Fatal(err)
	}
	buffer := make([]byte, 64<<10)
	got := 0
	for size == 0 || got < size {
		n, err := conn.Read(buffer[got:])
		if err != nil {
			b.Fatal(err)
		}
		if got += n; size == 0 && bytes.Contains(buffer[:got], []byte("\r\n\r\n")) {
			break // small responses arrive in one piece
		}
	}
	return buffer[:got]
}

// turn sends perTurn requests.
func (r *rawRequest) turn(b *testing.B, address string) time.Duration {
	var wg sync.WaitGroup
	conns := make([]net.Conn, connections)
	for i := range conns {
		conns[i] = dial(b, address)
	}
	begun := time.Now()
	for _, conn := range conns {
		wg.Go(func() {
			request, answer := make([]byte, 0, 4<<10), make([]byte, 64<<10)
			for range perTurn / connections {
				request = r.next(request)
				if _, err := conn.Write(request); err != nil {
					b.Error(err)
					return
				}
				if _, err := io.ReadFull(conn, answer[:r.size]); err != nil {
					b.Error(err)
					return
				}
				if !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) {
					b.Errorf("%s", answer[:r.size])
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	for _, conn := range conns {
		conn.Close()
	}
	return took
}

// processCPU returns the CPU time of this process. On a busy machine it is more reliable
// than wall time.
func processCPU(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func dial(b *testing.B, address string) net.Conn {
	b.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return conn
}

// bareServer responds to every request with the emulator's response.
func bareServer(b *testing.B, answer []byte) string {
	b.Helper()
	head, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	header := http.Header{}
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok && name != "Date" {
			header.Set(name, value)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range header {
			h[name] = values
		}
		_, _ = w.Write(body)
	})}
	go server.Serve(l) //nolint // ends on Close
	b.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String()
}
