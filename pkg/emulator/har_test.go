package emulator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestHAR tests the contents. The script emulate_ledger checks that it is valid HAR.
func TestHAR(t *testing.T) {
	w, code := shopping(t)
	w.trade(t, code)
	w.call(t, "GET", "/own/app?a=b%20c&d", "")
	w.call(t, "POST", "/own/nowhere", "\xff\xfe\x00", "Content-Type", "application/octet-stream")
	got := w.call(t, "GET", "/_/requests.har?since=1", "")
	var in struct {
		Log struct {
			Version string
			Entries []struct {
				StartedDateTime time.Time
				Request         struct {
					Method, URL string
					QueryString []struct{ Name, Value string }
					PostData    *struct{ MimeType, Text string }
				}
				Response struct {
					Status  int
					Content struct {
						MimeType, Text string
						Size           int
					}
				}
				Comment string
				ID      int64  `json:"_id"`
				Step    string `json:"_step"`
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &in); err != nil {
		t.Fatal(err)
	}
	entries := in.Log.Entries
	if in.Log.Version != "1.2" || len(entries) != 3 {
		t.Fatalf("%+v", in)
	}
	first, second := entries[0], entries[1]
	if first.Request.URL != w.address+"/own/trade" || first.ID != 2 || first.Step != "exchange" || !first.StartedDateTime.Equal(w.Now()) ||
		!strings.Contains(first.Request.PostData.Text, `"client":"shop-client"`) || first.Request.PostData.MimeType != "application/json" ||
		first.Response.Status != 200 || first.Response.Content.Size != 74 || first.Response.Content.MimeType != "application/json;charset=utf-8" {
		t.Errorf("%+v %+v", first, first.Request.PostData)
	}
	if diff := cmp.Diff([]struct{ Name, Value string }{{"a", "b c"}, {"d", ""}}, second.Request.QueryString); diff != "" || second.Request.PostData != nil || second.Comment == "" {
		t.Errorf("%s %+v", diff, second)
	}
	if got := w.call(t, "GET", "/_/requests.har?step=refresh", ""); got.status != 400 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
