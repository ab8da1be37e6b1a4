package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
)

func TestScansByScript(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		act := func(in string) (int, string) { return c.ask(t, "POST", "/_/scan", in, nil) }
		if status, body := act(`{}`); status != 404 || !strings.Contains(body, "no QR code is waiting") {
			t.Errorf("%d %s", status, body)
		}
		first, second := c.desk(t, address), c.desk(t, address)
		if status, body := act(`{"profile":"` + c.p.Name + `","action":"scan"}`); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		second.is(t, "scanned", 300, "scanned")
		first.is(t, "pending", 300)
		for in, want := range map[string]int{
			`{"action":"scan"}`:    409,
			`{"action":"wink"}`:    400,
			`{"as":"nobody"}`:      400,
			`{"profile":"nobody"}`: 404,
			`{"who":"grace"}`:      400,
			`[]`:                   400,
			`{"as":1}`:             400,
		} {
			if status, body := act(in); status != want {
				t.Errorf("%s: %d %s", in, status, body)
			}
		}
		if status, body := c.ask(t, "POST", "/_/scan", `{}`, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }); status != 403 {
			t.Errorf("%d %s", status, body)
		}
		status, body := act(`{"as":"OUYANG"}`)
		if status != 200 || body != `{"action":"confirm","profile":"`+c.p.Name+`","subject":"9007199254740993","user":"欧阳思远"}`+"\n" {
			t.Errorf("%d %s", status, body)
		}
		second.is(t, "confirmed", 0, "scanned", "confirmed")
		// Now the first is the newest waiting code.
		if status, body := act(`{"action":"cancel"}`); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		first.is(t, "cancelled", 0, "scanned", "cancelled")
		third := c.desk(t, address)
		if profile, user, err := c.Scan("", "expire", ""); err != nil || profile != c.p.Name || user != emulator.DefaultUsers()[0] {
			t.Errorf("%s %v %v", profile, user, err)
		}
		third.is(t, "expired", 0, "expired")
		if _, _, err := c.Scan("", "confirm", ""); err != emulator.ErrNoScan {
			t.Error(err)
		}
	})
}

// TestTheVendorsScript tests the vendor's script and its frame without a browser. For tests
// with one, see TestTheVendorsSample.
func TestTheVendorsScript(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, _ string) {
		if c.p.Scan == nil {
			return
		}
		sdk, _ := c.p.Scan.SDK.Only()
		at, _ := c.values.Text(sdk.Name)
		got := c.visits(t, at, nil, nil)
		if got.status != 200 || got.header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.HasPrefix(at, c.address+"/"+c.p.Name+"/") {
			t.Fatalf("%s: %d %v", at, got.status, got.header)
		}
		contains(t, got.body, `"class":"`+c.p.Scan.Class+`"`, `"element":"id"`)

		// The frame checks every option, and may be framed.
		options := url.Values{"_origin": {"https://shop.example"}}
		for name, template := range c.p.Scan.Options {
			if ph, _ := template.Only(); c.values[ph.Name] != nil {
				text, _ := c.values.Text(ph.Name)
				options.Set(name, text)
			}
		}
		frame := c.address + "/" + c.p.Name + "/_embed?"
		page := c.visits(t, frame+options.Encode(), nil, nil)
		if page.status != 200 || strings.Contains(page.header.Get("Content-Security-Policy"), "frame-ancestors") || !strings.Contains(page.body, `data-target="https://shop.example"`) {
			t.Fatalf("%d %v %s", page.status, page.header, page.body)
		}
		for _, nobody := range []string{"null", "", "javascript://x", "https://shop.example/path", "*", "file://"} {
			got := c.visits(t, frame+with(options, "_origin", nobody).Encode(), nil, nil)
			if !strings.Contains(got.body, `data-target="*"`) {
				t.Errorf("origin %q: %s", nobody, got.body)
			}
		}
		spare := c.visits(t, frame+with(options, "colour", "red").Encode(), nil, nil)
		if spare.status != 200 || spare.event.Diagnosis != "colour: was passed, but is ignored" {
			t.Errorf("%d %+v", spare.status, spare.event)
		}
		for name, template := range c.p.Scan.Options {
			if ph, _ := template.Only(); c.values[ph.Name] == nil || !c.p.Inputs[ph.Name].Required {
				continue
			}
			for _, wrong := range []string{"", "<b>"} {
				got := c.visits(t, frame+with(options, name, wrong).Encode(), nil, nil)
				if got.status != 400 || got.event.Refusal != "bad_request" || !strings.HasPrefix(got.event.Diagnosis, name+": ") || strings.Contains(got.body, "<b>") || strings.Contains(got.header.Get("Content-Security-Policy"), "frame-ancestors") {
					t.Errorf("%s = %q: %d %+v", name, wrong, got.status, got.event)
				}
			}
		}

		// The frame's messages are those of the profile.
		d := &desk{c, page.body, phoneOf(t, page.body)}
		c.visits(t, d.phone, nil, nil)
		scanned := d.state(t)
		if len(scanned.Messages) != 1 || scanned.Go != "" {
			t.Fatalf("%+v", scanned)
		}
		if !c.p.Scan.BringsCode() {
			d.led(t, scanned)
			return
		}
		for name, want := range c.p.Scan.Message {
			if got := scanned.message(0)[name]; got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		if got, want := scanned.message(0)[c.p.Scan.Event], c.p.Scan.Events["scanned"]; got != float64(want.(int64)) {
			t.Errorf("%s is %v, want %v", c.p.Scan.Event, got, want)
		}
		if scanned.message(0)[c.p.Scan.Code] != nil {
			t.Error("the message contains a code before the confirmation")
		}
	})
}

// led checks the messages of a vendor that sends only one, at the end of a scan: an address,
// or a message that contains the address.
func (d *desk) led(t *testing.T, scanned scanState) {
	t.Helper()
	if scanned.Messages[0] != nil {
		t.Errorf("after the scan: %v", scanned.Messages[0])
	}
	to, fields := d.form(t, d.visits(t, d.phone, nil, nil))
	d.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil)
	confirmed := d.state(t)
	s := d.p.Scan
	back, _ := d.values.Text("redirect_uri")
	if s.IsSilent() {
		if got, _ := confirmed.Messages[1].(string); !strings.HasPrefix(got, back+"?") {
			t.Errorf("confirmed: %v", confirmed.Messages[1])
		}
		return
	}
	got := confirmed.message(1)
	address, _ := got[d.p.FromMessage()[0]].(string)
	if s.Redirect.Is(d.p.FromMessage()[0]) != strings.HasPrefix(address, back+"?") || address == "" || s.Event != "" && got[s.Event] != s.Events["confirmed"] {
		t.Errorf("confirmed: %v", got)
	}
}

// TestPagesLeaveNoTrace checks that the ledger contains neither the tokens of pages nor the
// requests that pages send by themselves.
func TestPagesLeaveNoTrace(t *testing.T) {
	eachScan(t, func(t *testing.T, c *party, address string) {
		d := c.desk(t, address)
		to, fields := c.form(t, c.visits(t, d.phone, nil, nil))
		d.is(t, "scanned", 300, "scanned")
		c.visits(t, to, with(fields, "decision", "confirm", "user", "42"), nil)
		d.is(t, "confirmed", 0, "scanned", "confirmed")
		c.visits(t, c.address+found(t, watchAt, d.page), nil, nil)
		kept := c.Requests(emulator.Filter{Profile: c.p.Name})
		text, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		if whole := regexp.MustCompile(`emulated[a-z2-7]{20,}`).FindString(string(text)); whole != "" {
			t.Errorf("%s is in the ledger", whole)
		}
		var paths []string
		for _, r := range kept {
			paths = append(paths, r.Method+" "+strings.Split(strings.TrimPrefix(r.Path, "/"+c.p.Name+"/"), "/")[0])
		}
		if diff := cmp.Diff([]string{"GET _scan", "POST _scan", "GET _qr"}, paths[1:]); diff != "" {
			t.Error(diff)
		}
		if kept[2].User != "Grace O'Malley" || kept[3].User != "Grace O'Malley" {
			t.Errorf("users %q, %q", kept[2].User, kept[3].User)
		}
	})
}
