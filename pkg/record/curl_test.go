package record_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// hostile holds values that a badly quoted command would change or execute.
var hostile = map[string]string{
	"plain":   "abcDEF-123._~",
	"shell":   "a'b\"c\\d$HOME`id`!!$(id) *?[a]{b,c};|<>#",
	"query":   "a&b=c%41+d e/f?g#h",
	"json":    "\\\"\\n\x01\x1f\b\f\r\t</script>",
	"chinese": "密钥 é 😀",
	"lines":   "first\nsecond\n\n",
	"basic":   "user:pass:word",
	"switch":  "-X @file",
	"unseen":  "a\u202eb\u200bc\x7f",
}

// sent is a request as the server receives it.
type sent struct {
	Method, Target string
	Headers        map[string]string
	Body           string
}

// TestCurlSendsTheSame sends the same requests with curl, in a real shell, and with
// net/http, and compares what the server receives.
func TestCurlSendsTheSame(t *testing.T) {
	var got sent
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = sent{r.Method, r.RequestURI, map[string]string{}, string(body)}
		for name := range r.Header {
			if name != "User-Agent" && name != "Accept-Encoding" { // each client sends its own
				got.Headers[name] = strings.Join(r.Header[name], ", ")
			}
		}
	}))
	defer server.Close()
	for name, value := range hostile {
		for shape, build := range shapes {
			if shape == "header" && strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				continue // not allowed in a header
			}
			t.Run(shape+"/"+name, func(t *testing.T) {
				body := sendDirectly(t, server.URL, build, value)
				want := got
				for known, variable := range map[string]record.Variable{
					"known":   {Name: "V", Mark: mark, Value: secret.New(value)},
					"unknown": {Name: "V", Mark: mark},
				} {
					req, marked := build(t, server.URL, mark)
					command := record.Curl(req, marked, []record.Variable{variable})
					if diff := cmp.Diff([]string{"V"}, command.Uses); diff != "" {
						t.Errorf("%s: uses: %s", known, diff)
					}
					checkShown(t, command, value, body)
					got = sent{}
					run(t, command, "V="+value)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: different requests (-net/http +curl):\n%s\n%s", known, diff, command.Text)
					}
				}
				// The same request with the value itself instead of a variable.
				req, literal := build(t, server.URL, value)
				got = sent{}
				run(t, record.Curl(req, literal, nil), "V=")
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("without variables: different requests (-net/http +curl):\n%s", diff)
				}
			})
		}
	}
}

const mark = "mark0123456789"

// shapes builds requests that contain a value in one place each.
var shapes = map[string]func(t *testing.T, base, v string) (*http.Request, []byte){
	"path": func(t *testing.T, base, v string) (*http.Request, []byte) {
		return newRequest(t, "GET", base+"/a/"+url.PathEscape(v)+"/b?x=[1]", nil, nil)
	},
	"query": func(t *testing.T, base, v string) (*http.Request, []byte) {
		return newRequest(t, "GET", base+"/a?first=1&v="+url.QueryEscape(v)+"&last=%7B%7D", nil, nil)
	},
	"query of a POST without a body": func(t *testing.T, base, v string) (*http.Request, []byte) {
		return newRequest(t, "POST", base+"/a?v="+url.QueryEscape(v), nil, nil)
	},
	"form": func(t *testing.T, base, v string) (*http.Request, []byte) {
		return newRequest(t, "POST", base, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(url.Values{"a": {"1"}, "v": {v}, "z": {"'é'"}}.Encode()))
	},
	"json": func(t *testing.T, base, v string) (*http.Request, []byte) {
		text, err := exactjson.Encode(map[string]any{"a": "@'中\u202e", "v": v, "in": []any{"Bearer " + v, 7}})
		if err != nil {
			t.Fatal(err)
		}
		return newRequest(t, "PUT", base+"/", http.Header{"Content-Type": {"application/json"}}, text)
	},
	"header": func(t *testing.T, base, v string) (*http.Request, []byte) {
		return newRequest(t, "DELETE", base+"/", http.Header{"Authorization": {"Bearer " + v}, "X-Empty": {""}, "Accept": {"application/json"}}, nil)
	},
	"basic": func(t *testing.T, base, v string) (*http.Request, []byte) {
		pair := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape("client:1") + ":" + url.QueryEscape(v)))
		return newRequest(t, "POST", base+"/", http.Header{"Authorization": {"Basic " + pair}, "Content-Type": {"application/x-www-form-urlencoded"}}, []byte("grant_type=x"))
	},
}

func newRequest(t *testing.T, method, address string, headers http.Header, body []byte) (*http.Request, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "*/*")
	for name, values := range headers {
		req.Header[name] = values
	}
	return req, body
}

// sendDirectly sends a request with net/http and returns its URL and body.
func sendDirectly(t *testing.T, base string, build func(*testing.T, string, string) (*http.Request, []byte), value string) string {
	t.Helper()
	req, body := build(t, base, value)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return req.URL.String() + string(body)
}

// checkShown checks that the command is safe to print and does not contain the value.
func checkShown(t *testing.T, command record.Command, value, request string) {
	t.Helper()
	for _, text := range append(command.Functions, command.Text) {
		if strings.ContainsAny(text, "\x01\x1b\x7f\u202e\u200b") {
			t.Errorf("not safe for a terminal: %q", text)
		}
		for _, form := range []string{value, url.QueryEscape(value)} {
			if strings.Contains(request, form) && strings.Contains(text, form) {
				t.Errorf("the command shows the value %q:\n%s", form, text)
			}
		}
	}
}

// run runs a command with sh in a temporary directory.
func run(t *testing.T, command record.Command, env string) {
	t.Helper()
	for _, tool := range []string{"curl", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(tool + " is needed")
			}
			t.Skip(tool + " is not installed")
		}
	}
	sh := exec.CommandContext(t.Context(), "sh", "-eu")
	sh.Dir = t.TempDir()
	sh.Env = append(os.Environ(), env)
	sh.Stdin = strings.NewReader(strings.Join(append(command.Functions, command.Text), "\n"))
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("sh: %v: %s\n%s", err, out, command.Text)
	}
}

func TestAssign(t *testing.T) {
	for value, want := range map[string]string{
		"":              "export A=''",
		"abcd…wxyz (9)": "export A='abcd…wxyz (9)'",
		"it's":          `export A='it'\''s'`,
		"a\x1b[1mb":     `export A='a'"$(printf '\033')"'[1mb'`,
		"\xff":          `export A="$(printf '\377')"`,
	} {
		if got := record.Assign("A", value); got != want {
			t.Errorf("Assign(%q) = %s, want %s", value, got, want)
		}
	}
}
