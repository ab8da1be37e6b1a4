package ledger

import (
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Limits of an [Entry].
const (
	bodyLimit = 4 << 10 // bytes shown of a body, of all headers and of a target
	// Kept is the number of bytes that are kept of a body or a target. It exceeds the bytes
	// shown, so that a secret that crosses the limit is recognised and masked: by twice
	// LongestSecret, because encoding makes secrets longer.
	Kept = bodyLimit + 2*LongestSecret
	// LongestSecret is the limit of a secret, in bytes. Only the Event of a request with a
	// longer secret is kept.
	LongestSecret = 2 << 10
)

// Entry is one request and its response. It is immutable.
type Entry struct {
	Event
	user    []string        // names of the user concerned
	secrets []secret.String // secrets in the request
	vendors *scrub.Scrubber // removes the secrets of all vendors
	wire    []byte          // the parts, concatenated
	ends    [parts]int      // end of each part in wire
	sizes   [2]int          // of both bodies, in bytes
	cut     [parts]bool     // whether a part is incomplete
	weight  int             // see weighs
	opaque  bool            // the parts are left out, because a secret in them is longer than LongestSecret
}

// The parts of an entry.
const (
	target = iota
	requestHeaders
	requestBody
	responseHeaders
	responseBody
	parts
)

// Call is a request and its response as they were on the wire, for [New].
type Call struct {
	Event
	User           []string        // names of the user concerned, which a [Filter] compares
	Secrets        []secret.String // secrets in the request
	Vendors        *scrub.Scrubber // removes the secrets of all vendors
	Request        *http.Request
	RequestBody    []byte
	ResponseHeader http.Header
	ResponseText   string // beginning of the body, if it was written as a string
	ResponseBody   []byte // the rest of it
	ResponseSize   int    // length of the whole body
}

// New returns the entry of a call. It copies what it keeps.
func New(c Call) *Entry {
	const longestPath, longestMethod = 2 << 10, 32
	c.Path, c.Method = c.Path[:min(len(c.Path), longestPath)], c.Method[:min(len(c.Method), longestMethod)]
	n := &Entry{Event: c.Event, user: c.User, secrets: c.Secrets, vendors: c.Vendors, sizes: [2]int{len(c.RequestBody), c.ResponseSize}}
	n.opaque = slices.ContainsFunc(n.secrets, func(s secret.String) bool { return len(s.Reveal()) > LongestSecret })
	if n.opaque {
		n.secrets = nil
		return n
	}
	uri := c.Request.RequestURI
	if !strings.HasPrefix(uri, "/") {
		uri = c.Request.URL.RequestURI()
	}
	kept, host := uri[:min(len(uri), Kept)], c.Request.Host[:min(len(c.Request.Host), 255)]
	request, response := c.RequestBody[:min(len(c.RequestBody), Kept)], c.ResponseBody[:min(len(c.ResponseBody), Kept)]
	wire := make([]byte, 0, len(kept)+len(host)+len(request)+len(c.ResponseText)+len(response)+headerBytes(c.Request.Header)+headerBytes(c.ResponseHeader)+8)
	end := func(part int, cut bool) { n.ends[part], n.cut[part] = len(wire), cut }
	wire = append(wire, kept...)
	end(target, len(uri) > bodyLimit)
	wire = append(append(append(wire, "Host: "...), host...), '\n')
	wire, cut := appendHeaders(wire, c.Request.Header)
	end(requestHeaders, cut)
	wire = append(wire, request...)
	end(requestBody, len(c.RequestBody) > bodyLimit)
	wire, cut = appendHeaders(wire, c.ResponseHeader)
	end(responseHeaders, cut)
	wire = append(append(wire, c.ResponseText...), response...)
	end(responseBody, c.ResponseSize > bodyLimit)
	n.wire = wire
	return n
}

func headerBytes(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + 3
		}
	}
	return min(n, bodyLimit)
}

// appendHeaders appends headers, one per line. It leaves out those that do not fit
// in bodyLimit, and reports whether there were any.
func appendHeaders(wire []byte, h http.Header) (_ []byte, cut bool) {
	room := bodyLimit
	for name, values := range h {
		for _, v := range values {
			if room < len(name)+len(v)+3 {
				cut = true
				continue
			}
			room -= len(name) + len(v) + 3
			wire = append(wire, name...)
			wire = append(wire, ": "...)
			wire = append(wire, v...)
			wire = append(wire, '\n')
		}
	}
	return wire, cut
}

// part returns one part as it was on the wire.
func (n *Entry) part(i int) string {
	if n.opaque {
		return ""
	}
	from := 0
	if i > 0 {
		from = n.ends[i-1]
	}
	return string(n.wire[from:n.ends[i]])
}

// weighs returns the approximate memory of the entry, in bytes.
func (n *Entry) weighs() int {
	total := 600 + cap(n.wire) + len(n.Path) + len(n.VendorCode) + len(n.Diagnosis) + len(n.Fault)
	for _, p := range n.Problems {
		total += 80 + len(p.Member) + len(p.Expected) + len(p.Received)
	}
	for _, s := range n.secrets {
		total += 60 + len(s.Reveal())
	}
	return total
}
