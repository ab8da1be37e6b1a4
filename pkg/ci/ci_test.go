package ci_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/ci"
)

func TestMask(t *testing.T) {
	for secret, want := range map[string]string{
		"s3cr3t":       "::add-mask::s3cr3t\n",
		"50%\r":        "::add-mask::50%25%0D\n",
		"a\n b\r\n\nc": "::add-mask::a%0A b%0D%0A%0Ac\n::add-mask::a\n::add-mask:: b\n::add-mask::c\n",
		"":             "",
		" \n":          "",
		" \ns3cr3t":    "::add-mask:: %0As3cr3t\n",
	} {
		if got := ci.Mask(secret); got != want {
			t.Errorf("%q: got %q, want %q", secret, got, want)
		}
	}
}

func TestAnnotation(t *testing.T) {
	for want, a := range map[string]ci.Annotation{
		"::error file=a%2Cb/ssoctl.toml,line=3,title=crm.base_url%3A 100%25::first%0A::error::second 100%25\n": {
			File: "a,b/ssoctl.toml", Line: 3, Title: "crm.base_url: 100%", Message: "first\n::error::second 100%",
		},
		"::error title=ssoctl token::ssoctl token\n": {Line: 3, Title: "ssoctl token"},
		"::error file=a.toml,title=crm::m\n":         {File: "a.toml", Title: "crm", Message: "m"},
		"::error title=t::## [set-output name=a]b\n": {Title: "t", Message: "##[set-output name=a]b"},
	} {
		if got := a.Command(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnnotates(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "false": false, "": false} {
		env := ci.Environment(func(name string) (string, bool) { return value, name == "GITHUB_ACTIONS" })
		if got := env.Annotates(); got != want {
			t.Errorf("GITHUB_ACTIONS=%s: got %t", value, got)
		}
	}
}

// TestGuard writes commands in two pieces, for every place of the cut.
func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"::set-output name=a::b\n":          ": :set-output name=a::b\n",
		"x\n \t\u3000::add-mask::b\n":       "x\n \t\u3000: :add-mask::b\n",
		"x\r::error::b":                     "x\r: :error::b",
		":::stop-commands::x":               ": ::stop-commands::x",
		"oauth2: http://[::1]:8080 a::b\n":  "oauth2: http://[::1]:8080 a::b\n",
		"text ##[set-output name=a]b ###[x": "text ## [set-output name=a]b ### [x",
		"a\n:\n:b: c\n":                     "a\n:\n:b: c\n",
		"a[0] #[1] # #[2]":                  "a[0] #[1] # #[2]",
	} {
		for cut := range len(text) {
			var b bytes.Buffer
			g := &ci.Guard{W: &b}
			for _, piece := range []string{text[:cut], text[cut:]} {
				if n, err := g.Write([]byte(piece)); n != len(piece) || err != nil {
					t.Fatal(n, err)
				}
			}
			if b.String() != want {
				t.Errorf("%q, cut at %d: got %q, want %q", text, cut, b.String(), want)
			}
		}
	}
}

func TestInWorkspace(t *testing.T) {
	root := t.TempDir()
	env := ci.Environment(func(string) (string, bool) { return root, true })
	elsewhere := filepath.Join(t.TempDir(), "x.toml")
	for path, want := range map[string]string{
		filepath.Join(root, "a", "x.toml"): "a/x.toml",
		elsewhere:                          elsewhere,
		root + "-not/x.toml":               root + "-not/x.toml",
	} {
		if got := env.InWorkspace(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}

	// The workspace or the working folder may be reached by a symbolic link.
	file, link := filepath.Join(root, "x.toml"), filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink(root, link)); err != nil {
		t.Fatal(err)
	}
	for workspace, path := range map[string]string{root: filepath.Join(link, "x.toml"), link: file} {
		env = func(string) (string, bool) { return workspace, true }
		if got := env.InWorkspace(path); got != "x.toml" {
			t.Errorf("%s in %s: got %s", path, workspace, got)
		}
	}
	env = func(string) (string, bool) { return "", false }
	if got := env.InWorkspace(elsewhere); got != elsewhere {
		t.Errorf("without a workspace: %s", got)
	}
}

// TestJob appends to a file whose last line a script has not ended. For a runner, a carriage
// return also ends a line.
func TestJob(t *testing.T) {
	file := filepath.Join(t.TempDir(), "outputs")
	if err := os.WriteFile(file, []byte("a=1"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := ci.Job{Env: func(string) (string, bool) { return file, true }, Rand: bytes.NewReader(make([]byte, 32))}
	for range 2 {
		if err := j.Add([]ci.Variable{{Output: "b", Value: "2"}, {Output: "c", Value: "3\rd=4"}}, false); err != nil {
			t.Fatal(err)
		}
		if err := j.Save(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const end = "ssoctl_00000000000000000000000000000000\n"
	added := "b=2\nc<<" + end + "3\rd=4\n" + end
	if diff := cmp.Diff("a=1\n"+added+added, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := j.Add([]ci.Variable{{Output: "e", Value: "5\n6"}}, false); !errors.Is(err, io.EOF) {
		t.Errorf("without an unpredictable delimiter: %v", err)
	}
}

// TestJobWritesBothOrNone: if one file cannot be written, the other is unchanged.
func TestJobWritesBothOrNone(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
		for _, file := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
			files[file] = filepath.Join(t.TempDir(), file)
			if err := os.WriteFile(files[file], nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Remove(files[name]); err != nil {
			t.Fatal(err)
		}
		j := ci.Job{Env: func(name string) (string, bool) { return files[name], true }}
		if err := j.Check(true); err == nil || !strings.Contains(err.Error(), "$"+name+": ") {
			t.Errorf("without the file of %s: %v", name, err)
		}
		if err := j.Add([]ci.Variable{{Output: "b", Env: "B", Value: "2"}}, true); err != nil {
			t.Fatal(err)
		}
		if err := j.Save(); err == nil {
			t.Errorf("without the file of %s: no error", name)
		}
		delete(files, name)
		for _, file := range files {
			if text, err := os.ReadFile(file); err != nil || len(text) > 0 {
				t.Errorf("without the file of %s: wrote %q, %v", name, text, err)
			}
		}
	}
}

func TestDotenv(t *testing.T) {
	got, err := ci.Dotenv([]ci.Variable{{Env: "A", Value: `x='"=1 # y`}, {Env: "B", Value: "张三"}})
	if want := "A=x='\"=1 # y\nB=张三\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	for value, want := range map[string]string{
		"a\nb":                    "user.name has several lines",
		"a\rb":                    "user.name has several lines",
		" a":                      "user.name begins or ends with a blank",
		"a\u3000":                 "user.name begins or ends with a blank",
		"a$B":                     "user.name contains $",
		"a\xff":                   "user.name is not text",
		"a\x00b":                  "user.name is not text",
		strings.Repeat("a", 5110): "user.name has 5110 bytes, so the report has 5120",
	} {
		_, err := ci.Dotenv([]ci.Variable{{Member: "user.name", Env: "NAME", Value: value}, {Member: "b", Env: "B", Value: "1"}})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: %v", value, err)
		}
	}
	if got, err := ci.Dotenv([]ci.Variable{{Env: "NAME", Value: strings.Repeat("a", 5113)}}); err != nil || len(got) != 5119 {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	many := make([]ci.Variable, 51)
	if _, err := ci.Dotenv(many[:50]); err != nil {
		t.Errorf("50 variables: %v", err)
	}
	many[50].Member = "last"
	if _, err := ci.Dotenv(many); err == nil || !strings.HasPrefix(err.Error(), "last is one too many") {
		t.Errorf("51 variables: %v", err)
	}
}
