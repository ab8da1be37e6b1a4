package client_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/record"
	"ssoctl/pkg/scrub"
)

// TestCallbacksAreMasked checks that the code and the state in a callback are masked even
// if they look like ordinary words.
func TestCallbacksAreMasked(t *testing.T) {
	const plain = "plainwords"
	address := func(query string) *url.URL { return &url.URL{Scheme: "http", Host: "127.0.0.1:1", RawQuery: query} }
	for name, back := range map[string]func(*client.Client){
		"the redirect's code":  func(c *client.Client) { c.Returned(address("code="+plain), nil) },
		"the redirect's state": func(c *client.Client) { c.Returned(address("state="+plain), nil) },
		"a page's event": func(c *client.Client) {
			c.PageEvent(address(""), plain, []byte(`{"event":"confirmed","code":"`+plain+`"}`))
		},
	} {
		d := deps(t)
		d.Scrubber = &scrub.Scrubber{}
		d.Record = &record.Recorder{Now: time.Now, Scrub: d.Scrubber}
		back(client.New(describedBy(t, acme), d))
		har, err := d.Record.HAR("test", lang.EN)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(har); strings.Contains(text, plain) || !strings.Contains(text, "redacted") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
