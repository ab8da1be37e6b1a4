package mirror

import (
	"errors"
	"os/exec"
	"path/filepath"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// names are the programs to try, by system, Chromium first. Every Windows machine has
// Edge, which is based on Chromium.
func names() map[string][]string {
	return map[string][]string{
		"darwin": {
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
			"chromium",
		},
		"windows": {"chromium.exe", "chrome.exe", "msedge.exe"},
		"": {
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
			"/snap/bin/chromium", "microsoft-edge", "microsoft-edge-stable",
		},
	}
}

// folders are the paths on Windows, relative to folders named by environment variables.
var folders = []string{
	`Chromium\Application\chrome.exe`, `Google\Chrome\Application\chrome.exe`, `Microsoft\Edge\Application\msedge.exe`,
}

// NoBrowserError says that no browser was found.
type NoBrowserError struct {
	Program string // the requested one; "" if any browser would do
	Err     error  // why Program cannot be run
}

func (e *NoBrowserError) Error() string { return e.Text().EN }

// Failure returns [failure.Usage].
func (*NoBrowserError) Failure() failure.Kind { return failure.Usage }

// Text is the error in both languages.
func (e *NoBrowserError) Text() lang.Text {
	switch {
	case e.Program == "":
		return lang.Text{EN: "no Chromium or Chrome is installed", ZH: "没有安装 Chromium 或 Chrome"}
	case errors.Is(e.Err, exec.ErrNotFound):
		return lang.Text{EN: "cannot run the browser: " + e.Err.Error(), ZH: "无法运行浏览器：PATH 里没有 " + e.Program}
	}
	return lang.Sprintf(lang.Text{EN: "cannot run the browser: %v", ZH: "无法运行浏览器：%v"}, e.Err)
}

func (e *NoBrowserError) Unwrap() error { return e.Err }

// Hint says what to do about the error.
func (e *NoBrowserError) Hint() lang.Text {
	if e.Program != "" {
		return otherBrowser
	}
	return lang.Text{
		EN: "Install one (Debian, Ubuntu: apt install chromium; macOS: brew install --cask chromium), or say where it is: --chrome PATH. Without one: --via link.",
		ZH: "请先安装（Debian、Ubuntu：apt install chromium；macOS：brew install --cask chromium），或用 --chrome PATH 指定；没有浏览器时可用 --via link。",
	}
}

// Find returns the path of program or, if program is "", of an installed Chromium or
// Chrome. system is runtime.GOOS, and env looks up environment variables. The error is a
// [*NoBrowserError].
func Find(program, system string, env func(string) (string, bool)) (string, error) {
	if program != "" {
		path, err := exec.LookPath(program)
		if err != nil {
			return "", &NoBrowserError{program, err}
		}
		return path, nil
	}
	for _, name := range candidates(system, env) {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &NoBrowserError{}
}

// candidates returns names to look up in PATH, and paths.
func candidates(system string, env func(string) (string, bool)) []string {
	all := names()[system]
	if all == nil {
		all = names()[""]
	}
	if system != "windows" {
		return all
	}
	for _, folder := range folders {
		for _, variable := range []string{"LocalAppData", "ProgramFiles", "ProgramFiles(x86)"} {
			if root, ok := env(variable); ok && root != "" {
				all = append(all, filepath.Join(root, folder))
			}
		}
	}
	return all
}
