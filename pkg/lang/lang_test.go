package lang

import (
	"errors"
	"io"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	both, english := Text{EN: "Log in.", ZH: "请登录。"}, Text{EN: "Log in."}
	for _, test := range []struct {
		text Text
		lang Lang
		want string
	}{
		{both, EN, "Log in."},
		{both, ZH, "请登录。"},
		{both, "", "Log in."},
		{both, "fr", "Log in."},
		{english, ZH, "Log in."},
		{Text{ZH: "请登录。"}, ZH, "请登录。"},
		{Text{}, ZH, ""},
	} {
		if got := test.text.In(test.lang); got != test.want {
			t.Errorf("%+v in %q = %q, want %q", test.text, test.lang, got, test.want)
		}
	}
	if !(Text{}).IsZero() || english.IsZero() || (Text{ZH: "请"}).IsZero() {
		t.Error("IsZero must be true if and only if both languages are empty")
	}
}

// spoken is an error in both languages.
type spoken struct{}

func (spoken) Error() string { return "no such host" }
func (spoken) Text() Text    { return Text{EN: "no such host", ZH: "没有这台主机"} }

func TestOf(t *testing.T) {
	for err, want := range map[error]Text{
		spoken{}:          {"no such host", "没有这台主机"},
		errors.New("no"):  {"no", ""},
		wrapped{spoken{}}: {"crm: no such host", "没有这台主机"},
		wrapped{io.EOF}:   {"crm: EOF", ""},
	} {
		if got := Of(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

type wrapped struct{ error }

func (w wrapped) Error() string { return "crm: " + w.error.Error() }
func (w wrapped) Unwrap() error { return w.error }

func TestLines(t *testing.T) {
	got := Lines([]Text{{EN: "one", ZH: "一"}, {EN: "--two"}, {}})
	if want := (Text{EN: "one\n--two\n", ZH: "一\n--two\n"}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Lines(nil); !got.IsZero() {
		t.Errorf("no lines: got %q", got)
	}
}

func TestJoin(t *testing.T) {
	for _, test := range []struct {
		texts []Text
		want  Text
	}{
		{nil, Text{}},
		{[]Text{{}, {EN: "Log in.", ZH: "请登录。"}, {}}, Text{EN: "Log in.", ZH: "请登录。"}},
		{[]Text{{EN: "Log in.", ZH: "请登录。"}, {EN: "Then wait", ZH: "再等待"}}, Text{EN: "Log in. Then wait", ZH: "请登录。再等待"}},
		{[]Text{{EN: "Get one: ssoctl token", ZH: "请获取：ssoctl token"}, {EN: "Wait.", ZH: "请等待。"}}, Text{EN: "Get one: ssoctl token. Wait.", ZH: "请获取：ssoctl token。请等待。"}},
		{[]Text{{EN: "Log in"}, {EN: "Wait."}}, Text{EN: "Log in. Wait.", ZH: "Log in。Wait."}},
	} {
		if got := Join(test.texts...); got != test.want {
			t.Errorf("%v: %+v, want %+v", test.texts, got, test.want)
		}
	}
}

func TestFromLocale(t *testing.T) {
	for locale, want := range map[string]Lang{
		"zh": ZH, "zh_CN.UTF-8": ZH, "zh-TW": ZH, "ZH_hk": ZH, "zh.UTF-8": ZH,
		"": EN, "C": EN, "POSIX": EN, "en_US.UTF-8": EN, "de_DE": EN, "zhx": EN, "zu_ZA": EN,
	} {
		if got := FromLocale(locale); got != want {
			t.Errorf("FromLocale(%q) = %q, want %q", locale, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]Text{
		0:                                       {EN: "0s", ZH: "0 毫秒"},
		50 * time.Millisecond:                   {EN: "50ms", ZH: "50 毫秒"},
		1500 * time.Microsecond:                 {EN: "1.5ms", ZH: "1.5 毫秒"},
		1500 * time.Millisecond:                 {EN: "1.5s", ZH: "1.5 秒"},
		61 * time.Second:                        {EN: "1m1s", ZH: "1 分钟 1 秒"},
		10 * time.Minute:                        {EN: "10m", ZH: "10 分钟"},
		time.Hour:                               {EN: "1h", ZH: "1 小时"},
		time.Hour + 30*time.Minute:              {EN: "1h30m", ZH: "1 小时 30 分钟"},
		10*time.Hour + 5*time.Second:            {EN: "10h0m5s", ZH: "10 小时 5 秒"},
		-time.Hour:                              {EN: "-1h", ZH: "-1 小时"},
		2*time.Hour + time.Minute + time.Second: {EN: "2h1m1s", ZH: "2 小时 1 分钟 1 秒"},
	} {
		if got := Span(d); got != want {
			t.Errorf("%s: %+v, want %+v", d, got, want)
		}
	}
}
