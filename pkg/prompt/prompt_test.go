package prompt_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/prompt"
)

// typing returns a Prompt for a person who has typed text and, if end, pressed Ctrl-D. How a
// terminal hides a secret is tested in cmd.
func typing(t *testing.T, text string, end bool, out io.Writer) *prompt.Prompt {
	t.Helper()
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); typed.Close() })
	if _, err := io.WriteString(typed, text); err != nil {
		t.Fatal(err)
	}
	if end {
		typed.Close()
	}
	return prompt.New(in, out, lang.EN)
}

// TestYes: only y and yes are a yes, Enter takes the default, and the end of input is never
// a yes.
func TestYes(t *testing.T) {
	type answer struct {
		Yes bool
		Err error
	}
	for _, c := range []struct {
		typed     string
		otherwise bool
		want      answer
	}{
		{"y\n", false, answer{true, nil}},
		{" YES \n", false, answer{true, nil}},
		{"yes", false, answer{true, nil}}, // Ctrl-D after some text ends the line
		{"n\n", true, answer{false, nil}},
		{"yep\n", true, answer{false, nil}},
		{"\n", true, answer{true, nil}},
		{"\n", false, answer{false, nil}},
		{"", true, answer{false, io.EOF}},
		{"", false, answer{false, io.EOF}},
	} {
		yes, err := typing(t, c.typed, true, io.Discard).Yes(t.Context(), lang.Text{EN: "Go on?"}, c.otherwise)
		if got := (answer{yes, err}); got != c.want {
			t.Errorf("%q, otherwise %t: got %v, want %v", c.typed, c.otherwise, got, c.want)
		}
	}
}

// TestNumber: a wrong number is asked for again, and Enter is 1.
func TestNumber(t *testing.T) {
	var out strings.Builder
	p := typing(t, "0\nx\n4\n3\n\n", true, &out)
	var got []int
	for range 2 {
		n, err := p.Number(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if diff := cmp.Diff([]int{3, 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const again = "Number [1]: Expected a number from 1 to 3.\n"
	if diff := cmp.Diff(again+again+again+"Number [1]: Number [1]: ", out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInterrupted: a question ends with the context, although nobody types.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := typing(t, "", false, io.Discard)
	if yes, err := p.Yes(ctx, lang.Text{EN: "Go on?"}, true); yes || !errors.Is(err, context.Canceled) {
		t.Errorf("got %t, %v; want false and the context's error", yes, err)
	}
}
