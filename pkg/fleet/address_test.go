package fleet_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/fleet"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"redis://host":                  "redis://host:6379",
		"rediss://user:p%40ss@host:1/2": "rediss://host:1/2",
		"valkey://:pass@[::1]:7000/":    "valkey://[::1]:7000",
		"unix:///run/redis/redis.sock":  "unix:///run/redis/redis.sock",
		"":                              "",
		"host:6379":                     "",
		"http://host":                   "",
		"redis://":                      "",
		"redis://user:s3cret@host:port": "",
		"redis://user:s3cret@host/db":   "",
		"redis://user:s3cret@host/-1":   "",
		"redis://user:s3cret@host?x=1":  "",
		"redis://user:s3cret@ho st":     "",
		"unix://run/redis.sock":         "",
	} {
		got, err := fleet.Parse(text)
		if got.String() != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v; want %q", text, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error for %s shows the password", text)
		}
	}
}
