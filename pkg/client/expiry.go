package client

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Whose word a token's expiry is.
const (
	SourceVendor  = "vendor"
	SourceProfile = "profile"
)

// expiry is when a token ends; the zero expiry is unknown.
type expiry struct {
	at     time.Time
	source string // SourceVendor or SourceProfile
}

// expiryOf is the one place that decides when a token ends: expires_in as the vendor
// has it, or the profile's lifetime where the vendor says nothing. What the vendor says
// and nobody understands, such as 0, -1 or "never", is not nothing: the end is unknown.
func expiryOf(a *answer) expiry {
	v, said := a.read["expires_in"]
	if !said {
		if a.step.Lifetime == 0 {
			return expiry{}
		}
		return expiry{a.at.Add(a.step.Lifetime), SourceProfile}
	}
	if at, ok := endOf(v, a.at); ok {
		return expiry{at, SourceVendor}
	}
	return expiry{}
}

// kept reports whether a token may be kept until it ends: for what the vendor says, or
// what its document does.
func (e expiry) kept(a *answer) bool {
	return e.at.After(a.at) && (e.source == SourceVendor || a.step.Sourced())
}

// in is the number of whole seconds from now until the end, 0 when it is past or unknown.
func (e expiry) in(now time.Time) int64 {
	if !e.at.After(now) {
		return 0
	}
	seconds := e.at.Unix() - now.Unix() // time.Duration ends after 292 years
	if e.at.Nanosecond() < now.Nanosecond() {
		seconds--
	}
	return seconds
}

// Numbers above epoch are dates, in seconds since 1970 (epoch itself is in 2001);
// those above epochMillis are in milliseconds. No date is after the year 9999, the
// last one that RFC 3339 can write.
const (
	epoch       = 1e9
	epochMillis = 1e12
	latest      = 253402300799
)

// endOf reads an expires_in that was received at a time: seconds, a date as a number,
// or a date as a text with its zone. Without a zone a date is ambiguous, and so unknown.
func endOf(v any, at time.Time) (time.Time, bool) {
	n, isNumber := number(v)
	switch {
	case isNumber && n > epochMillis:
		return time.UnixMilli(int64(n)).UTC(), n/1000 <= latest
	case isNumber && n > epoch:
		return time.Unix(int64(n), 0).UTC(), n <= latest
	case isNumber:
		return at.Add(time.Duration(n) * time.Second), n >= 1
	}
	text, _ := v.(string)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700"} {
		// Dates before epoch are how some platforms write that there is none.
		if end, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return end.UTC(), end.Unix() > epoch
		}
	}
	return time.Time{}, false
}

var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)

// number reads a number, also as a text. One that is too long to be a time is none:
// reading its digits could take minutes.
func number(v any) (float64, bool) {
	const longest = 64
	var text string
	switch x := v.(type) {
	case json.Number:
		text = x.String()
	case string:
		text = strings.TrimSpace(x)
	}
	if len(text) > longest || !decimal.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}
