package httpcache_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/httpcache"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

const at = "https://op.example/jwks"

// headers reads lines such as "ETag: x".
func headers(lines ...string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}

// TestRules: how long a response is fresh (RFC 9111 §4.2, §5.2), and whether it is kept at all.
func TestRules(t *testing.T) {
	const date = "Date: Sat, 28 Nov 2026 12:00:00 GMT"
	type rule struct {
		Kept  bool
		Fresh time.Duration
	}
	got, want := map[string]rule{}, map[string]rule{
		"":                                      {false, 0},
		"Cache-Control: max-age=60":             {true, time.Minute},
		"Cache-Control: public, max-age=\"60\"": {true, time.Minute},
		"Cache-Control: private, max-age=60":    {true, time.Minute},
		"Cache-Control: max-age=60, s-maxage=3600":        {true, time.Minute},
		"Cache-Control: public|Cache-Control: max-age=60": {true, time.Minute},
		"Cache-Control: max-age=60|Age: 20":               {true, 40 * time.Second},
		"Cache-Control: max-age=60|Age: 60":               {false, 0},
		"Cache-Control: max-age=60|Age: x":                {true, time.Minute},
		"Cache-Control: max-age=99999999999999999999":     {true, 24 * time.Hour},
		"Cache-Control: max-age=9223372036":               {true, 24 * time.Hour},
		"Cache-Control: max-age=-1":                       {false, 0},
		"Cache-Control: max-age=x":                        {false, 0},
		"Cache-Control: max-age=0|ETag: \"1\"":            {true, 0},
		"Cache-Control: max-age=60, no-store":             {false, 0},
		"Cache-Control: no-cache, max-age=60":             {false, 0},
		"Cache-Control: no-cache, max-age=60|ETag: \"1\"": {true, 0},
		"Cache-Control: max-age=60|Vary: *":               {false, 0},
		"Cache-Control: max-age=60|Vary: Accept-Encoding": {true, time.Minute},
		"ETag: \"1\"":                                                                {true, 0},
		"ETag: " + strings.Repeat("x", 501):                                          {false, 0},
		"Last-Modified: Sat, 28 Nov 2025 12:00:00 GMT":                               {true, 0},
		date + "|Expires: Sat, 28 Nov 2026 12:05:00 GMT":                             {true, 5 * time.Minute},
		"Expires: Sat, 28 Nov 2026 12:05:00 GMT":                                     {true, 5 * time.Minute},
		date + "|Expires: Sat, 28 Nov 2026 11:00:00 GMT":                             {false, 0},
		"Date: Sat, 28 Nov 2026 11:00:00 GMT|Expires: Sat, 28 Nov 2026 11:05:00 GMT": {true, 5 * time.Minute},
		date + "|Expires: 0|Last-Modified: Sat, 28 Nov 2025 12:00:00 GMT":            {true, 0},
		date + "|Expires: Sat, 28 Nov 2026 12:05:00 GMT|Cache-Control: max-age=60":   {true, time.Minute},
		date + "|Expires: Sun, 28 Nov 2027 12:05:00 GMT":                             {true, 24 * time.Hour},
	}
	for lines := range want {
		d, kept := httpcache.New(at, headers(strings.Split(lines, "|")...), nil, now)
		got[lines] = rule{kept, d.FreshUntil.Sub(now)}
		if !kept {
			got[lines] = rule{}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConfirmed: a document that the server confirms is fresh again, and keeps its ETag if the
// server does not repeat it.
func TestConfirmed(t *testing.T) {
	d, _ := httpcache.New(at, headers("Cache-Control: max-age=60", `ETag: "1"`, "Content-Type: application/json"), []byte("{}"), now)
	later := now.Add(time.Hour)
	if d.Fresh(later) || d.Condition().Get("If-None-Match") != `"1"` {
		t.Errorf("after an hour: fresh %v, condition %v", d.Fresh(later), d.Condition())
	}
	got, kept := d.Confirmed(headers("Cache-Control: max-age=120"), later)
	want := httpcache.Document{Address: at, At: later, FreshUntil: later.Add(2 * time.Minute), ETag: `"1"`, Type: "application/json", Body: []byte("{}")}
	if diff := cmp.Diff(want, got); diff != "" || !kept {
		t.Errorf("kept %v (-want +got):\n%s", kept, diff)
	}
	if _, kept := d.Confirmed(headers("Cache-Control: no-store"), later); kept {
		t.Error("kept although the server no longer allows it")
	}
	modified, _ := httpcache.New(at, headers("Last-Modified: x"), nil, now)
	if diff := cmp.Diff(http.Header{"If-Modified-Since": {"x"}}, modified.Condition()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStore: a document is found for a day at most, only with its scope, and not if another user
// could have written it.
func TestStore(t *testing.T) {
	s := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
	d, _ := httpcache.New(at, headers("Cache-Control: max-age=60", `ETag: "1"`), []byte("{}"), now)
	d.Profile = "crm"
	if err := s.Save("", d, now); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		scope, address string
		now            time.Time
		ok             bool
	}{
		"fresh":           {"", at, now, true},
		"to be confirmed": {"", at, now.Add(23 * time.Hour), true},
		"a day old":       {"", at, now.Add(24 * time.Hour), false},
		"from the future": {"", at, now.Add(-time.Second), false},
		"another scope":   {"unchecked", at, now, false},
		"another address": {"", at + "2", now, false},
	} {
		if _, ok := s.Find(tt.scope, tt.address, tt.now); ok != tt.ok {
			t.Errorf("%s: found %v", name, ok)
		}
	}
	list, err := s.List(now)
	if diff := cmp.Diff([]httpcache.Document{d}, list); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	if list, _ := s.List(now.Add(time.Hour)); len(list) != 1 {
		t.Errorf("to be confirmed, but not listed: %v", list)
	}
	if list, _ := s.List(now.Add(24 * time.Hour)); len(list) > 0 {
		t.Errorf("a day old, but listed: %v", list)
	}
	paths, err := filepath.Glob(filepath.Join(s.Dir, "*", "*.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("files %v, error %v", paths, err)
	}
	if err := os.Chmod(paths[0], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find("", at, now); ok {
		t.Error("found in a file that others can read or write")
	}
	if err := os.WriteFile(paths[0], []byte(`{"address":"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find("", at, now); ok {
		t.Error("found in half a file")
	}
	for profile, want := range map[string]int{"other": 0, "crm": 0} {
		if n, err := s.Clear(profile); n != want || err != nil {
			t.Errorf("cleared %d of %s, error %v", n, profile, err)
		}
	}
	if n, err := s.Clear(""); n != 1 || err != nil {
		t.Errorf("cleared %d, error %v; want 1", n, err)
	}
	if _, ok := (httpcache.Store{}).Find("", at, now); ok || (httpcache.Store{}).Save("", d, now) != nil {
		t.Error("the zero Store keeps something")
	}
}

// TestSaveTogether: if several processes write the same document at once, one of theirs remains, and
// readers always get a whole one.
func TestSaveTogether(t *testing.T) {
	s := httpcache.Store{Dir: filepath.Join(t.TempDir(), "documents")}
	document := func(hours int) httpcache.Document {
		body := bytes.Repeat([]byte{'a' + byte(hours)}, 64<<10)
		d, _ := httpcache.New(at, headers("Cache-Control: max-age="+strconv.Itoa(hours*3600)), body, now)
		return d
	}
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 5 {
				if err := s.Save("", document(1+i%3), now); err != nil {
					t.Error(err)
				}
				if d, ok := s.Find("", at, now); ok && !cmp.Equal(d, document(int(d.FreshUntil.Sub(now).Hours()))) {
					t.Error("found a document that nobody wrote")
				}
			}
		})
	}
	writers.Wait()
	if err := s.Save("", document(2), now); err != nil {
		t.Fatal(err)
	}
	list, err := s.List(now)
	if diff := cmp.Diff([]httpcache.Document{document(2)}, list); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}
