package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/cache"
	"ssoctl/pkg/client"
)

// ends is the expiry of a token, and whether the token is cached.
type ends struct {
	In     int64
	At     time.Time
	Source string
	Kept   bool
}

// TestExpiry checks that an expires_in with a clear meaning is used, and that any other
// gives an unknown expiry, not the profile's lifetime.
func TestExpiry(t *testing.T) {
	vendor := func(in int64, at time.Time) ends { return ends{in, at.UTC(), client.SourceVendor, true} }
	hour := vendor(3600, now.Add(time.Hour))
	later := vendor(5400, now.Add(90*time.Minute))
	past := ends{0, time.Unix(1100000000, 0).UTC(), client.SourceVendor, false}
	unknown := ends{}
	zeros := func(n int) string { return strings.Repeat("0", n) }
	lifetime := ends{7200, now.Add(2 * time.Hour), client.SourceProfile, true}
	for member, want := range map[string]ends{
		`"expires_in":3600`:                        hour,
		`"expires_in":"3600"`:                      hour,
		`"expires_in":" 03600\n"`:                  hour,
		`"expires_in":3600.9`:                      hour,
		`"expires_in":"3600.9"`:                    hour,
		`"expires_in":3.6e3`:                       hour,
		`"expires_in":"3.6E+3"`:                    hour,
		`"expires_in":3600.` + zeros(59):           hour, // 64 characters
		`"expires_in":"` + zeros(60) + `3600"`:     hour,
		`"expires_in":1`:                           vendor(1, now.Add(time.Second)),
		`"expires_in":1000000000`:                  vendor(1e9, now.Add(1e9*time.Second)),
		`"expires_in":1795343400`:                  later,
		`"expires_in":"1795343400"`:                later,
		`"expires_in":1795343400000`:               later,
		`"expires_in":"1795343400000"`:             later,
		`"expires_in":"2026-11-22T10:30:00Z"`:      later,
		`"expires_in":"2026-11-22T18:30:00+08:00"`: later,
		`"expires_in":"2026-11-22T18:30:00+0800"`:  later,
		`"expires_in":"2026-11-22 10:30:00Z"`:      later,
		`"expires_in":"9999-12-31T23:59:59Z"`:      vendor(253402300799-now.Unix(), time.Unix(253402300799, 0)),
		`"expires_in":1100000000`:                  past,
		`"expires_in":1100000000000`:               past,
		`"expires_in":"2004-11-09T11:33:20Z"`:      past,
		`"x":0`:                                    lifetime,
		`"expires_in":null`:                        lifetime,
		`"expires_in":""`:                          lifetime,
		`"expires_in":0`:                           unknown,
		`"expires_in":"0"`:                         unknown,
		`"expires_in":0.5`:                         unknown,
		`"expires_in":-1`:                          unknown,
		`"expires_in":-1795343400`:                 unknown,
		`"expires_in":" "`:                         unknown,
		`"expires_in":"never"`:                     unknown,
		`"expires_in":"1h"`:                        unknown,
		`"expires_in":"NaN"`:                       unknown,
		`"expires_in":"Infinity"`:                  unknown,
		`"expires_in":"0xe10"`:                     unknown,
		`"expires_in":"3_600"`:                     unknown,
		`"expires_in":true`:                        unknown,
		`"expires_in":false`:                       unknown,
		`"expires_in":[3600]`:                      unknown,
		`"expires_in":{"seconds":3600}`:            unknown,
		`"expires_in":1e300`:                       unknown,
		`"expires_in":3600.` + zeros(60):           unknown, // 65 characters
		`"expires_in":"` + zeros(61) + `3600"`:     unknown,
		`"expires_in":1e999999999`:                 unknown,
		`"expires_in":300000000000`:                unknown, // after the year 9999 in seconds, 1979 in milliseconds
		`"expires_in":1795343400000000`:            unknown, // microseconds
		`"expires_in":"2026-11-22 10:30:00"`:       unknown, // no time zone
		`"expires_in":"2026-11-22"`:                unknown,
		`"expires_in":"0001-01-01T00:00:00Z"`:      unknown, // the zero date
		`"expires_in":"1970-01-01T00:00:00Z"`:      unknown,
		`"expires_in":"2026-13-01T00:00:00Z"`:      unknown,
	} {
		if got := endsOf(t, `{"code":0,"access_token":"A1",`+member+`}`); got != want {
			t.Errorf("%s:\n%s", member, cmp.Diff(want, got))
		}
	}
	if got := endsOf(t, `{"code":0,"access_token":"A1"}`, `lifetime = "2h"`, ""); got != unknown {
		t.Errorf("neither expires_in nor lifetime: %+v", got)
	}
	guessed := lifetime
	guessed.Kept = false
	if got := endsOf(t, `{"code":0,"access_token":"A1"}`, `lifetime = "2h"`, "lifetime = \"2h\"\nsource = \"guess\""); got != guessed {
		t.Errorf("a lifetime that is a guess:\n%s", cmp.Diff(guessed, got))
	}
}

// endsOf returns the expiry of a token from a vendor that sends body, for acme with the
// changes.
func endsOf(t *testing.T, body string, changes ...string) ends {
	t.Helper()
	server := serve(t, says(200, "", body))
	d := deps(t)
	store := cache.Folder{Dir: privateDir(t)}
	d.Cache.Store = store
	got, err := client.New(newClient(t, server.URL, changes...).Profile(), d).AppToken(t.Context())
	if err != nil {
		t.Errorf("%s: %v", body, err)
	}
	list, err := store.List(now)
	if err != nil {
		t.Error(err)
	}
	return ends{got.ExpiresIn, got.ExpiresAt, got.ExpiresSource, len(list) == 1}
}

// TestHugeNumbers checks that long numbers anywhere in a response cost no extra time.
func TestHugeNumbers(t *testing.T) {
	digits := strings.Repeat("9", 3_900_000)
	for _, number := range []string{digits, "-" + digits, "1e" + digits[:100], digits + "e1", `"` + digits + `"`} {
		begun := time.Now()
		if got := endsOf(t, `{"code":0,"access_token":"A1","expires_in":`+number+`}`); got != (ends{}) {
			t.Errorf("%.20s…: %+v", number, got)
		}
		server := serve(t, says(200, "", `{"code":`+number+`,"access_token":"A1"}`))
		if got, err := newClient(t, server.URL).AppToken(t.Context()); err == nil {
			t.Errorf("code %.20s… is a success: %+v", number, got.ExpiresAt)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%.20s…: took %s", number, took)
		}
	}
}
