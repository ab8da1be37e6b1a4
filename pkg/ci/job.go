package ci

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Variable is a value that is passed on to a later step or job.
type Variable struct {
	Member string // of the JSON result, such as tenant.id
	Output string // name among the outputs of a step, such as tenant_id
	Env    string // name of the environment variable, such as SSOCTL_TENANT_ID
	Value  string
}

// Job is a running step of GitHub Actions, and the files through which it passes values on to
// later steps.
type Job struct {
	Env  Environment
	Rand io.Reader // for delimiters

	outputs, variables bytes.Buffer // not saved yet
}

const outputFile, variableFile = "GITHUB_OUTPUT", "GITHUB_ENV"

// Check returns an error if a file that [Job.Save] writes is missing. withEnv means
// that the values become environment variables, too.
func (j *Job) Check(withEnv bool) error {
	for _, name := range names(withEnv) {
		if j.Env.get(name) == "" {
			return failure.Usagef(lang.Text{
				EN: "$%s is not set: this format is for a step of GitHub Actions, whose runner sets it",
				ZH: "没有设置 $%s：这种格式用于 GitHub Actions 的步骤，由 runner 设置该变量",
			}, name)
		}
		if err := check(j.Env.get(name)); err != nil {
			return failure.Usagef(lang.Text{EN: "$%s: %v", ZH: "$%s：%v"}, name, err)
		}
	}
	return nil
}

func names(withEnv bool) []string {
	if withEnv {
		return []string{outputFile, variableFile}
	}
	return []string{outputFile}
}

// check returns an error if a file is missing or cannot be written.
func check(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait
		return lang.Errorf(lang.Text{EN: "%s: not a regular file", ZH: "%s 不是普通文件"}, path)
	}
	f, err := open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

func open(path string) (*os.File, error) { return os.OpenFile(path, os.O_APPEND|os.O_RDWR, 0) }

// Add prepares values for [Job.Save].
func (j *Job) Add(variables []Variable, withEnv bool) error {
	for _, v := range variables {
		if err := j.assign(&j.outputs, v.Output, v.Value); err != nil {
			return err
		}
		if !withEnv {
			continue
		}
		if err := j.assign(&j.variables, v.Env, v.Value); err != nil {
			return err
		}
	}
	return nil
}

// assign writes an assignment in the syntax of both files. A value of several lines ends at a
// random delimiter, so that it cannot contain another assignment.
func (j *Job) assign(b *bytes.Buffer, name, value string) error {
	if !strings.ContainsAny(value, "\r\n") {
		fmt.Fprintf(b, "%s=%s\n", name, value)
		return nil
	}
	random := make([]byte, 16)
	if _, err := io.ReadFull(j.Rand, random); err != nil {
		return err
	}
	end := "ssoctl_" + hex.EncodeToString(random)
	fmt.Fprintf(b, "%s<<%s\n%s\n%s\n", name, end, value, end)
	return nil
}

// Save appends the added values to the files, with one write for each file.
func (j *Job) Save() error {
	pieces := map[string]*bytes.Buffer{outputFile: &j.outputs, variableFile: &j.variables}
	files := map[string]*os.File{}
	for name, piece := range pieces { // open all before writing to any
		if piece.Len() == 0 {
			continue
		}
		f, err := open(j.Env.get(name))
		if err != nil {
			return err
		}
		defer f.Close()
		files[name] = f
	}
	var failed error
	for name, f := range files {
		text := pieces[name].Bytes()
		if midLine(f) {
			text = append([]byte("\n"), text...)
		}
		pieces[name].Reset()
		_, err := f.Write(text)
		failed = errors.Join(failed, err, f.Close())
	}
	return failed
}

// midLine reports whether the file's last line lacks a newline.
func midLine(f *os.File) bool {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return false
	}
	last := []byte{0}
	_, err = f.ReadAt(last, size-1)
	return err == nil && last[0] != '\n'
}
