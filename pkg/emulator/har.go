package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/: what is exported of it.
type (
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Comment string     `json:"comment,omitempty"` // its entries are streamed
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harEntry struct {
		Started  time.Time   `json:"startedDateTime"`
		Time     float64     `json:"time"` // ms
		Request  harRequest  `json:"request"`
		Response harResponse `json:"response"`
		Cache    struct{}    `json:"cache"`
		Timings  harTimings  `json:"timings"`
		Comment  string      `json:"comment,omitempty"`
		ID       int64       `json:"_id"`
		Profile  string      `json:"_profile,omitempty"`
		Step     string      `json:"_step,omitempty"`
		User     string      `json:"_user,omitempty"`
		Refusal  string      `json:"_refusal,omitempty"`
		Fault    string      `json:"_fault,omitempty"`
		Problems []Problem   `json:"_problems,omitempty"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harRequest struct {
		Method      string    `json:"method"`
		URL         string    `json:"url"`
		HTTPVersion string    `json:"httpVersion"`
		Cookies     []harPair `json:"cookies"`
		Headers     []harPair `json:"headers"`
		Query       []harPair `json:"queryString"`
		Post        *harPost  `json:"postData,omitempty"`
		HeadersSize int       `json:"headersSize"`
		BodySize    int       `json:"bodySize"`
	}
	harPost struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Comment  string `json:"comment,omitempty"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Comment  string `json:"comment,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

// exportHAR answers with the requests that meet the query's filters, as HAR 1.2.
func (e *Emulator) exportHAR(w http.ResponseWriter, r *http.Request) (int, error) {
	f, _, err := e.filterOf(r, "limit")
	if err != nil {
		return http.StatusBadRequest, err
	}
	entries, _ := e.ledger.after(f.Since)
	log := harLog{Version: "1.2", Creator: harCreator{"ssoctl emulate", "1"}, Comment: "Secrets, codes and tokens are masked. Times are by the emulator's clock."}
	setType(w.Header(), jsonText)
	w.Header().Set("Content-Disposition", `attachment; filename="emulator.har"`)
	head, _ := strings.CutSuffix(string(encode(log)), "}")
	stream(w, `{"log":`+head+`,"entries":[`, f.choose(entries), func(n *entry) any { return e.harEntry(n.record()) }, "]}}\n")
	return http.StatusOK, nil
}

func (e *Emulator) harEntry(r Record) harEntry {
	const version, unknown = "HTTP/1.1", -1
	out := harEntry{
		Started: r.Time, Time: r.TookMS, Timings: harTimings{Wait: r.TookMS}, Comment: r.Diagnosis,
		ID: r.ID, Profile: r.Profile, Step: r.Step, User: r.User, Refusal: r.Refusal, Fault: r.Fault, Problems: r.Problems,
		Request: harRequest{
			Method: r.Method, URL: strings.TrimSuffix(e.opts.Address, e.root) + r.Target, HTTPVersion: version,
			Cookies: []harPair{}, Headers: harHeaders(r.Request.Headers), Query: []harPair{}, HeadersSize: unknown, BodySize: r.Request.Size,
		},
		Response: harResponse{
			Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: version,
			Cookies: []harPair{}, Headers: harHeaders(r.Response.Headers), HeadersSize: unknown, BodySize: r.Response.Size,
			RedirectURL: http.Header(r.Response.Headers).Get("Location"),
			Content: harContent{
				Size: r.Response.Size, MimeType: http.Header(r.Response.Headers).Get("Content-Type"),
				Text: r.Response.Body, Comment: harCut(r.Response),
			},
		},
	}
	_, query, _ := strings.Cut(r.Target, "?")
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if pair != "" {
			out.Request.Query = append(out.Request.Query, harPair{name, value})
		}
	}
	if r.Request.Size > 0 {
		out.Request.Post = &harPost{
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

func harHeaders(h map[string][]string) []harPair {
	out := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, harPair{name, v})
		}
	}
	return out
}
