package profile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// scanned is a valid profile. Its [scan] table begins at line 14.
const scanned = `
[inputs]
client_id    = { required = true }
redirect_uri = { required = true }
sdk_url      = { default = "https://sso.example.com/qr.js" }

[authorize]
method = "GET"
url    = "https://sso.example.com/qr"
query  = { app = "{client_id}", back = "{redirect_uri}" }
scan   = true
state  = "redirect"

[scan]
sdk     = "{sdk_url}"
class   = "Login"
options = { id = "{element}", app = "{client_id}", w = "{width}", h = "{height}" }
message = { from = "qr" }
event   = "what"
events  = { scanned = "seen", confirmed = 1 }
code    = "ticket"
origin  = "https://*.example.com"
`

func TestScanIsRead(t *testing.T) {
	src := sources(t, files{"p.toml": scanned}, "", "")
	if got := faults(t, "p", src); got != "" {
		t.Fatal(got)
	}
	want := &profile.Scan{
		SDK: "{sdk_url}", Class: "Login",
		Options: map[string]recipe.Template{"id": "{element}", "app": "{client_id}", "w": "{width}", "h": "{height}"},
		Message: map[string]any{"from": "qr"}, Event: "what", Events: map[string]any{"scanned": "seen", "confirmed": int64(1)},
		Code: "ticket", Origin: "https://*.example.com",
	}
	if diff := cmp.Diff(want, load(t, "p", src).Scan); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsOfScan(t *testing.T) {
	for _, tt := range []struct{ name, from, to, want string }{
		{"not scanned", "scan   = true", "scan   = false", "profiles/p.toml:14: scan: requires scan = true in [authorize]"},
		{"no script", `sdk     = "{sdk_url}"`, "", "profiles/p.toml:5: inputs.sdk_url: this input is never used\nprofiles/p.toml:14: scan: missing key sdk"},
		{"no event", `event   = "what"`, "", "profiles/p.toml:14: scan: missing key event"},
		{"no origin", `origin  = "https://*.example.com"`, "", "profiles/p.toml:14: scan: missing key origin"},
		{"unknown key", `event   =`, "evnt   =", "profiles/p.toml:19: scan.evnt: unknown key; did you mean event?"},
		{"unknown event", "scanned =", "scaned =", "profiles/p.toml:20: scan.events.scaned: unknown event; did you mean scanned?"},
		{"no confirmed event", ", confirmed = 1", "", "profiles/p.toml:20: scan.events: missing key confirmed: only this event carries the code"},
		{"an event that is a list", "confirmed = 1", "confirmed = [1]", "profiles/p.toml:20: scan.events.confirmed: expected a string, a whole number, true or false, got a list"},
		{"a message member that is a number", `from = "qr"`, "from = 1.5", "profiles/p.toml:18: scan.message.from: expected a string, a whole number, true or false, got a number"},
		{"no element", `"{element}"`, `"box"`, "profiles/p.toml:17: scan.options: missing {element}: it tells the script where to put the QR code"},
		{"unknown placeholder", "{width}", "{widht}", "profiles/p.toml:17: scan.options.w: unknown placeholder {widht}; did you mean width?"},
		{"unknown input", "{sdk_url}", "{sdkurl}", "profiles/p.toml:5: inputs.sdk_url: this input is never used\nprofiles/p.toml:15: scan.sdk: unknown placeholder {sdkurl}; did you mean sdk_url?"},
		{"no messages", `message = { from = "qr" }
event   = "what"
events  = { scanned = "seen", confirmed = 1 }
code    = "ticket"
`, "", ""},
		{"no events", `event   = "what"
events  = { scanned = "seen", confirmed = 1 }
`, "", "profiles/p.toml:14: scan: missing key events"},
		{"an address instead of the code", `code    = "ticket"`, `redirect = "{to}"`, ""},
		{"an address, and only one message", `event   = "what"
events  = { scanned = "seen", confirmed = 1 }
code    = "ticket"
`, "redirect = \"{to}\"\n", ""},
		{"neither code nor address", `code    = "ticket"`, ``, "profiles/p.toml:14: scan: missing key code"},
		{"code and address", `code    = "ticket"`, "code    = \"ticket\"\nredirect = \"{to}\"", "profiles/p.toml:22: scan.redirect: not allowed with code: either the message brings the code, or the page goes to another address"},
		{"an address without the message", `code    = "ticket"`, `redirect = "{sdk_url}?x={state}"`, "profiles/p.toml:21: scan.redirect: has no placeholder for a member of the message"},
		{"no name", `"Login"`, `"new Login"`, `profiles/p.toml:16: scan.class: "new Login" is not a valid JavaScript identifier`},
		{"no address", `"https://*.example.com"`, `"example.com"`, `profiles/p.toml:22: scan.origin: "example.com" is not an absolute address`},
	} {
		text := strings.Replace(scanned, tt.from, tt.to, 1)
		if text == scanned {
			t.Fatalf("%s: nothing was changed", tt.name)
		}
		if got := faults(t, "p", sources(t, files{"p.toml": text}, "", "")); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// A user can change the script's address by setting an input of the inherited table.
func TestAUserPointsTheScriptElsewhere(t *testing.T) {
	p := load(t, "own", sources(t, files{"p.toml": scanned}, "[profiles.own]\nextends = \"p\"\nsdk_url = \"http://127.0.0.1:9/qr.js\"\n[profiles.own.scan]\nclass = \"Other\"\n", ""))
	if at, _ := p.Given("sdk_url"); at != "http://127.0.0.1:9/qr.js" || p.Scan.Class != "Other" || p.Scan.Event != "what" {
		t.Errorf("%s %+v", at, p.Scan)
	}
	if errs := p.Lint(); errs != nil {
		t.Error(errs)
	}
}

// A profile without a scan page does not inherit the script.
func TestScanIsRemoved(t *testing.T) {
	p := load(t, "own", sources(t, files{"p.toml": scanned}, "[profiles.own]\nextends = \"p\"\n[profiles.own.authorize]\nscan = false\n", ""))
	if errs := p.Lint(); errs != nil || p.Scan != nil {
		t.Errorf("%v %+v", errs, p.Scan)
	}
}
