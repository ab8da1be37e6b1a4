package ledger

import (
	"io"
	"net/http"
	"strings"

	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
)

// harEntry is a HAR entry with custom members, whose names begin with an underscore.
type harEntry struct {
	record.HAREntry
	ID       int64        `json:"_id"`
	User     string       `json:"_user,omitempty"`
	Refusal  profile.Kind `json:"_refusal,omitempty"`
	Code     string       `json:"_vendor_code,omitempty"`
	Fault    string       `json:"_fault,omitempty"`
	Problems []Problem    `json:"_problems,omitempty"`
}

// WriteHAR writes entries as HAR 1.2. origin is the scheme and host of the requests.
func WriteHAR(w io.Writer, origin string, entries []*Entry) {
	log := record.HARHead{Version: "1.2", Creator: record.HARCreator{Name: "ssoctl emulate", Version: "1"}, Comment: "Secrets, codes and tokens are masked. Times are those of the emulator's clock."}
	head, _ := strings.CutSuffix(string(printable.MustMarshalJSON(log)), "}")
	stream(w, `{"log":`+head+`,"entries":[`, entries, func(n *Entry) any { return harOf(origin, n.Record()) }, "]}}\n")
}

// harOf returns the HAR entry of a record.
func harOf(origin string, r Record) harEntry {
	const version, unknown = "HTTP/1.1", -1
	_, query, _ := strings.Cut(r.Target, "?")
	out := harEntry{
		ID: r.ID, User: r.User, Refusal: r.Refusal, Code: r.VendorCode, Fault: r.Fault, Problems: r.Problems,
		HAREntry: record.HAREntry{
			Started: r.Time, Time: r.TookMS, Timings: record.HARTimings{Wait: r.TookMS}, Comment: r.Diagnosis, Profile: r.Profile, Step: string(r.Step),
			Request: record.HARRequest{
				Method: r.Method, URL: record.HARAddress(origin + r.Target), HTTPVersion: version,
				Cookies: []record.HARPair{}, Headers: record.HARHeaders(r.Request.Headers), Query: record.HARQuery(query), HeadersSize: unknown, BodySize: r.Request.Size,
			},
			Response: record.HARResponse{
				Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: version,
				Cookies: []record.HARPair{}, Headers: record.HARHeaders(r.Response.Headers), HeadersSize: unknown, BodySize: r.Response.Size,
				RedirectURL: http.Header(r.Response.Headers).Get("Location"),
				Content: record.HARContent{
					Size: r.Response.Size, MimeType: http.Header(r.Response.Headers).Get("Content-Type"),
					Text: r.Response.Body, Comment: harCut(r.Response),
				},
			},
		},
	}
	if r.Request.Size > 0 {
		out.Request.Post = &record.HARPost{
			MimeType: http.Header(r.Request.Headers).Get("Content-Type"),
			Text:     r.Request.Body, Comment: harCut(r.Request),
		}
	}
	return out
}

func harCut(m Message) string {
	if len(m.Cut) == 0 {
		return ""
	}
	return "cut at 4 KiB: " + strings.Join(m.Cut, ", ")
}
