//go:build unix

package cmd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"ssoctl/pkg/nettest"
)

// TestDocsInShells runs the commands of every page in order, as if pasted into one shell,
// and compares their output with the page. In the page, … stands for anything: alone on a
// line for any lines, otherwise for a part of a line.
func TestDocsInShells(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"curl", "jq", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			if inCI(err) != nil {
				t.Fatal(err)
			}
			t.Skip(program + " is not installed")
		}
	}
	for _, p := range readPages(t) {
		for _, shell := range []string{"sh", "bash", "zsh"} {
			t.Run(p.name()+"/"+shell, func(t *testing.T) {
				if _, err := exec.LookPath(shell); err != nil {
					if inCI(err) != nil {
						t.Fatal(err)
					}
					t.Skip(shell + " is not installed")
				}
				t.Parallel()
				s := session{page: p, ports: map[string]string{}}
				s.write(t, shell)
				s.compare(t, s.run(t, shell))
			})
		}
	}
}

// session is a page as one shell program, which prints a mark after each step.
type session struct {
	page   page
	script strings.Builder
	steps  []step
	ports  map[string]string // free ports, by port in the page
}

// step is a part of the page whose output is compared: a block, or a command in one.
type step struct {
	line    int
	command string
	want    string // with … for anything; compared only if shown
	shown   bool
}

const mark = "\x1e"

func (s *session) write(t *testing.T, shell string) {
	s.script.WriteString("set -e\n")
	for _, b := range s.page.blocks {
		if setup := b.notes["setup"]; setup != "" {
			s.add(step{line: b.line, command: s.freed(t, setup)})
		}
		text := s.freed(t, b.text)
		switch {
		case b.notes["file"] != "":
			fmt.Fprintf(&s.script, "mkdir -p \"$(dirname %[1]s)\"\ncat >%[1]s <<'END OF FILE'\n%[2]sEND OF FILE\n", b.notes["file"], text)
		case b.notes["not run"] != "":
		case b.language == "console":
			for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
				command, want := cutCommand(part)
				s.add(step{line: b.line, command: command, want: want, shown: true})
			}
		case b.script():
			s.add(step{line: b.line, command: "cat >block.sh <<'END OF FILE'\n" + text + "END OF FILE\n" + shell + " block.sh"})
		case b.language == "sh":
			s.add(step{line: b.line, command: text})
		}
	}
}

func (s *session) add(st step) {
	fmt.Fprintf(&s.script, "%s\nprintf '\\n\\036%%s\\n' %d\n", strings.TrimSuffix(st.command, "\n"), len(s.steps))
	s.steps = append(s.steps, st)
}

var fixedPort = regexp.MustCompile(`(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):([1-9]\d{3,4})\b`)

// freed replaces the page's ports with free ones, because several shells run at once.
func (s *session) freed(t *testing.T, text string) string {
	return fixedPort.ReplaceAllStringFunc(text, func(at string) string {
		i := strings.LastIndexByte(at, ':')
		port := at[i+1:]
		if s.ports[port] == "" {
			s.ports[port] = nettest.FreePort(t)
		}
		return at[:i+1] + s.ports[port]
	})
}

// run returns everything that the shell prints.
func (s *session) run(t *testing.T, shell string) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.sh"), []byte(s.script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "page.out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*patience)
	defer stop()
	run := exec.CommandContext(ctx, shell, "../page.sh")
	run.Dir = work
	run.Stdout, run.Stderr = out, out
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	language := "C.UTF-8"
	if strings.Contains(s.page.name(), ".zh-CN.") {
		language = "zh_CN.UTF-8"
	}
	run.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=" + language, "GORACE=" + os.Getenv("GORACE")}
	err = run.Run()
	syscall.Kill(-run.Process.Pid, syscall.SIGKILL) // processes that the page left running
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *session) compare(t *testing.T, out string) {
	t.Helper()
	for i, st := range s.steps {
		end := fmt.Sprintf("\n%s%d\n", mark, i)
		got, rest, done := strings.Cut(out, end)
		if !done {
			t.Fatalf("%s:%d: failed: %s\n%s", s.page.path, st.line, st.command, out)
		}
		if got += "\n"; st.shown && !outputPattern(st.want).MatchString(evenSpaces(got)) {
			t.Errorf("%s:%d: %s\nprints:\n%s\nthe page shows:\n%s", s.page.path, st.line, st.command, got, st.want)
		}
		out = rest
	}
}

// evenSpaces reduces runs of spaces to two, because the width of a column depends on its
// content. It also drops spaces at the ends of lines and empty lines around the text.
func evenSpaces(text string) string {
	text = regexp.MustCompile(`(?m)[ \t]+$`).ReplaceAllString(text, "")
	return strings.Trim(regexp.MustCompile(` {2,}`).ReplaceAllString(text, "  "), "\n")
}

func outputPattern(want string) *regexp.Regexp {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for i, line := range strings.Split(evenSpaces(want), "\n") {
		switch {
		case strings.TrimSpace(line) == "…":
			pattern.WriteString(`(?:\n?.*)*?`)
		case i > 0:
			pattern.WriteString(`\n`)
			fallthrough
		default:
			pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*"))
		}
	}
	return regexp.MustCompile(pattern.String() + `\z`)
}
