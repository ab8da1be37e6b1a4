package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// harShape are the members that HAR 1.2 requires, by the place where they stand,
// with the JSON type of each: http://www.softwareishard.com/blog/har-12-spec/.
var harShape = map[string]map[string]string{
	"log":     {"version": "string", "creator": "object", "entries": "array"},
	"creator": {"name": "string", "version": "string"},
	"entries": {"startedDateTime": "string", "time": "number", "request": "object", "response": "object", "cache": "object", "timings": "object"},
	"request": {
		"method": "string", "url": "string", "httpVersion": "string", "cookies": "array", "headers": "array", "queryString": "array", "headersSize": "number", "bodySize": "number",
	},
	"response": {
		"status": "number", "statusText": "string", "httpVersion": "string", "cookies": "array", "headers": "array", "content": "object", "redirectURL": "string", "headersSize": "number", "bodySize": "number",
	},
	"postData":    {"mimeType": "string", "params": "array", "text": "string"},
	"content":     {"size": "number", "mimeType": "string"},
	"timings":     {"send": "number", "wait": "number", "receive": "number"},
	"headers":     {"name": "string", "value": "string"},
	"queryString": {"name": "string", "value": "string"},
}

func checkHAR(t *testing.T, at string, v any) {
	t.Helper()
	switch x := v.(type) {
	case []any:
		for _, m := range x {
			checkHAR(t, at, m)
		}
	case map[string]any:
		for name, want := range harShape[at] {
			kinds := map[string]string{"string": "string", "float64": "number", "map[string]interface {}": "object", "[]interface {}": "array"}
			if got := kinds[fmt.Sprintf("%T", x[name])]; got != want {
				t.Errorf("%s.%s is %q, want %s", at, name, got, want)
			}
		}
		for name, m := range x {
			if !strings.HasPrefix(name, "_") {
				checkHAR(t, name, m)
			}
		}
	}
}

func TestHAR(t *testing.T) {
	w, code := shopping(t)
	w.trade(t, code)
	w.call(t, "GET", "/own/app?a=b%20c&d", "")
	w.call(t, "POST", "/own/nowhere", "\xff\xfe\x00", "Content-Type", "application/octet-stream")
	got := w.call(t, "GET", "/_/requests.har?since=1", "")
	var har map[string]any
	if err := json.Unmarshal([]byte(got.body), &har); err != nil {
		t.Fatal(err, got.body)
	}
	checkHAR(t, "", har)
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
		first.Response.Status != 200 || first.Response.Content.Size != 75 || first.Response.Content.MimeType != "application/json;charset=utf-8" {
		t.Errorf("%+v %+v", first, first.Request.PostData)
	}
	if diff := cmp.Diff([]struct{ Name, Value string }{{"a", "b c"}, {"d", ""}}, second.Request.QueryString); diff != "" || second.Request.PostData != nil || second.Comment == "" {
		t.Errorf("%s %+v", diff, second)
	}
	if got := w.call(t, "GET", "/_/requests.har?step=refresh", ""); got.status != 400 {
		t.Errorf("%d %s", got.status, got.body)
	}
	w.ForgetRequests()
	checkHAR(t, "", func() (v any) {
		if err := json.Unmarshal([]byte(w.call(t, "GET", "/_/requests.har", "").body), &v); err != nil {
			t.Error(err)
		}
		return v
	}())
}
