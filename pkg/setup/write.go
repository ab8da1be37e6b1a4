package setup

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/cache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/regularfile"
)

// draft is the profile to add to the configuration.
func (s *Setup) draft() profile.Draft {
	d := profile.Draft{Name: s.Name, Extends: s.From}
	for _, input := range slices.Sorted(maps.Keys(s.answers)) {
		d.Values = append(d.Values, profile.DraftValue{Input: input, Text: s.answers[input]})
	}
	return d
}

// commit keeps the secrets and writes the configuration: both, or neither.
func (s *Setup) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	undo, err := s.keep(ctx)
	if err == nil {
		err = s.save(ctx)
	}
	if err != nil {
		undo()
	}
	return err
}

// save adds the profile to the file while no other process does.
func (s *Setup) save(ctx context.Context) error {
	target, err := linkTarget(s.Path)
	if err != nil {
		return profile.Unreadable(s.Path, err)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return s.unwritable(err)
	}
	unlock, err := cache.LockFile(ctx, target+".lock")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return s.unwritable(err)
	}
	defer unlock()
	return s.add(ctx, target)
}

// add adds the profile to the file, and writes the schema that the file names. It reads the
// file again, because it may have changed during the questions. Nothing is written unless the
// result passes lint.
func (s *Setup) add(ctx context.Context, target string) error {
	mode := os.FileMode(0o600)
	var before []byte
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
		if before, err = profile.ReadBytes(target); err != nil {
			return profile.Unreadable(s.Path, err)
		}
	} else if !regularfile.IsAbsent(err) {
		return profile.Unreadable(s.Path, err)
	}
	if len(before) == 0 {
		before = []byte(schemaLine)
	}
	after := s.draft().AppendTo(before)
	if err := s.lint(before, after); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := atomicfile.Write(target, after, mode); err != nil {
		return s.unwritable(err)
	}
	s.saveSchema(after)
	return nil
}

func (s *Setup) unwritable(err error) error {
	return profile.Unwritable(s.Path, err, lang.Text{
		EN: "Nothing was changed. Name another file: --config FILE", ZH: "没有任何改动。可用 --config 文件 指定其他文件。",
	})
}

// lint checks the file that is about to be written.
func (s *Setup) lint(before, after []byte) error {
	current, err := s.sourcesWith(before)
	if err != nil {
		return err
	}
	if err := s.checkName(s.Name, current); err != nil { // another process may have added it
		return err
	}
	next, err := s.sourcesWith(after)
	if err != nil {
		problem := lang.Sprintf(lang.Text{EN: "cannot append [profiles.%s]: %v", ZH: "无法在末尾添加 [profiles.%s]：%v"}, s.Name, err)
		return &profile.Error{File: s.Path, Problem: problem, Hint: lang.Text{
			EN: "Nothing was changed. Write profiles as tables [profiles.NAME].", ZH: "没有任何改动。请把各接入配置写成 [profiles.名称] 表。",
		}}
	}
	if faults := profile.Check(s.Name, next); len(faults) > 0 {
		return faults
	}
	return nil
}

// sourcesWith returns the sources with data as the configuration file.
func (s *Setup) sourcesWith(data []byte) (profile.Sources, error) {
	f, err := profile.ParseFile(s.Path, data)
	if err != nil {
		return profile.Sources{}, err
	}
	f.Dir = filepath.Dir(s.Path)
	sources := s.Sources
	sources.User = f
	return sources, sources.CheckFiles()
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
	const maxLinks = 40 // as in the Linux kernel
	for range maxLinks {
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
	return "", lang.Errorf(lang.Text{EN: "more than %d symbolic links", ZH: "符号链接超过 %d 个"}, maxLinks)
}
