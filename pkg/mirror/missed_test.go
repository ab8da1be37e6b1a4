package mirror

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto"
)

// TestMissed checks how long a mirror goes on without screenshots: for as long as the browser
// refuses them, but only for a few attempts if it does not answer.
func TestMissed(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		most int // misses that it tolerates, of 20
	}{
		"refused":   {&cdproto.Error{Code: -32000, Message: "Not attached to an active page"}, 20},
		"no answer": {context.DeadlineExceeded, 3},
	} {
		m := &mirror{tab: t.Context(), shot: []byte("PNG"), text: "code"}
		tolerated := 0
		for range 20 {
			if !m.missed(tt.err) {
				break
			}
			if tolerated++; tolerated == 3 && (m.text != "code" || m.shot == nil) {
				t.Errorf("%s: the code is gone after %d misses", name, tolerated)
			}
		}
		if tolerated != tt.most {
			t.Errorf("%s: went on after %d misses, want %d", name, tolerated, tt.most)
		}
		if tolerated > 3 && (m.text != "" || m.shot != nil) {
			t.Errorf("%s: the code is still there after %d misses", name, tolerated)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if (&mirror{tab: ended}).missed(&cdproto.Error{}) {
		t.Error("it goes on in a tab that is closed")
	}
}
