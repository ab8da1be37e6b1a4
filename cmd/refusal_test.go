package cmd_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// TestRefusalsAreDocumented compares the profiles with testdata/refusals, the codes that
// the vendors' documents list; "code: message" if the message decides between several
// meanings. A profile must explain each of them in both languages, and
// mark any other code as a guess. A profile that extends another one is compared without the
// codes that it inherits, and only if it has a file.
func TestRefusalsAreDocumented(t *testing.T) {
	t.Parallel()
	src := profile.Sources{Builtin: profiles.FS}
	for _, name := range src.BuiltinNames() {
		p := builtinProfile(t, name)
		own := p.Refusals
		data, err := os.ReadFile(filepath.Join("..", "testdata", "refusals", name+".txt"))
		if len(p.Extends) > 0 {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			own = own[:len(own)-len(builtinProfile(t, p.Extends[0]).Refusals)] // its own come first
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // without a file, no code is documented
			t.Fatal(err)
		}
		var documented []string
		for line := range strings.Lines(string(data)) {
			if code := strings.TrimSpace(line); !strings.HasPrefix(code, "#") {
				documented = append(documented, code)
			}
		}
		for _, code := range documented {
			i := slices.IndexFunc(p.Refusals, func(r profile.Refusal) bool { return documentedAs(r) == code })
			if i < 0 {
				t.Errorf("%s: the documented refusal %s is missing", name, code)
				continue
			}
			if r := p.Refusals[i]; r.EN == "" || r.ZH == "" || r.Kind == "" || r.Guess != "" {
				t.Errorf("%s: the documented refusal %s: got %+v, want kind, en and zh, and no guess", name, code, r)
			}
		}
		for _, r := range own {
			// The last sentence says what to do.
			zh := strings.Split(strings.TrimSuffix(r.ZH, "。"), "。")
			if !strings.Contains(r.EN, ". ") || !strings.Contains(zh[len(zh)-1], "请") {
				t.Errorf("%s: %s does not say what to do: %s %s", name, documentedAs(r), r.EN, r.ZH)
			}
			if r.Guess == "" && !slices.Contains(documented, documentedAs(r)) {
				t.Errorf("%s: %s is not documented and not marked as a guess", name, documentedAs(r))
			}
		}
	}
}

// documentedAs returns the line of a file in testdata/refusals that documents a refusal.
func documentedAs(r profile.Refusal) string {
	if r.Message != "" {
		return r.CodeText() + ": " + r.Message
	}
	return r.CodeText()
}

// TestAccessTokensAreNotRefusedAsGrants checks what the emulator says about an access token that
// it does not accept: invalid_grant is about codes and refresh tokens (RFC 6749 §5.2), so a
// refusal with that code needs a member.
func TestAccessTokensAreNotRefusedAsGrants(t *testing.T) {
	for _, name := range (profile.Sources{Builtin: profiles.FS}).BuiltinNames() {
		p := builtinProfile(t, name)
		if _, lists := p.Refusal("invalid_token", ""); !lists {
			continue
		}
		for _, kind := range []profile.Kind{profile.KindInvalidToken, profile.KindExpiredToken} {
			if r, ok := p.RefusalAbout(kind, ""); ok && (r.CodeText() == "invalid_grant" || r.CodeText() == "invalid_request") {
				t.Errorf("%s: %s without a member is %s", name, kind, documentedAs(r))
			}
		}
	}
}
