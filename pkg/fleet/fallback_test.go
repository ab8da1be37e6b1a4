//go:build unix

package fleet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/nettest"
	"ssoctl/pkg/redistest"
)

// Without the server, a run falls back to its folder, says why once, and loses at most about a
// second, or two with TLS.
func TestFallback(t *testing.T) {
	full := redistest.Start(t, "--maxmemory", "1", "--maxmemory-policy", "noeviction")
	primary := redistest.Start(t)
	replica := redistest.Start(t, "--replicaof", strings.Replace(primary.Addr, ":", " ", 1))
	limited := redistest.Start(t)
	limited.CLI(t, "acl", "setuser", "reader", "on", ">pass", "~*", "+getrange", "+pttl")
	limited.CLI(t, "acl", "setuser", "scripts", "on", ">pass", "~*", "+getrange", "+pttl", "+eval")
	limited.CLI(t, "config", "set", "requirepass", "right")
	stopped := redistest.Start(t)
	stop(t, stopped.Process())
	gone := redistest.Start(t)
	gone.Kill()
	for name, test := range map[string]struct{ url, want string }{
		"full":           {full.URL(""), "it is full (maxmemory)"},
		"a replica":      {replica.URL(""), "it is a read-only replica"},
		"wrong password": {limited.URL(":wr0ng"), "it refuses the user or the password"},
		"no password":    {limited.URL(""), "it refuses the user or the password"},
		"few rights":     {limited.URL("reader:pass"), "its user lacks a right that ssoctl needs"},
		"script rights":  {limited.URL("scripts:pass"), "its user lacks a right that ssoctl needs"},
		"stopped":        {stopped.URL(""), "no response within a second"},
		"stopped, TLS":   {strings.Replace(stopped.URL(""), "redis:", "rediss:", 1), "no response within a second"},
		"gone":           {gone.URL(""), "connection refused"},
		"no such host":   {"redis://no-such-host.invalid", "no such host"},
		"no socket":      {"unix:///no/such/socket", "no such file or directory"},
		"no TLS":         {strings.Replace(primary.URL(""), "redis:", "rediss:", 1), "it does not speak TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, begun := newMachine(t, test.url), time.Now()
			m.found(t, now)
			l, err := m.Lock(t.Context(), key, func() {})
			if err != nil || l == nil {
				t.Fatal(l, err)
			}
			if err := l.Save(lives("T", now), now); err != nil {
				t.Error(err)
			}
			l.Unlock()
			e, ok := m.Find(t.Context(), key, now)
			if !ok || m.Remove(t.Context(), key, e) != nil || m.found(t, now) != "" {
				t.Error("the token was not kept and removed on this machine")
			}
			if diff := cmp.Diff([]string{test.want}, m.fellBack); diff != "" {
				t.Error(diff)
			}
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// A server that is hostile or not Redis costs little memory and at most a second. Its replies are
// not shown, because they may repeat the password.
func TestForeignServer(t *testing.T) {
	const foreign = "it does not answer like Redis"
	for reply, want := range map[string]string{
		"$1000000000000\r\n":                   foreign,
		">1000000000000\r\n":                   foreign,
		"+OK\r\n+OK\r\n":                       foreign,
		"AUTH s3cret\r\n":                      foreign,
		"$-1\r\n:-2\r\n":                       foreign,
		"-NOAUTH s3cret\r\n-NOAUTH s3cret\r\n": "it refuses the user or the password",
		"$131072\r\nand nothing more":          "no response within a second",
	} {
		t.Run(reply, func(t *testing.T) {
			t.Parallel()
			m, begun := newMachine(t, "redis://"+answering(t, reply)), time.Now()
			if got := m.found(t, now); got != "" {
				t.Errorf("found %s", got)
			}
			if diff := cmp.Diff([]string{want}, m.fellBack); diff != "" {
				t.Error(diff)
			}
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// Of a server's error, only the first word or its meaning is shown.
func TestReasons(t *testing.T) {
	for reply, want := range map[string]string{
		"-LOADING Redis is loading the dataset in memory":   "it is starting",
		"-MOVED 3999 127.0.0.1:6381":                        "it is a cluster, which ssoctl does not support",
		"-CLUSTERDOWN Hash slot not served":                 "it is a cluster, which ssoctl does not support",
		"-DENIED Redis is running in protected mode s3cret": "it answered DENIED",
		"-ERR \x1b[2J":                       "it answered ERR",
		"-ERR max number of clients reached": "it has too many connections (maxclients)",
		"":                                   "it closed the connection",
	} {
		t.Run(reply, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, "redis://"+nettest.Serve(t, func(c net.Conn) {
				_, _ = c.Read(make([]byte, 4096))
				if reply != "" {
					_, _ = io.WriteString(c, reply+"\r\n")
				}
			}))
			m.found(t, now)
			if diff := cmp.Diff([]string{want}, m.fellBack); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A server that worked before and is starting now is asked again.
func TestStarting(t *testing.T) {
	m := newMachine(t, "redis://"+answering(t, "$0\r\n\r\n:-2\r\n", "-LOADING s3cret\r\n-LOADING s3cret\r\n"))
	for range 2 {
		if got := m.found(t, now); got != "" || len(m.fellBack) > 0 {
			t.Errorf("found %q, fell back because of %q", got, m.fellBack)
		}
	}
}

// An event that ssoctl did not write counts as a broken wait, so a server cannot keep a run busy
// with such events.
func TestForeignEvent(t *testing.T) {
	m, begun := newMachine(t, "redis://"+answering(t, "*3\r\n:0\r\n:5000\r\n$3\r\n0-0\r\n", "*1\r\n$1\r\nx\r\n")), time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l, err := m.Lock(ctx, key, func() {})
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	l.Unlock()
	if diff := cmp.Diff([]string{"it does not answer like Redis"}, m.fellBack); diff != "" || time.Since(begun) > 3*time.Second {
		t.Errorf("it took %s; fallback (-want +got)\n%s", time.Since(begun), diff)
	}
}

// answering replies to any request with the next of replies, and starts again after the last.
func answering(t *testing.T, replies ...string) (address string) {
	t.Helper()
	return nettest.Serve(t, func(c net.Conn) {
		request := make([]byte, 4096)
		for i := 0; ; i++ {
			if _, err := c.Read(request); err != nil {
				return
			}
			_, _ = io.WriteString(c, replies[i%len(replies)])
		}
	})
}

// If a server is restarted while others wait, only the lock is lost.
func TestRestart(t *testing.T) {
	server := redistest.Start(t)
	holder, waiter := newMachine(t, server.URL("")), newMachine(t, server.URL(""))
	l := holder.locked(t)
	told, ended := make(chan bool, 1), make(chan bool)
	go func() {
		defer close(ended)
		l, err := waiter.Lock(t.Context(), key, func() { told <- true })
		if l == nil || err != nil {
			t.Errorf("lock %v, error %v", l, err)
			return
		}
		defer l.Unlock()
		if err := l.Save(lives("new", now), now); err != nil {
			t.Error(err)
		}
	}()
	<-told
	server.Kill()
	server.Run(t)
	<-ended
	if err := l.Save(lives("old", now), now); !errors.Is(err, cache.ErrLost) {
		t.Errorf("a lock from before the restart: %v", err)
	}
	l.Unlock()
	if got := holder.found(t, now); got != "new" || len(holder.fellBack)+len(waiter.fellBack) > 0 {
		t.Errorf("found %q, fell back because of %q %q", got, holder.fellBack, waiter.fellBack)
	}
}

// A server that comes back within the second of an operation is found again, however often
// connecting failed meanwhile.
func TestReconnects(t *testing.T) {
	server := redistest.Start(t)
	m := newMachine(t, "unix://"+server.Socket)
	m.save(t, lives("T", now), now)
	gone := server.Socket + ".gone"
	server.CLI(t, "client", "kill", "type", "normal", "skipme", "yes")
	if err := os.Rename(server.Socket, gone); err != nil {
		t.Fatal(err)
	}
	back := make(chan error, 1)
	time.AfterFunc(300*time.Millisecond, func() { back <- os.Rename(gone, server.Socket) })
	if got := m.found(t, now); got != "T" || len(m.fellBack) > 0 {
		t.Errorf("found %q, fell back because of %q", got, m.fellBack)
	}
	if err := <-back; err != nil {
		t.Fatal(err)
	}
}

// An interrupted run does not report a fallback.
func TestInterrupted(t *testing.T) {
	m := newMachine(t, redistest.Start(t).URL(""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := m.Find(ctx, key, now); ok || len(m.fellBack) > 0 {
		t.Errorf("found %t, fell back because of %q", ok, m.fellBack)
	}
}
