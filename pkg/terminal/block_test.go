package terminal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// How it looks on a real terminal is tested in cmd, in TestTerminalResized and its
// neighbours.
func TestBlock(t *testing.T) {
	var out strings.Builder
	b := block{to: &out}
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"text before anything is drawn", func() { b.print("intro\n") }, "intro\n"},
		{"the first drawing", func() { b.draw([]string{"one", "two"}, 10, 4, "") }, "one\ntwo\r"},
		{"nothing new", func() { b.draw([]string{"one", "two"}, 10, 4, "") }, ""},
		{"a changed line", func() { b.draw([]string{"ONE", "two"}, 10, 4, "") }, "\x1b[1A\x1b[KONE\x1b[1B\r"},
		{"the last line changed", func() { b.draw([]string{"ONE", "TWO"}, 10, 4, "") }, "\x1b[KTWO\r"},
		{"text above", func() { b.print("said\n") }, "\r\x1b[1A\x1b[Jsaid\nONE\nTWO\r"},
		{"more lines", func() { b.draw([]string{"1", "2", "3"}, 10, 4, "") }, "\r\x1b[1A\x1b[J1\n2\n3\r"},
		{"a smaller terminal", func() { b.draw([]string{"1234", "2", "3"}, 3, 2, "intro\n") }, "\x1b[H\x1b[2Jintro\n12…\n2\r"},
	} {
		out.Reset()
		step.do()
		if diff := cmp.Diff(step.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

// TestLiveWithoutTerminal: nothing is drawn where nothing can be redrawn, and what was held
// back is there at the end.
func TestLiveWithoutTerminal(t *testing.T) {
	var out strings.Builder
	c := Console{W: &out, Held: NewHeld(&out)}
	l := c.Live(nothing{})
	changed := false
	l.Update(func() { changed = true })
	l.Print("said\n")
	c.Held.Write([]byte("trace\n"))
	l.Close()
	if diff := cmp.Diff("said\ntrace\n", out.String()); diff != "" || !changed {
		t.Errorf("changed: %t (-want +got):\n%s", changed, diff)
	}
}

type nothing struct{}

func (nothing) Lines(int, int) []string { panic("drawn without a terminal") }
func (nothing) Above() string           { panic("drawn without a terminal") }
