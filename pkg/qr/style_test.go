package qr_test

import (
	"testing"

	"ssoctl/pkg/qr"
)

func TestStyleOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		allowed bool
		colours string
		want    qr.Style
	}{
		{true, "0;15", qr.Color},
		{true, "", qr.Color},
		{false, "", qr.PlainDark},
		{false, "15;0", qr.PlainDark},
		{false, "0;15", qr.PlainLight},
		{false, "0;default;7", qr.PlainLight},
		{false, "15", qr.PlainLight},
	} {
		if got := qr.StyleOf(test.allowed, test.colours); got != test.want {
			t.Errorf("%t %q: got %d, want %d", test.allowed, test.colours, got, test.want)
		}
	}
}
