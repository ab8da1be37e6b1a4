package localhost_test

import (
	"testing"

	"ssoctl/pkg/localhost"
)

func TestIs(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.1.2.3": true, "localhost": true, "Localhost": true, "::1": true,
		"": false, "0.0.0.0": false, "192.0.2.7": false, "crm.example.com": false, "localhost.example.com": false,
	} {
		if got := localhost.Is(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
