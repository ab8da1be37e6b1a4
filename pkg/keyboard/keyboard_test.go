package keyboard_test

import (
	"os"
	"testing"

	"ssoctl/pkg/keyboard"
)

// The effect on a terminal is tested in cmd, in TestTerminalIsGivenBack and its
// neighbours.
func TestNoTerminalHasNoKeys(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, f := range []*os.File{r, null} {
		if _, _, ok := keyboard.Listen(f); ok {
			t.Errorf("Listen accepts %s", f.Name())
		}
	}
}
