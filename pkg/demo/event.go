package demo

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/record"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/terminal"
)

var (
	labelAddress  = lang.Text{EN: "address", ZH: "地址"}
	labelCode     = lang.Text{EN: "code", ZH: "授权码"}
	labelSent     = lang.Text{EN: "sent", ZH: "请求"}
	labelReceived = lang.Text{EN: "received", ZH: "响应"}
	labelUser     = lang.Text{EN: "user", ZH: "用户"}
	labelToken    = lang.Text{EN: "token", ZH: "令牌"}
	labelGuess    = lang.Text{EN: "guess", ZH: "推测"}
)

// line prints one event. On a terminal, long lines are wrapped and indented.
func (d Demo) line(label lang.Text, text string) {
	const indent = 12
	columns, _, _ := terminal.Size(d.Console.W)
	text = terminal.Break(printable.Text(text), columns, indent, "&,?")
	d.Console.Printf("  %s %s", terminal.Pad(d.Paint.Name(d.Console.In(label)), indent-3), text)
}

// observer prints each request of the client and its response, when both are known.
type observer struct {
	Demo
	base string // address of the emulator, which is left out of URLs
}

// Begun implements [record.Observer].
func (observer) Begun(*record.Call) {}

// Ended implements [record.Observer].
func (d observer) Ended(x *record.Call) {
	d.Client.Scrubber.Add(scrub.Suspects(string(x.Body))...) // tokens that the profile does not read
	mask := d.Client.Scrubber.Scrub
	d.line(labelSent, x.Request.Method+" "+mask(strings.TrimPrefix(x.Request.URL.String(), d.base)))
	for _, name := range slices.Sorted(maps.Keys(x.Request.Header)) {
		if !slices.Contains(commonHeaders, name) {
			d.line(lang.Text{}, name+": "+mask(x.Request.Header.Get(name)))
		}
	}
	if len(x.RequestBody) > 0 {
		d.line(lang.Text{}, mask(string(x.RequestBody)))
	}
	if x.Response == nil {
		return // the error says why
	}
	d.line(labelReceived, fmt.Sprintf("HTTP %d %s", x.Response.StatusCode, mask(string(bytes.TrimSpace(x.Body)))))
}

// commonHeaders are the same for every vendor, so the demo leaves them out.
var commonHeaders = []string{"Accept", "Content-Type", "User-Agent"}
