package lang

import (
	"errors"
	"io"
	"testing"
)

func TestErrorf(t *testing.T) {
	err := Errorf(Text{EN: "%s: %v", ZH: "%s：%v"}, "crm", spoken{})
	if want := (Text{EN: "crm: no such host", ZH: "crm：没有这台主机"}); Of(err) != want || !errors.As(err, &spoken{}) {
		t.Errorf("%q, want %q", Of(err), want)
	}
	if err := Errorf(Text{EN: "cut off: %v", ZH: "响应不完整：%v"}, io.EOF); !errors.Is(err, io.EOF) {
		t.Errorf("%v does not wrap its cause", err)
	}
}

func TestList(t *testing.T) {
	if got, want := List([]string{"a", "b"}), (Text{EN: "a, b", ZH: "a、b"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
