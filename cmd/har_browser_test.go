package cmd_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ssoctl/pkg/browsertest"
)

// TestDevToolsOpenHAR imports a HAR file with the code of the Network panel in Chromium's
// developer tools.
func TestDevToolsOpenHAR(t *testing.T) {
	t.Parallel()
	vendor := emulate(t, signedProfile(t), nil, time.Now())
	path := filepath.Join(t.TempDir(), "refused.har")
	reported(t, vendor, "userinfo", "--code", "emulatednosuchcodeofanybody", "--har", path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.StartWhole(t)
	b.Open("devtools://devtools/bundled/devtools_app.html")
	b.JS(`(import('/bundled/models/har/har.js').then(HAR => {
		const requests = HAR.Importer.Importer.requestsFromHARLog(new HAR.HARFormat.HARRoot(` + string(text) + `).log);
		window.imported = JSON.stringify(requests.map(r =>
			({What: [r.requestMethod, r.url(), r.statusCode, r.mimeType].join(' '), Seconds: r.duration})));
	}).catch(e => { window.imported = JSON.stringify([{What: String(e)}]) }), '')`)
	b.Until("window.imported !== undefined")
	var got []struct {
		What    string
		Seconds float64
	}
	if err := json.Unmarshal([]byte(b.JS("window.imported")), &got); err != nil {
		t.Fatal(err)
	}
	want := kept(t, path)
	if len(want) == 0 || len(got) != len(want) {
		t.Fatalf("imported %d exchanges, want %d, at least one: %v", len(got), len(want), got)
	}
	for i, e := range want {
		if what := fmt.Sprintf("%s %s %d %s", e.Request.Method, e.Request.URL, e.Response.Status, e.Response.Content.MimeType); what != got[i].What {
			t.Errorf("imported %q, want %q", got[i].What, what)
		}
		const noise = 0.01 // ms, because the importer keeps times as float64 seconds since 1970
		if took := got[i].Seconds * 1000; math.Abs(took-e.Time) > noise {
			t.Errorf("imported a duration of %v ms, want %v ms", took, e.Time)
		}
	}
}
