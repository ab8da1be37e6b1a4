package lang

import "testing"

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
		t.Error("a text is zero exactly when it has no sentence in either language")
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
