package emulator_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profiletest"
)

func inChinese(o *emulator.Options) { o.Lang = lang.ZH }

// TestDiagnosesInChinese checks the diagnoses of the shop's exchange, and that the header
// contains them in English.
func TestDiagnosesInChinese(t *testing.T) {
	w := startWith(t, inChinese, described(t, shop))
	code := w.loginAtShop(t)
	const wrong = "不是登记的值：应为 emul…real (31)，实际为 "
	for _, c := range []struct{ member, value, want, header string }{
		{"secret", shopSecret + " ", "json.secret：" + wrong + "emul…eal  (32)；应有的 31 个字符之后还有内容；首尾有空白", "json.secret: is not the registered value"},
		{"secret", shopSecret[:20], "json.secret：" + wrong + "emul…secr (20)；只有前 20 个字符，应有 31 个字符", "json.secret: is not the registered value"},
		{"client", "", "json.client：缺少", "json.client: is missing"},
		{"client", "shop%2Dclient", "json.client：应为 shop-client，实际为 shop%2Dclient；多做了一次百分号编码", "json.client: expected shop-client"},
		{"back", "http://127.0.0.1:1/", "json.back：签发 code 时的 redirect_uri 为 http://127.0.0.1:0/callback，请求里为 http://127.0.0.1:1/；签发给请求 1", "json.back: the code was issued for"},
		{"code", "x", "json.code：这个 code 不是这里签发的", "json.code: this code was not issued here"},
		{"extra", "x", "json.extra：已发送，但这个步骤不使用它", "json.extra: was sent"},
	} {
		got := w.trade(t, code, c.member, c.value)
		if said := w.last().Diagnosis; said != c.want || !strings.HasPrefix(got.diagnosis(), c.header) {
			t.Errorf("%s %q: %s (%s), want %s", c.member, c.value, said, got.diagnosis(), c.want)
		}
	}
	w.clockTick(90 * time.Second)
	w.trade(t, code)
	if said, want := w.last().Diagnosis, "json.code：1 分钟 30 秒前已被请求 8 使用；用它签发的令牌现已撤销"; said != want {
		t.Errorf("%s, want %s", said, want)
	}
}

// TestNoDiagnosisIsHalfEnglish changes each member of a few steps in several ways. The
// Chinese diagnoses must not contain English words for what is wrong.
func TestNoDiagnosisIsHalfEnglish(t *testing.T) {
	t.Parallel()
	english := regexp.MustCompile(`\b(is|are|was|has|had|expected|got|the|missing|instead|such|than|more|nothing)\b`)
	steps := profiletest.Covering(profiletest.Steps(t), profiletest.Step.Mechanisms)
	w := startWith(t, inChinese, profilesOf(steps)...)
	diagnoses := 0
	for _, s := range steps {
		c := w.party(t, s.Of)
		c.ready(s.Step)
		for key := range members(s.Step) {
			for _, value := range []any{nil, "x", " x y ", "1795251600", "emulated-client-id"} {
				if value == nil && strings.HasPrefix(key, "url") {
					continue
				}
				request := c.build(s.Step)
				request.set(t, key, value)
				said := c.send(s.Step, request).event.Diagnosis
				if said != "" {
					diagnoses++
				}
				if word := english.FindString(said); word != "" {
					t.Errorf("%s %s %s=%v: %q in: %s", s.Of.Name, s.Name, key, value, word, said)
				}
			}
		}
	}
	if diagnoses < 500 {
		t.Errorf("only %d diagnoses", diagnoses)
	}
}
