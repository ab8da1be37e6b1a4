package cmd_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"ssoctl/pkg/ci"
)

var updateGolden = flag.Bool("golden", false, "write testdata/output instead of comparing with it")

// changing are parts of outputs that differ between runs, and what replaces them.
var changing = []struct {
	part *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`/[^\s"']+/xdg-open`), "/PATH/xdg-open"},
	{regexp.MustCompile(`emulated[a-z2-7]{32}`), "ISSUED"},
	{regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+\.[\w-]+`), "JWT"},
	{regexp.MustCompile(`127\.0\.0\.1(:|%3A)\d{4,5}`), "127.0.0.1${1}PORT"},
	{regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "TIME"},
	{regexp.MustCompile(`\b1[789]\d{8}\b`), "UNIX"},
	{regexp.MustCompile(`ssoctl_[0-9a-f]{32}`), "DELIMITER"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "SHA256"},
	{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b[a-z0-9]{32}\b`), "RANDOM"},
	{regexp.MustCompile(`([=":'])[\w-]{43}\b`), "${1}RANDOM43"},
	{regexp.MustCompile(`(?i)(at_hash"?[=:] ?["']?)[\w-]{22}`), "${1}RANDOM22"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(µs|ms|s)\b`), "DURATION"},
}

// golden compares what ssoctl prints in the formats that scripts read with a file in
// testdata/output. {code} among the arguments is a new code of the emulator $EMULATOR, for
// the profile $SSOCTL_PROFILE, and {format} the format.
func golden(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "golden NAME ARG…")
	env := environ(ts)
	var got txtar.Archive
	got.Comment = []byte("ssoctl " + stable(ts, strings.ReplaceAll(strings.Join(args[1:], " "), ts.Getenv("DOCS"), "$DOCS")) + "\n")
	for _, format := range []string{"json", "env", ci.Outputs} {
		outputs := ts.MkAbs("outputs")
		ts.Check(os.WriteFile(outputs, nil, 0o600))
		stdout, stderr, code := printedAs(ts, append(env, "GITHUB_OUTPUT="+outputs), format, args[1:])
		text := stdout
		if code != 0 {
			text += fmt.Sprintf("exit code %d\n", code)
		}
		if code != 0 && code != foundSomething {
			text += stderr
		}
		got.Files = append(got.Files, txtar.File{Name: format, Data: []byte(stable(ts, text))})
		if format == ci.Outputs {
			passed, err := os.ReadFile(outputs)
			ts.Check(err)
			got.Files = append(got.Files, txtar.File{Name: "outputs", Data: []byte(stable(ts, string(passed)))})
		}
	}
	path := filepath.Join(ts.Getenv("GOLDEN"), args[0]+".txtar")
	if *updateGolden {
		ts.Check(os.WriteFile(path, txtar.Format(&got), 0o666))
		return
	}
	want, err := os.ReadFile(path)
	ts.Check(err)
	if diff := cmp.Diff(string(want), string(txtar.Format(&got))); diff != "" {
		ts.Fatalf("%s (-want +got); go test ./cmd -run TestScript/golden -golden writes it:\n%s", path, diff)
	}
}

// printedAs runs ssoctl and returns what it prints. An emulator is ended once it is ready, and the
// address of a QR code is opened.
func printedAs(ts *testscript.TestScript, env []string, format string, args []string) (stdout, stderr string, code int) {
	args = append(withCode(ts, args, format), "-o", format)
	called, err := calledBy(args, "")
	ts.Check(err)
	c := exec.Command("ssoctl", args...)
	c.Dir, c.Env = ts.MkAbs("."), env
	var out, errs output
	c.Stdout, c.Stderr = &out, &errs
	ts.Check(c.Start())
	switch called.path {
	case "emulate":
		firstMatch(&out, ".")
		ts.Check(c.Process.Signal(syscall.SIGTERM)) // it has written the outputs by the time that it ends
	case "qrlogin":
		fetch(firstMatch(&errs, `(?m)^http\S+$`), io.Discard)
	}
	if err := c.Wait(); err != nil {
		code = exitCode(ts, err)
	}
	ts.Check(checkContract(called, code, out.String(), errs.String()))
	return out.String(), errs.String(), code
}

// firstMatch waits until an output matches, and returns the match; "" if it never does.
func firstMatch(o *output, pattern string) string {
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if match := re.FindString(o.String()); match != "" {
			return match
		}
	}
	return ""
}

// withCode replaces {format} and {code} in arguments.
func withCode(ts *testscript.TestScript, args []string, format string) []string {
	var out []string
	for _, arg := range args {
		arg = strings.ReplaceAll(arg, "{format}", format)
		if strings.Contains(arg, "{code}") {
			body := fmt.Sprintf(`{"profile":%q,"redirect_uri":%q}`, ts.Getenv("SSOCTL_PROFILE"), ts.Getenv("SSOCTL_REDIRECT_URI"))
			text, err := exec.Command("curl", "-sf", "-d", body, ts.Getenv("EMULATOR")+"/_/codes").Output()
			ts.Check(err)
			code := regexp.MustCompile(`"code":"([^"]+)"`).FindSubmatch(text)
			if code == nil {
				ts.Fatalf("no code in %s", bytes.TrimSpace(text))
			}
			arg = strings.ReplaceAll(arg, "{code}", string(code[1]))
		}
		out = append(out, arg)
	}
	return out
}

// stable replaces what differs between runs.
func stable(ts *testscript.TestScript, text string) string {
	text = strings.ReplaceAll(text, ts.MkAbs("."), "$WORK")
	for _, c := range changing {
		text = c.part.ReplaceAllString(text, c.by)
	}
	return text
}
