package lang

import (
	"io"
	"testing"
)

func TestSprintf(t *testing.T) {
	for _, test := range []struct {
		format, want Text
		args         []any
	}{
		{Text{EN: "%s: %d of %q", ZH: "%[3]q 中的 %[2]d（%[1]s）"}, Text{EN: `a: 1 of "b"`, ZH: `"b" 中的 1（a）`}, []any{"a", 1, "b"}},
		{Text{EN: "%s: %v", ZH: "%s：%v"}, Text{EN: "a: no such host", ZH: "a：没有这台主机"}, []any{"a", spoken{}}},
		{Text{EN: "%v", ZH: "读取失败：%v"}, Text{EN: "EOF", ZH: "读取失败：EOF"}, []any{io.EOF}},
		{Text{EN: "expected %s", ZH: "需要 %s"}, Text{EN: "expected 1 file", ZH: "需要 1 个文件"}, []any{Text{EN: "1 file", ZH: "1 个文件"}}},
		{Text{EN: "100%%", ZH: "百分之百"}, Text{EN: "100%", ZH: "百分之百"}, nil},
	} {
		if got := Sprintf(test.format, test.args...); got != test.want {
			t.Errorf("%+v %v: %+v, want %+v", test.format, test.args, got, test.want)
		}
	}
}
