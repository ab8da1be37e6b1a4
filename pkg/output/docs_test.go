package output_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/output"
	"ssoctl/pkg/render"
)

// TestMembersAreDocumented checks that docs/output.md lists the members of each result.
func TestMembersAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	token := client.Token{ExpiresIn: 1, ExpiresAt: ends}
	for commands, result := range map[string]render.Result{
		"`authorize-url`":      output.AuthorizeURL(client.Authorization{}, ends),
		"`exchange`, `token`":  output.Token(token),
		"`userinfo`":           output.User(client.User{}),
		"`token --introspect`": output.Introspection(client.Introspection{}, lang.EN),
		"`logout`":             output.Logout(client.Logout{}),
		"`logout --listen`":    output.LoggedOut("p", ""),
		"`token --revoke`":     output.Revocation(client.Result{}, "access_token"),
		"`step`":               output.Step(client.Result{ExpiresIn: 1, ExpiresAt: ends, CanCache: true}),
		"`login`, `qrlogin`":   output.Login("p", "C", client.Login{Token: &token, User: &client.User{}}),
	} {
		var members []string
		for _, f := range result.Fields {
			members = append(members, f.Name)
		}
		if diff := cmp.Diff(documented(t, string(text), commands), members); diff != "" {
			t.Errorf("members of %s (-documented +printed):\n%s", commands, diff)
		}
	}
}

var (
	aside  = regexp.MustCompile(`\([^()]*\)`)
	inCode = regexp.MustCompile("`([^`]+)`")
)

// documented returns the members in the row that begins with commands. It skips explanations,
// which follow a semicolon or are in brackets.
func documented(t *testing.T, page, commands string) (members []string) {
	t.Helper()
	_, page, _ = strings.Cut(page, "\n## JSON members\n")
	_, row, found := strings.Cut(page, "\n| "+commands+" | ")
	if !found {
		t.Fatalf("no row for %s", commands)
	}
	row, _, _ = strings.Cut(row, "\n")
	row, _, _ = strings.Cut(row, ";")
	for _, m := range inCode.FindAllStringSubmatch(aside.ReplaceAllString(row, ""), -1) {
		members = append(members, m[1])
	}
	return members
}
