package httpcache

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/cachecontrol/cacheobject"
)

// New returns a document from a response with status 200 that arrived at the time now. ok is
// false if the document must not be kept, or would never be usable.
func New(address string, header http.Header, body []byte, now time.Time) (d Document, ok bool) {
	d = Document{Address: address, At: now, Type: header.Get("Content-Type"), Body: body}
	ok = d.follow(header)
	return d, ok
}

// Confirmed returns the document after a response with status 304, which confirms it. ok is as
// for [New].
func (d Document) Confirmed(header http.Header, now time.Time) (_ Document, ok bool) {
	d.At = now
	ok = d.follow(header)
	return d, ok
}

// follow reads what a header says about keeping the document, and reports whether to keep it.
func (d *Document) follow(header http.Header) bool {
	control, err := cacheobject.ParseResponseCacheControl(strings.Join(header.Values("Cache-Control"), ", "))
	if err != nil || control.NoStore || strings.Contains(strings.Join(header.Values("Vary"), ","), "*") {
		return false
	}
	if tag := validator(header, "ETag"); tag != "" {
		d.ETag = tag
	}
	if modified := validator(header, "Last-Modified"); modified != "" {
		d.LastModified = modified
	}
	d.FreshUntil = d.At.Add(lifetime(header, control, d.At))
	return d.FreshUntil.After(d.At) || d.ETag != "" || d.LastModified != ""
}

// validator returns a header by which a server recognises a version (RFC 9110 §8.8); "" if it
// is too long to be sent back.
func validator(header http.Header, name string) string {
	const long = 500 // bytes
	if text := header.Get(name); len(text) <= long {
		return text
	}
	return ""
}

// lifetime returns how long a response is fresh (RFC 9111 §4.2): by max-age, else by Expires,
// less the time that it has spent in other caches. It does not guess if neither is there.
func lifetime(header http.Header, control *cacheobject.ResponseCacheDirectives, now time.Time) time.Duration {
	var life time.Duration
	switch expires := header.Get("Expires"); {
	case control.NoCachePresent:
		return 0
	case control.MaxAge >= 0:
		life = min(time.Duration(control.MaxAge), longest/time.Second) * time.Second
	case expires != "":
		end, err := http.ParseTime(expires)
		if err != nil { // such as 0: expired already (§5.3)
			return 0
		}
		sent, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			sent = now
		}
		life = end.Sub(sent)
	}
	if age, err := strconv.Atoi(header.Get("Age")); err == nil && age > 0 {
		life -= min(time.Duration(age), longest/time.Second) * time.Second
	}
	return max(0, min(life, longest))
}

// Condition returns the header that makes a request conditional: the server sends the document only
// if it has changed (RFC 9110 §13.1).
func (d Document) Condition() http.Header {
	h := http.Header{}
	if d.ETag != "" {
		h.Set("If-None-Match", d.ETag)
	} else if d.LastModified != "" {
		h.Set("If-Modified-Since", d.LastModified)
	}
	return h
}
