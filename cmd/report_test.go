package cmd_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	device "github.com/chromedp/cdproto/emulation"

	"ssoctl/pkg/browsertest"
)

// reported runs ssoctl against an emulator with --report, and returns the file: URL of
// the report.
func reported(t *testing.T, vendor *emulation, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	c := exec.Command("ssoctl", append(args, "--report", path)...)
	c.Dir = t.TempDir()
	c.Env = append(c.Environ(), "HOME="+c.Dir, "SSOCTL_PROFILE="+vendor.vendor.Name)
	inputs := vendor.Inputs(vendor.vendor.Name)
	for name := range inputs {
		text, _ := inputs.Text(name)
		c.Env = append(c.Env, "SSOCTL_"+strings.ToUpper(name)+"="+text)
	}
	out, err := c.CombinedOutput() // a failed command writes a report, too
	t.Logf("%v: %s", err, out)
	return "file://" + path
}

// signedProfile returns the name of a built-in profile with an application token and a
// userinfo step that is signed and in part a guess.
func signedProfile(t *testing.T) string {
	t.Helper()
	for _, p := range usableProfiles(t) {
		if p.UserInfo != nil && p.UserInfo.Sign != nil && p.UserInfo.Guess != "" && p.Token != nil {
			return p.Name
		}
	}
	t.Fatal("no built-in profile has an application token and a userinfo step that is signed and a guess")
	return ""
}

func TestReportInABrowser(t *testing.T) {
	t.Parallel()
	vendor := emulate(t, signedProfile(t), nil, time.Now())
	b := browsertest.Start(t)
	for lang, words := range map[string][]string{
		"en": {"Failed", "What to do: ", "What happened", "Unverified", "Requests and responses", "refused with"},
		"zh": {"失败", "怎么办：", "经过", "推测", "请求与响应", "拒绝："},
	} {
		address := reported(t, vendor, "userinfo", "--code", "emulatednosuchcodeofanybody", "--lang", lang)
		heard := b.Hear()
		b.Scheme("light")
		b.Open(address)
		text := b.JS("document.body.innerText + document.querySelector('.flow').textContent")
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: no %q in\n%s", lang, word, text)
			}
		}
		b.Look("report-" + lang)
		b.Clean("report " + lang)
		b.Readable("report " + lang)
		// The failed exchange is open; the keyboard opens and closes the others.
		const folds = "[...document.querySelectorAll('details')].map(d => d.open).join()"
		b.Until(folds + " === 'false,false,true'")
		for tabs := 0; b.JS("document.activeElement === document.querySelectorAll('summary')[1]") != "true"; tabs++ {
			if tabs > 5 {
				t.Fatalf("%s: Tab does not reach the first exchange; the focus is on %s", lang, b.JS("document.activeElement.outerHTML"))
			}
			b.Keys("\t")
		}
		for _, open := range []string{"true", "false"} {
			b.Keys("\r")
			b.Until(folds + " === 'false," + open + ",true'")
		}
		// Without scripts the report reads the same.
		b.Scripts(false)
		b.Open(address)
		b.Scripts(true)
		if got := b.JS("document.body.innerText + document.querySelector('.flow').textContent"); got != text {
			t.Errorf("%s: without scripts: got\n%s\nwant\n%s", lang, got, text)
		}
		b.Phone()
		b.Clean("report on a phone " + lang)
		b.Look("report-phone-" + lang)
		b.Size(device.SetDeviceMetricsOverrideParams{Width: 900, Height: 760, DeviceScaleFactor: 1})
		// On paper, everything is unfolded, on white.
		b.Print("report-" + lang)
		b.Until(folds + " === 'false,false,true' && [...document.querySelectorAll('details > div')].every(d => d.checkVisibility())")
		b.Until("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'")
		if got, want := heard(), []string{address, address}; !slices.Equal(got, want) {
			t.Errorf("%s: requests and complaints of the browser: got %q, want %q", lang, got, want)
		}
	}
}

// TestReportOfDoctor: nothing is red if every check passed, although the vendor refused
// doctor's empty requests. On a phone, the page does not break words.
func TestReportOfDoctor(t *testing.T) {
	t.Parallel()
	vendor := emulate(t, signedProfile(t), nil, time.Now())
	address := reported(t, vendor, "doctor")
	b := browsertest.Start(t)
	b.Open(address)
	if text := b.JS("document.body.innerText"); !strings.Contains(text, "Succeeded") || !strings.Contains(text, "refused with") {
		t.Fatalf("want \"Succeeded\" and \"refused with\" in\n%s", text)
	}
	const red = `(() => {
	  const bad = document.createElement('i'); bad.className = 'bad'; document.body.append(bad);
	  const colour = getComputedStyle(bad).color; bad.remove();
	  return [...document.querySelectorAll('body *')].filter(e => ['color', 'fill', 'stroke', 'borderLeftColor'].some(p => getComputedStyle(e)[p] === colour)).map(e => e.outerHTML).join('\n') })()`
	for _, scheme := range []string{"dark", "light"} {
		b.Scheme(scheme)
		if got := b.JS(red); got != "" {
			t.Errorf("%s: these elements are red:\n%s", scheme, got)
		}
	}
	b.JS("document.querySelectorAll('details').forEach(d => d.open = true)")
	for _, width := range []int64{390, 360} {
		b.Size(device.SetDeviceMetricsOverrideParams{Width: width, Height: 844, DeviceScaleFactor: 2, Mobile: true})
		b.Clean("report of doctor on a phone")
		b.Readable("report of doctor on a phone")
		// The diagram is wider than its box, which scrolls.
		b.Until("(() => { const s = document.querySelector('.scroll'); s.scrollLeft = 50; return s.scrollLeft === 50 && s.getBoundingClientRect().right <= innerWidth })()")
		// Names of checks and fields wrap between words only.
		const broken = `[...document.querySelectorAll('.found td:nth-child(-n+2), details th')].filter(c => c.checkVisibility()).filter(c => {
		  const range = document.createRange(); const text = c.firstChild; let before = null;
		  return [...text.data].some((letter, i) => {
		    range.setStart(text, i); range.setEnd(text, i + 1);
		    const top = range.getBoundingClientRect().top, within = before !== null && top > before + 4 && /\w/.test(letter) && /\w/.test(text.data[i - 1]);
		    before = top; return within }) }).map(c => c.textContent).join()`
		if got := b.JS(broken); got != "" {
			t.Errorf("%d pixels wide: these texts break within a word: %s", width, got)
		}
	}
	b.Look("report-doctor-phone")
}

// TestReportOnPaper: a diagram longer than a page begins directly below its heading and
// breaks between two arrows, so it leaves no page blank.
func TestReportOnPaper(t *testing.T) {
	t.Parallel()
	args := []string{"demo"}
	for _, p := range usableProfiles(t)[:6] { // a few pages
		args = append(args, p.Name)
	}
	address := reported(t, emulate(t, "oauth2", nil, time.Now()), args...)
	b := browsertest.Start(t)
	b.Open(address)
	b.JS("document.querySelectorAll('section').forEach(s => s.querySelector('.flow, .outcome') || s.remove())")
	width, height := 739, 979 // CSS pixels of a Letter page within its margins
	b.Size(device.SetDeviceMetricsOverrideParams{Width: int64(width), Height: int64(height), DeviceScaleFactor: 1})
	b.Print("report-long")
	b.Until("document.querySelector('.flow').clientHeight > 1.5 * innerHeight")
	length, err := strconv.Atoi(b.JS("document.documentElement.scrollHeight"))
	if err != nil {
		t.Fatal(err)
	}
	if pages, most := b.Pages("report-long"), length/height+1; pages > most {
		t.Errorf("%d pixels: got %d pages, want at most %d", length, pages, most)
	}
	// An arrow is not broken across pages, and the names are repeated on each page.
	b.Until("['svg', '.names'].every(s => getComputedStyle(document.querySelector('.flow ' + s)).breakInside === 'avoid')")
}

// TestReportEscapes: a vendor's text is shown as text, never as HTML.
func TestReportEscapes(t *testing.T) {
	t.Parallel()
	const attack = `<script>document.title='taken'</script><img src=x onerror=alert(1)>`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Attack", attack)
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"error": attack, "error_description": "\u202e" + attack})
	}))
	defer server.Close()
	vendor := emulate(t, "oauth2", nil, time.Now())
	address := reported(t, vendor, "token", "--set", "token_url="+server.URL+"/"+url.PathEscape(attack))
	b := browsertest.Start(t)
	heard := b.Hear()
	b.Open(address)
	b.Until("document.querySelectorAll('script, img').length === 0 && document.title.startsWith('ssoctl token')")
	if text := b.JS("document.body.innerText"); !strings.Contains(text, attack) || !strings.Contains(text, `\u202e`) {
		t.Errorf("want the vendor's text, with U+202E escaped, in\n%s", text)
	}
	if got := heard(); !slices.Equal(got, []string{address}) {
		t.Errorf("requests and complaints of the browser: got %q, want only %q", got, address)
	}
}
