package cmd

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
)

// missingFlags is the error for flags that profile new needs without a terminal.
type missingFlags struct {
	flags  []lang.Text
	inputs bool // only inputs are missing
}

func (e *missingFlags) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *missingFlags) Text() lang.Text {
	var en, zh []string
	for _, flag := range e.flags {
		en, zh = append(en, flag.EN), append(zh, flag.ZH)
	}
	return lang.Text{
		EN: "missing, and there is no terminal to ask on: " + strings.Join(en, ", "),
		ZH: "缺少以下内容，又没有终端可供询问：" + strings.Join(zh, "、"),
	}
}

// Unwrap makes it a usage error, or a profile error if only inputs are missing.
func (e *missingFlags) Unwrap() error {
	hint := lang.Text{EN: "Give all of them, or run ssoctl profile new on a terminal.", ZH: "请一并给出，或在终端里执行 ssoctl profile new。"}
	if e.inputs {
		return &profile.Error{Problem: lang.Text{EN: "inputs are missing", ZH: "缺少输入项"}, Hint: hint}
	}
	return &failure.UsageError{Problem: e.Text(), Advice: hint}
}

// lacking is the error for everything that is missing; nil if nothing is.
func (n *newProfile) lacking() error {
	if len(n.missing) == 0 {
		return nil
	}
	inputs := !slices.ContainsFunc(n.missing, func(flag lang.Text) bool { return !strings.HasPrefix(flag.EN, "--set ") })
	return &missingFlags{n.missing, inputs}
}

// draft is the profile to add to the configuration.
func (n *newProfile) draft() profile.Draft {
	d := profile.Draft{Name: n.name, Extends: n.from}
	for _, input := range slices.Sorted(maps.Keys(n.answers)) {
		d.Values = append(d.Values, profile.DraftValue{Input: input, Text: n.answers[input]})
	}
	return d
}

// commit keeps the secrets and writes the configuration: both, or neither.
func (n *newProfile) commit() error {
	ctx := n.cmd.Context()
	if err := ctx.Err(); err != nil {
		return err
	}
	undo, err := n.keep(ctx)
	if err == nil {
		err = n.save(ctx)
	}
	if err != nil {
		undo()
	}
	return err
}

// save adds the profile to the file. It reads the file again, because it may have changed
// during the questions. Nothing is written unless the result passes lint.
func (n *newProfile) save(ctx context.Context) error {
	target, err := linkTarget(n.path)
	if err != nil {
		return profile.Unreadable(n.path, err)
	}
	mode := os.FileMode(0o600)
	var before []byte
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
		if before, err = profile.ReadBytes(target); err != nil {
			return profile.Unreadable(n.path, err)
		}
	} else if !regularfile.IsAbsent(err) {
		return profile.Unreadable(n.path, err)
	}
	after := n.draft().AppendTo(before)
	if err := n.lint(before, after); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := writeWhole(target, after, mode); err != nil {
		return profile.Unwritable(n.path, err, lang.Text{
			EN: "Nothing was changed. Name another file: --config FILE", ZH: "没有任何改动。可用 --config 文件 指定其他文件。",
		})
	}
	return nil
}

// lint checks the file that is about to be written.
func (n *newProfile) lint(before, after []byte) error {
	parse := func(data []byte) error {
		f, err := profile.ParseFile(n.path, data)
		if err != nil {
			return err
		}
		f.Dir = filepath.Dir(n.path)
		n.src.User = f
		return n.src.CheckFiles()
	}
	if err := parse(before); err != nil {
		return err
	}
	if err := n.checkName(n.name); err != nil { // another process may have added it
		return err
	}
	if err := parse(after); err != nil {
		problem := lang.Sprintf(lang.Text{EN: "cannot append [profiles.%s]: %v", ZH: "无法在末尾添加 [profiles.%s]：%v"}, n.name, err)
		return &profile.Error{File: n.path, Problem: problem, Hint: lang.Text{
			EN: "Nothing was changed. Write profiles as tables [profiles.NAME].", ZH: "没有任何改动。请把各接入配置写成 [profiles.名称] 表。",
		}}
	}
	if faults := profile.Check(n.name, n.src); len(faults) > 0 {
		return faults
	}
	return nil
}

// writeWhole writes a file completely or not at all, and creates its folder.
func writeWhole(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, data, mode)
}

// linkTarget follows symbolic links to their target, even if that does not exist yet.
func linkTarget(path string) (string, error) {
	const most = 40 // links, as in the Linux kernel
	for range most {
		info, err := os.Lstat(path)
		if regularfile.IsAbsent(err) || err == nil && info.Mode()&os.ModeSymlink == 0 {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", fmt.Errorf("more than %d symbolic links", most)
}
