package fleet

import (
	"strings"
	"testing"
	"testing/iotest"
)

// Replies of Redis are accepted, however they are cut into pieces, but not replies that would need
// much memory.
func TestReplies(t *testing.T) {
	for text, want := range map[string]bool{
		"*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$5\r\nevent\r\n$5\r\nsaved\r\n": true,
		"*-1\r\n$-1\r\n+OK\r\n-ERR no\r\n":                              true,
		"$4\r\n\r\n*9\r\n":                                              true, // the value is not a list
		"$131073\r\n" + strings.Repeat("$", 131073) + "\r\n:-2\r\n":     true,
		"$131074\r\n":                    false,
		"$1000000000000\r\n":             false,
		"*1000000\r\n":                   false,
		"$-2\r\n":                        false,
		"$99999999999999999999\r\n":      false,
		"*?\r\n":                         false,
		"\n":                             false,
		strings.Repeat("*1\r\n", 257):    false,
		"+" + strings.Repeat("x", 4097):  false,
		strings.Repeat("+OK\r\n", 60000): false,
	} {
		whole, pieces := replies{}, replies{}
		ok, r, one := true, iotest.OneByteReader(strings.NewReader(text)), make([]byte, 1)
		for n, _ := r.Read(one); n > 0 && ok; n, _ = r.Read(one) {
			ok = pieces.accept(one)
		}
		if got := whole.accept([]byte(text)); got != want || ok != want {
			t.Errorf("%.40q: %v, in pieces %v, want %v", text, got, ok, want)
		}
	}
}
