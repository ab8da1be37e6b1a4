//go:build unix

package fleet_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/redistest"
	"ssoctl/pkg/secret"
)

// now is the time on a machine whose clock is right.
var now = time.Now().UTC().Truncate(time.Second)

var key = cache.Key{Name: "0123", Shared: "4567", Secret: secret.New(`client_secret "s3cret"`)}

// lives returns an entry that was requested at the time at, with a lifetime of two hours.
func lives(token string, at time.Time) cache.Entry {
	return cache.Entry{
		Profile: "crm", Address: "https://api.example.com/token", At: at, ExpiresAt: at.Add(2 * time.Hour),
		Response: []byte(`{"token":"` + token + `"}`),
	}
}

// machine is a store with its own folder, and what it reported.
type machine struct {
	*fleet.Store
	fellBack   []string // the reasons
	unreadable int
}

func newMachine(t *testing.T, url string) *machine {
	t.Helper()
	address, err := fleet.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{}
	m.Store = fleet.Open(fleet.Options{
		Address: address, Local: cache.Folder{Dir: filepath.Join(t.TempDir(), "tokens")}, Rand: rand.Reader,
		OnFallback: func(why lang.Text) { m.fellBack = append(m.fellBack, why.EN) },
		Unreadable: func() { m.unreadable++ },
	})
	t.Cleanup(func() { m.Close() })
	return m
}

func (m *machine) locked(t *testing.T) cache.Lock {
	t.Helper()
	l, err := m.Lock(t.Context(), key, func() { t.Error("a free lock was waited for") })
	if err != nil || l == nil {
		t.Fatalf("got lock %v, error %v", l, err)
	}
	return l
}

func (m *machine) save(t *testing.T, e cache.Entry, at time.Time) {
	t.Helper()
	l := m.locked(t)
	defer l.Unlock()
	if err := l.Save(e, at); err != nil {
		t.Fatal(err)
	}
}

// found returns the token that a machine finds by its clock, "" if none.
func (m *machine) found(t *testing.T, at time.Time) string {
	t.Helper()
	e, ok := m.Find(t.Context(), key, at)
	if !ok {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(e.Response), `{"token":"`), `"}`)
}

// Machines share a token, whatever their clocks say. A password that the server does not ask for
// does no harm.
func TestShared(t *testing.T) {
	server := redistest.Start(t)
	a, b := newMachine(t, server.URL(":unneeded")), newMachine(t, "unix://"+server.Socket)
	if got := a.found(t, now); got != "" {
		t.Errorf("found %s in an empty store", got)
	}
	for _, clock := range []time.Duration{0, 24 * time.Hour, -24 * time.Hour} {
		a.save(t, lives("T", now.Add(clock)), now.Add(clock))
		got, ok := b.Find(t.Context(), key, now)
		if diff := cmp.Diff(lives("T", now), got, cmpopts.EquateApproxTime(time.Minute)); diff != "" || !ok {
			t.Errorf("saved by a clock that is off by %s: found %v (-want +got)\n%s", clock, ok, diff)
		}
	}

	// The vendor sent a date. By a wrong clock, the lifetime would be wrong.
	dated := lives("T", now)
	dated.Dated, dated.At = true, now.Add(-24*time.Hour)
	a.save(t, dated, now.Add(-24*time.Hour))
	got, ok := b.Find(t.Context(), key, now)
	dated.At = now
	if diff := cmp.Diff(dated, got, cmpopts.EquateApproxTime(time.Minute)); diff != "" || !ok {
		t.Errorf("a date: found %v (-want +got)\n%s", ok, diff)
	}

	old := lives("T", now.Add(-111*time.Minute))
	a.save(t, old, now)
	if got := b.found(t, now); got != "" {
		t.Errorf("found %s, which expires in nine minutes", got)
	}
	if len(a.fellBack)+len(b.fellBack)+a.unreadable+b.unreadable > 0 {
		t.Error(a.fellBack, b.fellBack, a.unreadable, b.unreadable)
	}
}

// Nothing on the server reveals a token or a credential, and another secret finds nothing.
func TestSecret(t *testing.T) {
	server := redistest.Start(t)
	a := newMachine(t, server.URL(""))
	a.save(t, lives("t0ken", now), now)
	others := map[string]cache.Key{
		"another secret":  {Name: key.Name, Shared: key.Shared, Secret: secret.New("another")},
		"another request": {Name: key.Name, Shared: "another", Secret: key.Secret},
		"no secret":       {Name: key.Name, Shared: key.Shared},
	}
	for name, other := range others {
		if _, ok := a.Find(t.Context(), other, now); ok {
			t.Errorf("%s: found", name)
		}
	}
	unshared, err := a.Lock(t.Context(), others["no secret"], func() {})
	if err != nil {
		t.Fatal(err)
	}
	if err := unshared.Save(lives("unshared", now), now); err != nil {
		t.Error(err)
	}
	unshared.Unlock()
	names := strings.Fields(server.CLI(t, "keys", "*"))
	if len(names) != 2 {
		t.Fatalf("names %q, want a token and an event", names)
	}
	for _, name := range names {
		if all := name + server.CLI(t, "--no-raw", "dump", name); strings.Contains(all, "0ken") || strings.Contains(all, key.Shared) || strings.Contains(all, "crm") || strings.Contains(all, "3cret") {
			t.Errorf("the server can read %s", all)
		}
	}
	if a.found(t, now) != "t0ken" || a.unreadable != 0 {
		t.Error("the token was not found")
	}
}

// A damaged value is ignored and replaced, as is a value that was moved to another name.
func TestDamaged(t *testing.T) {
	server := redistest.Start(t)
	a := newMachine(t, server.URL(""))
	a.save(t, lives("T1", now), now)
	name := server.CLI(t, "keys", "*:token")
	l, err := a.Lock(t.Context(), cache.Key{Name: key.Name, Shared: "another", Secret: key.Secret}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Save(lives("of another request", now), now); err != nil {
		t.Fatal(err)
	}
	l.Unlock()
	other := strings.TrimSpace(strings.Replace(server.CLI(t, "keys", "*:token"), name, "", 1))
	for i, spoil := range [][]string{
		{"set", name, "foreign"},
		{"setrange", name, "20", "xxxx"},
		{"append", name, strings.Repeat("x", 1000)},
		{"setrange", name, "9000000", "x"},
		{"copy", other, name, "replace"},
	} {
		server.CLI(t, append(spoil, "")[:len(spoil)]...)
		server.CLI(t, "pexpire", name, "7200000")
		b := newMachine(t, server.URL(""))
		if got := b.found(t, now); got != "" || b.unreadable != 1 || len(b.fellBack) != 0 {
			t.Errorf("%q: found %q, %d unreadable, fell back because of %q", spoil, got, b.unreadable, b.fellBack)
		}
		b.save(t, lives("T2", now), now)
		if got := a.found(t, now); got != "T2" {
			t.Errorf("%d: found %q after it was replaced", i, got)
		}
	}
	server.CLI(t, "del", name)
	server.CLI(t, "lpush", name, "of another type")
	b := newMachine(t, server.URL(""))
	if got := b.found(t, now); got != "" || len(b.fellBack) != 1 || b.fellBack[0] != "it answered WRONGTYPE" {
		t.Errorf("a list: found %q, fell back because of %q", got, b.fellBack)
	}
}

// Remove deletes only the entry that was used, not a newer one.
func TestRemove(t *testing.T) {
	server := redistest.Start(t)
	a, b := newMachine(t, server.URL("")), newMachine(t, server.URL(""))
	a.save(t, lives("T1", now), now)
	used, _ := b.Find(t.Context(), key, now)
	a.save(t, lives("T2", now), now)
	if err := b.Remove(t.Context(), key, used); err != nil || a.found(t, now) != "T2" {
		t.Errorf("a newer token was removed, or error %v", err)
	}
	used, _ = b.Find(t.Context(), key, now)
	for range 2 {
		if err := b.Remove(t.Context(), key, used); err != nil || a.found(t, now) != "" {
			t.Errorf("the token was not removed, or error %v", err)
		}
	}
	a.save(t, lives("T3", now), now)
	l := b.locked(t)
	if err := l.Drop(); err != nil || a.found(t, now) != "" {
		t.Errorf("Drop: the token was not deleted, or error %v", err)
	}
	l.Unlock()
}

// Waiting processes learn that there is a token, or that they can take the lock.
func TestWaits(t *testing.T) {
	server := redistest.Start(t)
	holder := newMachine(t, server.URL(""))
	l := holder.locked(t)
	const many = 20
	var waiting, ended sync.WaitGroup
	waiting.Add(many)
	for range many {
		m := newMachine(t, server.URL(""))
		ended.Go(func() {
			l, err := m.Lock(t.Context(), key, waiting.Done)
			if l != nil || err != nil || m.found(t, now) != "T" {
				t.Errorf("after another process saved: lock %v, error %v", l, err)
			}
		})
	}
	waiting.Wait()
	begun := time.Now()
	if err := l.Save(lives("T", now), now); err != nil {
		t.Fatal(err)
	}
	l.Unlock()
	ended.Wait()
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("they waited for %s: the lock's expiry woke them, not the server", took)
	}

	l = holder.locked(t)
	told := make(chan bool, 1)
	ended.Go(func() {
		l, err := newMachine(t, server.URL("")).Lock(t.Context(), key, func() { told <- true })
		if l == nil || err != nil {
			t.Errorf("after another process gave up: lock %v, error %v", l, err)
			return
		}
		l.Unlock()
	})
	<-told
	l.Unlock()
	ended.Wait()

	l = holder.locked(t)
	defer l.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := newMachine(t, server.URL("")).Lock(ctx, key, func() {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the time-out: %v", err)
	}
}

// Waiting processes take over a refusal, unless ssoctl did not write it, or it is from before the
// wait.
func TestRefuse(t *testing.T) {
	server := redistest.Start(t)
	holder := newMachine(t, server.URL(""))
	for name, test := range map[string]struct {
		release func(cache.Lock)
		want    error
	}{
		"refused": {func(l cache.Lock) { l.Refuse([]byte("limit")); l.Unlock() }, &cache.RefusedError{Why: []byte("limit")}},
		"foreign": {func(l cache.Lock) {
			names := strings.Fields(server.CLI(t, "keys", "*:lock"))
			server.CLI(t, "del", names[0])
			server.CLI(t, "xadd", strings.TrimSuffix(names[0], "lock")+"events", "*", "event", "released", "refused", strings.Repeat("x", 100))
		}, nil},
	} {
		l := holder.locked(t)
		told, got := make(chan bool, 1), make(chan error)
		m := newMachine(t, server.URL(""))
		go func() {
			l, err := m.Lock(t.Context(), key, func() { told <- true })
			if err == nil {
				l.Unlock()
			}
			got <- err
		}()
		<-told
		test.release(l)
		if diff := cmp.Diff(test.want, <-got); diff != "" || len(m.fellBack) > 0 {
			t.Errorf("%s: fell back because of %q, error (-want +got)\n%s", name, m.fellBack, diff)
		}
		holder.locked(t).Unlock()
	}
}

// A renewal may take longer than the lock lasts without being extended.
func TestSlowRenewal(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	holder, other := newMachine(t, server.URL("")), newMachine(t, server.URL(""))
	l := holder.locked(t)
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second) // one more than the lock lasts
	defer cancel()
	waited := 0
	if _, err := other.Lock(ctx, key, func() { waited++ }); !errors.Is(err, context.DeadlineExceeded) || waited != 1 {
		t.Errorf("another process: error %v, waiting was called %d times", err, waited)
	}
	if err := l.Save(lives("T", now), now); err != nil || other.found(t, now) != "T" {
		t.Errorf("a slow renewal was not saved, or error %v", err)
	}
	l.Unlock()
}

// A process that was stopped for too long cannot replace or delete another process's token, or
// release its lock.
func TestLateHolder(t *testing.T) {
	server := redistest.Start(t)
	late, other := newMachine(t, server.URL("")), newMachine(t, server.URL(""))
	for name, act := range map[string]func(cache.Lock) error{
		"save": func(l cache.Lock) error { return l.Save(lives("old", now), now) },
		"drop": func(l cache.Lock) error { return l.Drop() },
	} {
		l := late.locked(t)
		server.CLI(t, "del", strings.Fields(server.CLI(t, "keys", "*:lock"))[0]) // as when it expires
		other.save(t, lives("new", now), now)
		if err := act(l); name == "save" && !errors.Is(err, cache.ErrLost) || name == "drop" && err != nil {
			t.Errorf("%s: error %v", name, err)
		}
		theirs := other.locked(t)
		l.Unlock()
		if got := server.CLI(t, "keys", "*:lock"); got == "" || other.found(t, now) != "new" {
			t.Errorf("%s: the lock is %q, the token %q", name, got, other.found(t, now))
		}
		theirs.Unlock()
	}
	if len(late.fellBack) > 0 {
		t.Error(late.fellBack)
	}
}
