package contract_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/contract"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section returns the rows of the table below a heading, as cells.
func section(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	_, text, found := strings.Cut(page(t), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("docs/output.md has no section %s", heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	_, text, _ = strings.Cut(text, "|---")
	for line := range strings.Lines(text) {
		if row, is := strings.CutPrefix(line, "| "); is {
			rows = append(rows, strings.Split(strings.TrimSuffix(strings.TrimSpace(row), " |"), " | "))
		}
	}
	return rows
}

var (
	aside  = regexp.MustCompile(`\([^()]*\)`)
	inCode = regexp.MustCompile("`([^`]+)`")
)

// words returns the code spans in a cell. It skips explanations, which follow a semicolon or
// are in brackets.
func words(cell string) (out []string) {
	cell, _, _ = strings.Cut(cell, ";")
	for _, m := range inCode.FindAllStringSubmatch(aside.ReplaceAllString(cell, ""), -1) {
		out = append(out, m[1])
	}
	return out
}

// TestResultsAreDocumented compares the table in docs/output.md with the list.
func TestResultsAreDocumented(t *testing.T) {
	documented, listed := map[string][]string{}, map[string][]string{}
	for _, row := range section(t, "JSON members") {
		documented[strings.Join(words(row[0]), ", ")] = words(row[1])
	}
	for _, r := range contract.Results() {
		for _, m := range r.Members {
			listed[r.Name] = append(listed[r.Name], m.Name)
		}
	}
	if diff := cmp.Diff(documented, listed); diff != "" {
		t.Errorf("members (-docs/output.md +pkg/contract):\n%s", diff)
	}
}

func TestErrorsAreDocumented(t *testing.T) {
	var documented, listed []string
	for _, row := range section(t, "Errors") {
		documented = append(documented, words(row[0])...)
	}
	for _, m := range contract.Error().Members {
		listed = append(listed, m.Name)
	}
	slices.Sort(documented)
	slices.Sort(listed)
	if diff := cmp.Diff(documented, listed); diff != "" {
		t.Errorf("members of an error (-docs/output.md +pkg/contract):\n%s", diff)
	}
}

func TestExitCodesAreDocumented(t *testing.T) {
	var documented, listed []string
	for _, row := range section(t, "Exit codes") {
		documented = append(documented, row[0]+" "+strings.Join(words(row[1]), ""))
	}
	listed = append(listed, "0 ")
	for _, k := range failure.Kinds() {
		code, err := json.Marshal(int(k))
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, string(code)+" "+k.String())
	}
	if diff := cmp.Diff(documented, listed); diff != "" {
		t.Errorf("exit codes (-docs/output.md +pkg/failure):\n%s", diff)
	}
}

// TestPage checks that lines fit, what they say about a member, and that no member is listed
// twice.
func TestPage(t *testing.T) {
	for l, want := range map[lang.Lang]string{
		lang.EN: `
ssoctl login, qrlogin
  profile *                 string          name of the profile
  code                      string
  token                     object          as exchange prints it
  user                      object

ssoctl logout
`,
		lang.ZH: `
ssoctl login, qrlogin
  profile *                 string          接入配置的名称
  code                      string
  token                     object          与 exchange 的输出相同
  user                      object

ssoctl logout
`,
	} {
		page := contract.Page(l, 80)
		if !strings.Contains(page, want) {
			t.Errorf("%s: want %s in:\n%s", l, want, page)
		}
		for line := range strings.Lines(page) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
				t.Errorf("a line has %d characters: %s", n, line)
			}
			if fields := strings.Fields(line); len(fields) == 1 && strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, strings.Repeat(" ", 28)) {
				t.Errorf("nothing separates a member from its type: %s", line)
			}
		}
	}
}

func TestSchemas(t *testing.T) {
	want := contract.Schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ssoctl cache clear -o json", "anyOf": []any{contract.Schema{
			"title": "ssoctl cache clear", "type": "object", "required": []any{"dropped", "documents"}, "additionalProperties": false,
			"properties": contract.Schema{
				"dropped":   contract.Schema{"type": "integer", "description": "number of tokens"},
				"documents": contract.Schema{"type": "integer"},
			},
		}},
	}
	if diff := cmp.Diff(want, contract.Schemas()["cache clear"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
