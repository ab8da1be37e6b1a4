package idp_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"testing"
)

const deviceID = "device"

// TestDevice logs in on another device: a person there opens the address that ssoctl shows,
// and agrees or not. The servers have ssoctl wait 5 seconds before it asks.
func TestDevice(t *testing.T) {
	for _, test := range []struct {
		stranger
		secret string
		denies bool
	}{{zitadel, secret, false}, {zitadel, secret, true}, {dexServer, "", false}} {
		name := test.name
		if test.denies {
			name += ", denied"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := test.client(t, test.start(t), deviceID, test.secret)
			p := &person{t: t, browser: newBrowser()}
			p.browser.denies = test.denies
			got := u.runWith(p, p.String, "login", "--device", "--set", "scope=openid", "--wait", "1m")
			if test.denies {
				if got.exit != 8 || !strings.Contains(got.stderr, "access_denied") {
					t.Errorf("denied: exit code %d, want 8:\n%s", got.exit, got.stderr)
				}
				return
			}
			var r result
			if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
				t.Fatalf("exit code %d:\n%s", got.exit, got.stderr)
			}
			if !r.Token.Verified || r.User.Subject != test.subject {
				t.Errorf("verified %v, user %q, want %q", r.Token.Verified, r.User.Subject, test.subject)
			}
		})
	}
}

// A person reads what ssoctl shows, and opens the address in it.
type person struct {
	t       *testing.T
	browser *browser
	mu      sync.Mutex
	read    bytes.Buffer
	once    sync.Once
}

var shownAddress = regexp.MustCompile(`(https?://\S+user_code=\S+)\s`)

// Write implements [io.Writer].
func (p *person) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read.Write(text)
	if shown := shownAddress.FindStringSubmatch(p.read.String()); shown != nil {
		p.once.Do(func() {
			go func() {
				if _, err := p.browser.open(shown[1]); err != nil {
					p.t.Error(err)
				}
			}()
		})
	}
	return len(text), nil
}

func (p *person) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read.String()
}
