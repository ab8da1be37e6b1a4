package exchange_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exchange"
)

// TestVendors checks that the exchanges transcribed from documents survive Format and Parse.
func TestVendors(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "testdata", "vendors", "*", "*.txtar"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		x, err := exchange.Parse(data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		same(t, path, x)
	}
}

func same(t *testing.T, name string, x *exchange.Exchange) {
	t.Helper()
	text, err := exchange.Format(x)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, err := exchange.Parse(text)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return
	}
	if diff := cmp.Diff(x, again); diff != "" {
		t.Errorf("%s after Format and Parse (-want +got):\n%s\n%s", name, diff, text)
	}
}

func sample(body string) *exchange.Exchange {
	return &exchange.Exchange{
		Source: "a test", Read: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Profile: "p", Step: "exchange",
		Now: time.Date(2026, 11, 22, 9, 0, 0, int(367*time.Millisecond), time.UTC), Optional: []string{"json.a", "json.b"},
		Given:    map[string]string{"client_id": `quoted " and 小`, "tenant.id": "T"},
		Request:  exchange.Message{Start: "POST /a?b=c", Header: http.Header{"Content-Type": {"text/plain"}, "Empty": {""}, "Two": {"1", "2"}}, Body: body},
		Response: exchange.Message{Start: "HTTP/1.1 200 OK", Header: http.Header{}, Body: body},
		Want:     map[string]any{"subject": "<&>"},
	}
}

// TestBodies checks that any body survives byte for byte.
func TestBodies(t *testing.T) {
	for _, body := range []string{
		"", "x", "x\n", "\n", "\n\nx\n\n", "a\n\nb", "-- want --\n{}\n", "x\n-- given --", "\r\n", "a\r\nb", "\x00\xff", "{\"a\": 1}\n", strings.Repeat("é", 1000), " ", "--  --\n",
	} {
		same(t, body, sample(body))
	}
}

func FuzzBody(f *testing.F) {
	f.Add("-- x --\n\n")
	f.Fuzz(func(t *testing.T, body string) { same(t, body, sample(body)) })
}

// FuzzParse checks that neither Parse nor a method of its result panics.
func FuzzParse(f *testing.F) {
	text, err := exchange.Format(sample(`{"a": 1}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		if x, err := exchange.Parse(data); err == nil {
			_, _ = exchange.Format(x)
			_, _ = x.Request.Members()
			x.Response.Shape()
		}
	})
}

// TestMistakes checks that the error says what is wrong with a text.
func TestMistakes(t *testing.T) {
	const head, request = "source: s\nread: 2026-11-22\nstep: token\n", "-- request --\nGET /\n"
	for text, want := range map[string]string{
		head + request + "-- request --\n":             "is duplicated",
		head + request + "-- other --\n":               "is duplicated or not one of",
		head:                                           "no section request",
		"step: token\n" + request:                      "the head has no source",
		head + "stepp: x\n" + request:                  "unknown head key",
		head + "step: x\n" + request:                   "duplicate head key",
		head + "note: \n" + request:                    "no value",
		head + "now: yesterday\n" + request:            "now: ",
		head + request + "-- response --\n200 OK\n":    "status line",
		head + request + "-- want --\n[]\n":            "want: expected a JSON object",
		head + request + "-- given --\nx\n":            "given: expected NAME",
		head + "-- request --\nGET /\nno colon here\n": "header line",
	} {
		if _, err := exchange.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	x := sample("")
	x.Note = "two\nlines"
	if _, err := exchange.Format(x); err == nil {
		t.Error("a value with a line break was written to the head")
	}
}

// TestMembers splits requests into members.
func TestMembers(t *testing.T) {
	for body, more := range map[string]map[string]any{
		"":                       {},
		`{"a":{"b":["x",true]}}`: {"json.a.b.0": "x", "json.a.b.1": true},
	} {
		m := exchange.Message{Start: "POST /p%20q?x=1&y=2&y=3", Header: http.Header{"Token": {"t"}}, Body: body}
		got, err := m.Members()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"method": "POST", "path": "/p%20q", "query.x": "1", "query.y": []string{"2", "3"}, "headers.Token": "t"}
		for key, v := range more {
			want[key] = v
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	form := exchange.Message{Start: "POST /", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}, Body: "a=1"}
	if got, err := form.Members(); err != nil || got["form.a"] != "1" {
		t.Error(got, err)
	}
	for _, m := range []exchange.Message{{Start: "GET"}, {Start: "GET /?%zz"}, {Start: "GET /", Body: "{"}} {
		if _, err := m.Members(); err == nil {
			t.Errorf("no error for the members of %v", m)
		}
	}
}
