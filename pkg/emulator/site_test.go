package emulator_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// TestProfilesAreNotPreparedAtStart compares the work of starting one emulator with all
// profiles and of starting one emulator for each profile, which does prepare it.
func TestProfilesAreNotPreparedAtStart(t *testing.T) {
	w, all := start(t), builtins(t)
	starting := func(served []*profile.Profile) float64 {
		return testing.AllocsPerRun(2, func() {
			if _, err := emulator.New(emulator.Options{Profiles: served, Address: w.address, Now: w.now, Rand: w.rand}); err != nil {
				t.Fatal(err)
			}
		})
	}
	each := 0.0
	for _, p := range all {
		each += starting([]*profile.Profile{p})
	}
	if together := starting(all); together > each/3 {
		t.Errorf("starting an emulator of all profiles takes %.0f allocations, and one for each takes %.0f: want at most a third", together, each)
	}
}

// TestFirstRequestsAtOnce checks that a profile is prepared once although several requests
// need it at once.
func TestFirstRequestsAtOnce(t *testing.T) {
	c := start(t, builtins(t)...)
	vendors := make([]any, 8)
	var asked sync.WaitGroup
	for i := range vendors {
		asked.Go(func() {
			if _, err := c.IssueCode("oauth2", emulator.Grant{}); err != nil {
				t.Error(err)
			}
			vendors[i] = c.Vendor("oauth2")
		})
	}
	asked.Wait()
	if len(slices.Compact(vendors)) != 1 {
		t.Error("several vendors were made of one profile")
	}
}

// TestNewReportsErrorsOfEveryOwnProfile checks that New reports an error that otherwise
// appears at a request, even among other profiles.
func TestNewReportsErrorsOfEveryOwnProfile(t *testing.T) {
	w := start(t)
	file := filepath.Join(t.TempDir(), "ssoctl.toml")
	for what, text := range map[string]string{
		"an expression":              "[profiles.oauth2.reply]\nok = '.a ('",
		"an expression for one step": "[profiles.oauth2.userinfo.read]\nname = '.a ('",
		"a pattern":                  "[profiles.oauth2.inputs]\nscope = { pattern = '(' }",
		"a redirect's expression":    "[profiles.oauth2.authorize.read]\nextra = '.a ('",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		served := slices.Concat(emulator.OwnProfiles(t, file), slices.DeleteFunc(builtins(t), func(p *profile.Profile) bool { return p.Name == "oauth2" }))
		_, err := emulator.New(emulator.Options{Profiles: served, Address: w.address, Now: w.now, Rand: w.rand})
		if err == nil || !strings.Contains(err.Error(), "(") {
			t.Errorf("%s: got error %v, want one about it", what, err)
		}
	}
}
