package cmd_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/profiles"
)

// TestForgedEventsChangeNothing: the server refuses events sent without the run's path,
// or by anything but the page.
func TestForgedEventsChangeNothing(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	p, page := v.scanByPage(b)
	b.Until(stateIs("shown"))
	p.tells(`Waiting: QR`)

	type try struct{ path, origin, site, kind, body string }
	own := strings.TrimSuffix(page[:strings.Index(page[7:], "/")+7], "/")
	good := try{page + "event", own, "same-origin", "application/json", `{"event":"confirmed","code":"forged"}`}
	status := func(change func(*try)) int {
		t.Helper()
		it := good
		change(&it)
		req, err := http.NewRequest("POST", it.path, strings.NewReader(it.body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"Origin": it.origin, "Sec-Fetch-Site": it.site, "Content-Type": it.kind} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, test := range []struct {
		name   string
		want   int
		change func(*try)
	}{
		{"no run", 404, func(it *try) { it.path = own + "/event" }},
		{"another run", 404, func(it *try) { it.path = own + "/" + strings.Repeat("a", 32) + "/event" }},
		{"another origin", 403, func(it *try) { it.origin = "https://evil.example" }},
		{"the vendor's origin", 403, func(it *try) { it.origin = v.base }},
		{"no origin", 403, func(it *try) { it.origin = "" }},
		{"another site", 403, func(it *try) { it.site = "cross-site" }},
		{"same site", 403, func(it *try) { it.site = "same-site" }},
		{"a form", 415, func(it *try) { it.kind = "text/plain" }},
		{"too much", 413, func(it *try) { it.body = `{"event":"` + strings.Repeat("x", 20<<10) + `"}` }},
		{"no JSON", 400, func(it *try) { it.body = "confirmed" }},
		{"no code", 400, func(it *try) { it.body = `{"event":"confirmed"}` }},
		{"unknown", 400, func(it *try) { it.body = `{"event":"logged-in"}` }},
	} {
		if got := status(test.change); got != test.want {
			t.Errorf("%s: HTTP %d, want %d", test.name, got, test.want)
		}
	}

	// The login can still be completed.
	v.phone("expire") // so that the next scan waits for the code of the page that is opened now
	b.Open(page)
	b.Until(stateIs("shown"))
	v.phone("scan")
	v.phone("confirm")
	p.ends(0)
	if !strings.Contains(p.out.String(), "王小明") {
		t.Errorf("want the user's name in\n%s", p.out.String())
	}
}

// TestForgedMessagesChangeNothing: our page ignores messages from itself and from a page
// that opened it, even one of the vendor's origin, as that is not a frame in our page.
func TestForgedMessagesChangeNothing(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	page, forged := "", v.message("confirmed")
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>evil</title><button>A prize</button><script>
			document.querySelector("button").onclick = () => {
				const opened = window.open("` + page + `");
				let n = 0;
				const timer = setInterval(() => { opened.postMessage(` + forged + `, "*"); if (++n === 3) { clearInterval(timer); document.title = "sent"; } }, 1000);
			};
		</script>`))
	}))
	defer evil.Close()
	for name, origin := range map[string]string{"foreign origin": v.base, "the vendor's origin": evil.URL} {
		t.Run(name, func(t *testing.T) {
			v := v.within(t)
			var p *program
			p, page = v.scanByPage(b, "--set", v.input("origin")+"="+origin)
			b.Until(stateIs("shown"))
			p.tells(`Waiting: QR`)
			b.JS(`(window.postMessage(` + forged + `, '*'), '')`)
			b.Open(evil.URL)
			b.JS(`(document.querySelector("button").focus(), '')`)
			b.Keys("\r")
			b.Until(`document.title === "sent"`)
			if text := p.err.String(); strings.Contains(text, "Confirmed") || p.ProcessState != nil {
				t.Errorf("a forged message was accepted:\n%s", text)
			}
		})
	}
}

// TestMessagesOfAnotherOriginDoNotCount: messages from an origin other than scan.origin
// do not complete the login, even from the frame that the vendor's script made.
func TestMessagesOfAnotherOriginDoNotCount(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	p, _ := v.scanByPage(b, "--set", v.input("origin")+"=http://*.vendor.example")
	b.Until(stateIs("shown"))
	v.phone("scan")
	p.tells(`^The messages come from an origin other than scan\.origin \(` + v.base + `\)`)
	b.Until(stateIs("failed"))
	v.phone("confirm")
	b.Look("page-origin")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "--set "+v.input("origin")+"=…") {
		t.Errorf("want the flag for scan.origin in\n%s", text)
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.ends(130)
}

// TestPageTellsOfMessagesThatDoNotCount: the inner one of the script's nested frames
// sends its messages past the outer one. The script declares its class with "class",
// which does not make it a property of window.
func TestPageTellsOfMessagesThatDoNotCount(t *testing.T) {
	t.Parallel()
	v := emulated(t)
	b := browsertest.Start(t)
	scan := v.load().Scan
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, body := "text/html", "<!doctype html><script>top.postMessage("+v.message("confirmed")+`, "*"); parent.postMessage("done", "*");</script>`
		switch r.URL.Path {
		case "/sdk.js":
			kind, body = "text/javascript", "class "+scan.Class+` { constructor() { const f = document.createElement("iframe"); f.src = "http://`+r.Host+`/outer"; document.getElementById("code").append(f); } }`
		case "/outer":
			body = `<!doctype html><iframe src="/inner"></iframe><script>onmessage = () => parent.postMessage(` + v.message("cancelled") + `, "*")</script>`
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(body))
	}))
	defer files.Close()
	p, _ := v.scanByPage(b, "--set", v.input("sdk")+"="+files.URL+"/sdk.js", "--set", v.input("origin")+"="+files.URL)
	p.tells(`^A scan message came from a nested frame`)
	b.Until(stateIs("cancelled"))
	b.Look("page-unheard")
	b.Readable("unheard")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "Ignored a message about the scan, because it came from a nested frame or another window") {
		t.Errorf("want the warning about a nested frame in\n%s", text)
	}
	b.JS(`(document.getElementById("again").click(), '')`)
	p.tells(`(?s)Cancelled.*Waiting.*Cancelled`)
	if text := p.err.String(); strings.Count(text, "nested frame") != 1 || strings.Contains(text, "Confirmed") {
		t.Errorf("want one warning about a nested frame and no confirmation in\n%s", text)
	}
}

// input returns the name of the input that sets scan.sdk or scan.origin.
func (v *vendor) input(key string) string {
	v.t.Helper()
	p := v.load()
	t := map[string]recipe.Template{"sdk": p.Scan.SDK, "origin": p.Scan.Origin}[key]
	ph, only := t.Only()
	if !only {
		v.t.Fatalf("scan.%s is not a single input", key)
	}
	return ph.Name
}

func (v *vendor) load() *profile.Profile {
	v.t.Helper()
	p, err := profile.Load(v.profile, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		v.t.Fatal(err)
	}
	return p
}

// message returns the vendor's message for an event, as JSON, with a forged code.
func (v *vendor) message(event string) string {
	v.t.Helper()
	p := v.load()
	message := map[string]any{p.Scan.Event: p.Scan.Events[event], p.Scan.Code: "forged"}
	maps.Copy(message, p.Scan.Message)
	text, err := json.Marshal(message)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(text)
}
