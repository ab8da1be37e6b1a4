package terminal_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/terminal"
)

// TestLog: a log prints lines, safe for a terminal, or holds the last five and prints nothing.
func TestLog(t *testing.T) {
	type result struct {
		Printed string
		Held    []string
	}
	for name, test := range map[string]struct {
		hold, quiet bool
		want        result
	}{
		"prints": {want: result{Printed: "0 \\x1b[31m\n1 \\x1b[31m\n2 \\x1b[31m\n3 \\x1b[31m\n4 \\x1b[31m\n5 \\x1b[31m\n"}},
		"quiet":  {quiet: true},
		"holds":  {hold: true, want: result{Held: []string{`1 \x1b[31m`, `2 \x1b[31m`, `3 \x1b[31m`, `4 \x1b[31m`, `5 \x1b[31m`}}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			log := &terminal.Log{Console: terminal.Console{W: &b, Quiet: test.quiet}, Hold: test.hold}
			for i := range 6 {
				line := fmt.Sprintf("%d \x1b[31m\n", i)
				if n, err := log.Write([]byte(line)); n != len(line) || err != nil {
					t.Errorf("wrote %d, %v", n, err)
				}
			}
			if diff := cmp.Diff(test.want, result{b.String(), log.Lines()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
