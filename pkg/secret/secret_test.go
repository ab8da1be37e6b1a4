package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

const plaintext = "gho_s3cr3t!VALUE29AW"

// shows reports whether text shows plaintext in any encoding.
func shows(text string) bool {
	var s scrub.Scrubber
	s.Add(secret.New(plaintext))
	return s.Scrub(text) != text
}

func TestNoWayOfPrintingShowsASecret(t *testing.T) {
	s := secret.New(plaintext)
	type holder struct {
		Open   secret.String
		closed secret.String
		ptr    *secret.String
		any    any
	}
	values := map[string]any{
		"String":   s,
		"*String":  &s,
		"struct":   holder{s, s, &s, s},
		"*struct":  &holder{s, s, &s, s},
		"map":      map[string]secret.String{"k": s},
		"map key":  map[secret.String]int{s: 1},
		"slice":    []secret.String{s},
		"any":      []any{s, map[string]any{"k": s}},
		"embedded": struct{ secret.String }{s},
	}
	for name, v := range values {
		for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %o %b %c %U %t %f %p %z %-40v %.3s %100q") {
			if got := fmt.Sprintf(verb, v); shows(got) {
				t.Errorf("%s of %s: %s", verb, name, got)
			}
		}
		// fmt also prints arguments without a verb, as EXTRA.
		if got := fmt.Sprint(v) + fmt.Sprintf(name, v); shows(got) {
			t.Errorf("Sprint of %s: %s", name, got)
		}
		if got := fmt.Errorf("exchange: %v %w", v, fmt.Errorf("with %s", v)).Error(); shows(got) {
			t.Errorf("Errorf of %s: %s", name, got)
		}
		if got, err := json.Marshal(v); err != nil || shows(string(got)) {
			t.Errorf("json of %s: %s, %v", name, got, err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "k", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "k", v)
		if shows(log.String()) {
			t.Errorf("slog of %s: %s", name, log.String())
		}
	}
	if got, err := xml.Marshal(s); err != nil || shows(string(got)) {
		t.Errorf("xml: %s, %v", got, err)
	}
}

// go-cmp compares secrets by their text, although all print the same.
func TestDiff(t *testing.T) {
	type token struct{ Access, Refresh secret.String }
	a, b := token{secret.New("a"), secret.New("r")}, token{secret.New("b"), secret.New("r")}
	if cmp.Equal(a, b) || cmp.Equal(a, token{Refresh: secret.New("r")}) || cmp.Diff(a, token{secret.New("a"), secret.New("r")}) != "" {
		t.Error("go-cmp does not compare secrets by value")
	}
}

func TestString(t *testing.T) {
	s := secret.New(plaintext)
	if got := s.Reveal(); got != plaintext {
		t.Errorf("Reveal() = %q", got)
	}
	if got := fmt.Sprintf("%s|%v|%#v|%x", s, s, s, s); got != strings.Repeat("|"+secret.Redacted, 4)[1:] {
		t.Errorf("printed %s", got)
	}
	if s.IsZero() || s != secret.New(plaintext) || !s.Equal(secret.New(plaintext)) || s.Equal(secret.New("x")) || s.Equal(secret.String{}) {
		t.Error("a secret equals itself and nothing else")
	}
	zero := secret.New("")
	if !zero.IsZero() || zero != (secret.String{}) || zero.Reveal() != "" || fmt.Sprintf("%v%#v%s", zero, zero, zero) != "" {
		t.Errorf("New(\"\") = %#v", zero)
	}
	got, err := json.Marshal(map[string]any{"a": s, "b": zero, "c": struct {
		X secret.String `json:",omitzero"`
	}{}})
	if want := `{"a":"[redacted]","b":"","c":{}}`; err != nil || string(got) != want {
		t.Errorf("json = %s, %v; want %s", got, err, want)
	}
}

func TestMask(t *testing.T) {
	for s, want := range map[string]string{
		"":                      "",
		"short":                 secret.Redacted,
		strings.Repeat("a", 19): secret.Redacted,
		"abcd567890123456wxyz":  "abcd…wxyz (20)",
		"gho_" + strings.Repeat("x", 28) + "29AW":                  "gho_…29AW (36)",
		strings.Repeat("密", 19):                                    secret.Redacted,
		strings.Repeat("密", 20):                                    "密密密密…密密密密 (20)",
		"YXBwbGljYXRpb24tMDAwMTpzaG9ydA==":                         secret.Redacted, // application-0001:short
		"Basic YXBwbGljYXRpb24tMDAwMTpzaG9ydA==":                   secret.Redacted,
		"YXBwOmdob18wMTIzNDU2Nzg5MDEyMzQ1Njc4OQ==":                 "YXBw…OQ== (40)",
		"\x1b[2J" + strings.Repeat("x", 16) + "\n\x7f\u202e\u009b": "·[2J…···· (24)",
		"\xff\xff\xff\xff" + strings.Repeat("x", 20):               "\ufffd\ufffd\ufffd\ufffd…xxxx (24)",
	} {
		if got := secret.Mask(s); got != want {
			t.Errorf("Mask(%q) = %q, want %q", s, got, want)
		}
	}
}
