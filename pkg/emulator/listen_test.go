package emulator_test

import (
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
)

// TestAddresses checks the addresses of listeners and of proxies in front of them.
func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		listen, public, browser string
		want                    emulator.Addresses // with PORT for the listener's port
		exposed                 bool
	}{
		{"127.0.0.1:0", "", "", emulator.Addresses{Public: "http://127.0.0.1:PORT", Browser: "http://127.0.0.1:PORT", Local: "http://127.0.0.1:PORT"}, false},
		{"0.0.0.0:0", "", "", emulator.Addresses{Public: "http://127.0.0.1:PORT", Browser: "http://127.0.0.1:PORT", Local: "http://127.0.0.1:PORT"}, true},
		{
			"127.0.0.1:0", "https://sso.example.com/emulator/", "https://phone.example.com/emulator",
			emulator.Addresses{Public: "https://sso.example.com/emulator", Browser: "https://phone.example.com/emulator", Local: "http://127.0.0.1:PORT/emulator"},
			false,
		},
	} {
		l, err := emulator.Listen("256.0.0.1:0, " + c.listen)
		if err != nil {
			t.Fatal(err)
		}
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []*string{&c.want.Public, &c.want.Browser, &c.want.Local} {
			*text = strings.Replace(*text, "PORT", port, 1)
		}
		got, err := emulator.AddressesOf(l, false, c.public, c.browser)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" || emulator.Exposed(l) != c.exposed {
			t.Errorf("%s: %v %s, exposed %t", c.listen, err, diff, emulator.Exposed(l))
		}
		l.Close()
	}
}
