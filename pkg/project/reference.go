package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/trust"
)

// references lists what the file looks up on this machine.
func (w *writer) references() {
	refs := w.Sources.Project.References()
	if len(refs) == 0 {
		return
	}
	w.heading(lang.Text{EN: "Looks up on this machine", ZH: "在本机读取"})
	for _, ref := range refs {
		w.line(2, fmt.Sprintf("%s:%d  %s.%s = %s", w.Path, ref.Line, distinct(ref.Profile), ref.Input, ref.Text))
		scheme, rest, _ := strings.Cut(ref.Text, ":")
		switch scheme {
		case "file":
			w.fileNote(rest)
		case "cmd":
			w.programNote(rest)
		}
	}
}

// fileNote says where a file is, if it is outside the project's folder.
func (w *writer) fileNote(name string) {
	path := w.expand(name)
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		target = path
	}
	if !trust.Below(target, w.dir) {
		w.line(4, w.in(lang.Sprintf(lang.Text{EN: "outside this folder: %s", ZH: "不在此目录内：%s"}, target)))
	}
}

// programNote says that a program runs, and which of its words are files of the project:
// the user is not asked again after these change.
func (w *writer) programNote(line string) {
	w.line(4, w.in(lang.Text{EN: "runs this program, as you", ZH: "以你的身份运行这个程序"}))
	words, err := shellquote.Split(line)
	if err != nil {
		return
	}
	for i, word := range words {
		if i == 0 && !strings.ContainsRune(word, filepath.Separator) { // found by PATH
			continue
		}
		path := w.expand(word)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && trust.Below(path, w.dir) {
			w.line(4, w.in(lang.Sprintf(lang.Text{
				EN: "%s is part of this project: it can change without asking you again",
				ZH: "%s 属于这个项目：它改动后不会再次询问",
			}, word)))
		}
	}
}

// expand resolves a path as references do.
func (w *writer) expand(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		return filepath.Join(w.Home, rest)
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(w.dir, name)
}

// cache says where the file has application tokens cached.
func (w *writer) cache() {
	at := profile.Sources{Project: w.Sources.Project}.Cache()
	if at.Text == "" || at.Text == profile.NoCache {
		return
	}
	w.heading(lang.Text{EN: "Caches application tokens, encrypted, at", ZH: "把应用令牌加密后缓存到"})
	w.line(2, distinctOrigin(at.Text))
}
