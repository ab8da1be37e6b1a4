package record

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// logged is the part of a HAR file that these tests read. The testscript record.txtar
// checks that the whole file is valid.
type logged struct {
	Log struct {
		Comment string
		Entries []struct {
			HAREntry
			SignedText string   `json:"_signedText"`
			Claims     []string `json:"_claims"`
		}
	}
}

func readHAR(t *testing.T, r *Recorder) logged {
	t.Helper()
	data, err := r.HAR("test", lang.EN)
	if err != nil {
		t.Fatal(err)
	}
	var out logged
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHAR(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/next?code=c0de-to-be-hidden")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"sub":"1"}`)
	}))
	defer server.Close()
	scrub := &scrub.Scrubber{Stub: true}
	scrub.Add(secret.New("s3cret-in-the-address-0001"), secret.New("c0de-to-be-hidden"))
	r := &Recorder{Now: time.Now, Scrub: scrub}
	address, _ := url.Parse("https://x.example/authorize?state=s3cret-in-the-address-0001#here")
	r.Begin(Call{Kind: Opened, Step: "authorize", Request: &http.Request{Method: "GET", URL: address}})
	req := request(t, "POST", server.URL+"/token?q=a%26b&r", "code=c0de-to-be-hidden")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	send(t, r, req, "code=c0de-to-be-hidden")
	server.Close()
	send(t, r, request(t, "GET", server.URL, ""), "")

	got := readHAR(t, r)
	entries := got.Log.Entries
	if len(entries) != 3 || got.Log.Comment != textMasked.EN {
		t.Fatalf("%+v", got)
	}
	opened, called, failed := entries[0], entries[1], entries[2]
	if opened.Comment != textOpened.EN || opened.Response.Status != 0 || opened.Time != 0 ||
		opened.Request.URL != "https://x.example/authorize?state=s3cr%E2%80%A60001%20(26)" {
		t.Errorf("%+v", opened)
	}
	if diff := cmp.Diff([]HARPair{{"state", "s3cr…0001 (26)"}}, opened.Request.Query); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&HARPost{MimeType: "application/x-www-form-urlencoded", Text: "code=[redacted]"}, called.Request.Post); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(HARContent{Size: 11, MimeType: "application/json", Text: `{"sub":"1"}`}, called.Response.Content); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]HARPair{{"q", "a&b"}, {"r", ""}}, called.Request.Query); diff != "" {
		t.Error(diff)
	}
	if called.Response.Status != 201 || called.Response.RedirectURL != "/next?code=[redacted]" || called.ServerAddress != "127.0.0.1" ||
		called.Request.HTTPVersion != "HTTP/1.1" || called.Started.IsZero() {
		t.Errorf("%+v", called)
	}
	if failed.Response.Status != 0 || !strings.Contains(failed.Response.Error, "refused") || failed.Response.Content.Size != 0 {
		t.Errorf("%+v", failed)
	}
}

// TestHARTimings checks that the timings add up to the total, without double counting.
func TestHARTimings(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	x := &Call{Started: at(0), clock: &clock{
		dns: interval{at(2), at(5)}, connect: interval{at(5), at(9)}, tls: interval{at(9), at(20)},
		conn: at(20), wrote: at(21), first: at(50), end: at(53),
	}}
	ms := func(n float64) *float64 { return &n }
	want := HARTimings{Blocked: ms(2), DNS: ms(3), Connect: ms(15), TLS: ms(11), Send: 1, Wait: 29, Receive: 3}
	if diff := cmp.Diff(want, shown{Call: x}.timings()); diff != "" {
		t.Error(diff)
	}
}

func TestUnmasked(t *testing.T) {
	r := &Recorder{Now: tick(), Scrub: &scrub.Scrubber{Lifted: true}}
	x := r.Begin(Call{Request: httptest.NewRequest("GET", "https://x.example/?client_secret=all-of-it", nil), Signed: []Signed{{Name: "sign", Text: secret.New("text")}}})
	x.End(errors.New("cut"), "")
	got := readHAR(t, r)
	if got.Log.Comment != textUnmasked.EN || got.Log.Entries[0].Request.URL != "https://x.example/?client_secret=all-of-it" || got.Log.Entries[0].SignedText != "text" {
		t.Errorf("%+v", got)
	}
	page, err := r.WriteReport(Report{Command: "ssoctl token", Lang: lang.ZH})
	if err != nil || !strings.Contains(string(page), textUnmasked.ZH) {
		t.Errorf("%v %s", err, page)
	}
}
