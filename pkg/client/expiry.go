package client

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The sources of a token's expiry.
const (
	SourceVendor  = "vendor"
	SourceProfile = "profile"
)

// Expiry is when a token ends; the zero Expiry is unknown.
type Expiry struct {
	At     time.Time
	IsDate bool   // the vendor sent a date, which does not depend on when it was received
	source string // SourceVendor or SourceProfile
}

// expiryOf returns when a token ends: the vendor's expires_in, or the profile's lifetime if
// the vendor sends none. If expires_in has an unknown meaning, such as 0, -1 or "never",
// the end is unknown.
func expiryOf(a *stepResult) Expiry {
	v, said := a.read["expires_in"]
	if !said {
		if a.step.Lifetime == 0 {
			return Expiry{}
		}
		return Expiry{At: a.at.Add(a.step.Lifetime), source: SourceProfile}
	}
	end, _ := Expires(v, a.at)
	return end
}

// allowsCaching reports whether the token may be cached until it ends. The vendor's response or its
// documentation must say when that is.
func (e Expiry) allowsCaching(a *stepResult) bool {
	return e.At.After(a.at) && (e.source == SourceVendor || a.step.Sourced())
}

// ends returns when the token of a response ends, as a [Token] says it. The seconds count from the
// response or, if that comes from the cache, from now.
func (c *Client) ends(a *stepResult) (in int64, at time.Time, source string) {
	end, now := expiryOf(a), a.at
	if a.cached {
		now = c.deps.Now()
	}
	return end.In(now), end.At, end.source
}

// In returns the number of whole seconds from now until the end; 0 if it is past or
// unknown.
func (e Expiry) In(now time.Time) int64 {
	if !e.At.After(now) {
		return 0
	}
	seconds := e.At.Unix() - now.Unix() // a time.Duration is limited to 292 years
	if e.At.Nanosecond() < now.Nanosecond() {
		seconds--
	}
	return seconds
}

// A number above epoch is a Unix time in seconds (epoch is in 2001), and one above
// epochMillis in milliseconds. The latest date is the end of the year 9999, the last one
// that RFC 3339 can represent.
const (
	epoch       = 1e9
	epochMillis = 1e12
	latest      = 253402300799
)

// Expires reads an expires_in that was received at the time at. It may be a number of
// seconds, a Unix time, or a date with a time zone. It returns false if the end is unknown:
// a date without a time zone is ambiguous.
func Expires(v any, at time.Time) (Expiry, bool) {
	end, isDate, ok := endOf(v, at)
	if !ok {
		return Expiry{}, false
	}
	return Expiry{end, isDate, SourceVendor}, true
}

func endOf(v any, at time.Time) (end time.Time, isDate, ok bool) {
	n, isNumber := number(v)
	switch {
	case isNumber && n > epochMillis:
		return time.UnixMilli(int64(n)).UTC(), true, n/1000 <= latest
	case isNumber && n > epoch:
		return time.Unix(int64(n), 0).UTC(), true, n <= latest
	case isNumber:
		return at.Add(time.Duration(n) * time.Second), false, n >= 1
	}
	text, _ := v.(string)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700"} {
		// Some platforms send a date before epoch to mean that there is none.
		if end, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return end.UTC(), true, end.Unix() > epoch
		}
	}
	return time.Time{}, false, false
}

// number reads a number, or a string with a number, of up to 64 characters. No vendor's time is
// longer, even with zeros and decimals.
func number(v any) (float64, bool) {
	const longest = 64
	var text string
	switch x := v.(type) {
	case json.Number:
		text = x.String()
	case string:
		text = strings.TrimSpace(x)
	}
	if len(text) > longest || strings.Trim(text, "0123456789+-.eE") != "" { // not inf, nor 0x1p4
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}
