package explain_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/explain"
	"ssoctl/pkg/profile"
)

// said returns each reading of in as one line: how, code, first profile, steps, first and
// last line, and count of lines.
func said(t testing.TB, in io.Reader, profiles []*profile.Profile) []string {
	t.Helper()
	report, err := explain.Read(t.Context(), in, profiles)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range report.Found {
		out = append(out, fmt.Sprintf("%d %s %s %v %d-%d %d", f.How, f.Code, f.Profiles[0].Name, f.Steps, f.Line, f.LastLine, f.Lines))
	}
	return out
}

// TestReadAcrossPieces moves a text byte by byte across the boundary between two pieces of
// a longer text. The reading must not change.
func TestReadAcrossPieces(t *testing.T) {
	const piece, whole = 16 << 10, 1 << 20
	profiles := vendors(t)
	tests := map[string]struct {
		text  string
		lines int // line of the reading, counted from the first line of text
	}{
		"object":             {`INFO resp={"id":"4001","msg":"code 4001","code":7}`, 0},
		"object escaped":     {`resp="{\"msg\":\"} code 4001 \\\"\",\"code\":7}"`, 0},
		"object in a string": {`{"level":"info","resp":"{\n \"code\":7, \"msg\":\"4001\"}"}`, 0},
		"pretty object":      {"{\n  \"msg\": \"code 4001\",\n  \"code\": 7,\n}", 0},
		"behind a brace":     {"set {x: {\"a\n{ it's 5\" {\"code\":7,\"list\":[{\"code\":4001}]}", 1},
		"code":               {"refused: error code is 7, no more", 0},
		"meaning":            {"它说七。错误", 0},
	}
	for name, test := range tests {
		for _, end := range []string{"\n", " "} { // in many lines, and in one long line
			for _, at := range []int{piece, whole} {
				if at == whole && name != "code" && name != "object" {
					continue
				}
				for before := range 50 {
					filler := strings.Repeat(strings.Repeat("a", 63)+end, at/64-1) + strings.Repeat(" ", 64-before)
					text := filler + test.text + end + strings.Repeat(strings.Repeat("b", 63)+end, piece/32)
					line := 0
					if end == "\n" || strings.Contains(test.text, "\n") {
						line = strings.Count(filler, "\n") + 1 + test.lines
					}
					got := said(t, strings.NewReader(text), profiles)
					if len(got) != 1 || !strings.HasPrefix(got[0], "0 7 acme") || !strings.HasSuffix(got[0], fmt.Sprintf("%d-%[1]d 1", line)) {
						t.Fatalf("%s in %q, %d before %d: %q, want line %d", name, end, before, at, got, line)
					}
				}
			}
		}
	}
}

// TestReadLargeObjects checks that an object of nearly 1 MiB is recognised wherever it
// starts.
func TestReadLargeObjects(t *testing.T) {
	profiles := vendors(t)
	const large = 1000 << 10
	for at := range 20 {
		lines := at * 4000
		text := strings.Repeat(strings.Repeat("a", 63)+"\n", lines) + `{"msg":"` + strings.Repeat("b", large) + "\",\"code\":7}\n" + strings.Repeat("c\n", 100)
		want := []string{fmt.Sprintf("0 7 acme [token] %d-%[1]d 1", lines+1)}
		if diff := cmp.Diff(want, said(t, strings.NewReader(text), profiles)); diff != "" {
			t.Errorf("in line %d (-want +got):\n%s", lines+1, diff)
		}
	}
}

// TestReadKeepsContext checks that a word still announces a code if the word ends one
// piece and the code starts the next.
func TestReadKeepsContext(t *testing.T) {
	const piece, words = 16 << 10, "error code is "
	profiles := vendors(t)
	for i := range 70 {
		filler := strings.Repeat(strings.Repeat("a", 63)+" ", i*piece/64)
		text := filler[:max(0, len(filler)-len(words))] + words + "7 " + strings.Repeat(strings.Repeat("b", 63)+" ", 7<<19/64)
		if diff := cmp.Diff([]string{"0 7 acme [] 0-0 1"}, said(t, strings.NewReader(text), profiles)); diff != "" {
			t.Errorf("at piece %d (-want +got):\n%s", i, diff)
		}
	}
}

// TestReadRepeats checks that repeated readings are counted, and that the number of
// unlisted codes in a report is bounded.
func TestReadRepeats(t *testing.T) {
	text := "\n" + strings.Repeat("{\"code\":7}\ncode=7 and 7 error 7\n\nno_way\n", 1000)
	profiles := vendors(t)
	want := []string{"0 7 acme [token] 2-3999 2000", "0 no_way bolt [] 5-4001 1000"}
	if diff := cmp.Diff(want, said(t, strings.NewReader(text), profiles)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, said(t, iotest.OneByteReader(strings.NewReader(text)), profiles)); diff != "" {
		t.Errorf("byte by byte (-want +got):\n%s", diff)
	}
	var b strings.Builder
	for i := range 250 {
		fmt.Fprintf(&b, "{\"error\":\"e%d\"}\n", i)
	}
	report, err := explain.Read(t.Context(), strings.NewReader(b.String()), vendors(t))
	if err != nil || len(report.Found) != explain.Most || report.More != 250-explain.Most {
		t.Errorf("%d found, %d more, %v", len(report.Found), report.More, err)
	}
}

// zeros is a reader of zero bytes; its value is how many are left.
type zeros int

func (z *zeros) Read(b []byte) (int, error) {
	n := min(len(b), int(*z))
	if clear(b[:n]); n == 0 {
		return 0, io.EOF
	}
	*z -= zeros(n)
	return n, nil
}

func TestReadIsBounded(t *testing.T) {
	most, more := zeros(explain.MaxText), zeros(explain.MaxText+1)
	if report, err := explain.Read(t.Context(), &most, vendors(t)); err != nil || len(report.Found) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := explain.Read(t.Context(), &more, vendors(t)); !errors.Is(err, explain.ErrTooLong) {
		t.Errorf("error is %v", err)
	}
	if _, err := explain.Read(t.Context(), iotest.ErrReader(io.ErrNoProgress), vendors(t)); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error is %v", err)
	}
	if report, err := explain.Read(t.Context(), strings.NewReader("\ufeff \r\n\n"), vendors(t)); err != nil || !report.Blank {
		t.Errorf("%+v, %v", report, err)
	}
}
