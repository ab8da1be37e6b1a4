package ci

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Limits of a dotenv report: what a server accepts unless its administrator changed it.
const (
	maxReport    = 5 << 10 // bytes; a report must be smaller
	maxVariables = 50
)

// ReportError says why a result cannot be a dotenv report.
type ReportError struct {
	Member  string
	Problem lang.Text
}

func (e *ReportError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*ReportError) Failure() failure.Kind { return failure.Protocol }

// Text returns the message in both languages.
func (e *ReportError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s %s", ZH: "%s %s"}, e.Member, e.Problem)
}

// Hint says what to do about the error.
func (*ReportError) Hint() lang.Text {
	return lang.Text{
		EN: "Print the members you need with --jq, and pass them on in your own artifact.",
		ZH: "请用 --jq 输出需要的字段，存成自己的制品再传递。",
	}
}

// Dotenv returns a dotenv report with the variables. A dotenv report has no quotes, so the
// error is a [*ReportError] if the report cannot hold a value exactly.
func Dotenv(variables []Variable) ([]byte, error) {
	var b bytes.Buffer
	longest := Variable{}
	for _, v := range variables {
		if problem := unfit(v.Value); !problem.IsZero() {
			return nil, &ReportError{v.Member, problem}
		}
		if len(v.Value) > len(longest.Value) {
			longest = v
		}
		fmt.Fprintf(&b, "%s=%s\n", v.Env, v.Value)
	}
	if b.Len() >= maxReport {
		return nil, &ReportError{longest.Member, lang.Sprintf(lang.Text{
			EN: "has %d bytes, so the report has %d; a dotenv report must be smaller than 5 KiB",
			ZH: "有 %d 字节，整个报告因此有 %d 字节；dotenv 报告必须小于 5 KiB",
		}, len(longest.Value), b.Len())}
	}
	if len(variables) > maxVariables {
		return nil, &ReportError{variables[maxVariables].Member, lang.Sprintf(lang.Text{
			EN: "is one too many: a dotenv report has at most %d variables",
			ZH: "超出数量：dotenv 报告最多有 %d 个变量",
		}, maxVariables)}
	}
	return b.Bytes(), nil
}

// unfit says why a report cannot hold a value, or returns the zero Text.
func unfit(value string) lang.Text {
	switch {
	case strings.ContainsAny(value, "\r\n"):
		return lang.Text{EN: "has several lines, which a dotenv report cannot hold", ZH: "有多行，dotenv 报告无法保存"}
	case strings.ContainsRune(value, 0) || !utf8.ValidString(value):
		return lang.Text{EN: "is not text; a dotenv report can hold only text", ZH: "不是文本，dotenv 报告无法保存"}
	case strings.TrimSpace(value) != value:
		return lang.Text{EN: "begins or ends with a blank, which a dotenv report loses", ZH: "首尾有空白，写进 dotenv 报告会丢失"}
	case strings.Contains(value, "$"):
		return lang.Text{EN: "contains $, which GitLab expands in later jobs", ZH: "含有 $，GitLab 会在后续作业里展开它"}
	}
	return lang.Text{}
}
