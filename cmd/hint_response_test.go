package cmd_test

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ssoctl/cmd"
)

// TestClockHint checks that the hint mentions the clock only if it is off by more than a
// minute.
func TestClockHint(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Sun, 22 Nov 2026 04:49:29 GMT")
		http.Error(w, "{}", http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	date := time.Date(2026, 11, 22, 4, 49, 29, 0, time.UTC)
	for off, want := range map[time.Duration]map[string]string{
		59 * time.Second: nil, -59 * time.Second: nil, time.Minute: nil,
		61 * time.Second:  {"en": "This machine's clock is 1m1s ahead of the server's; ", "zh": "本机时钟比服务器快 1 分钟 1 秒，"},
		-61 * time.Second: {"en": "This machine's clock is 1m1s behind the server's; ", "zh": "本机时钟比服务器慢 1 分钟 1 秒，"},
		time.Hour:         {"en": "This machine's clock is 1h ahead ", "zh": "本机时钟比服务器快 1 小时，"},
	} {
		for _, lang := range []string{"en", "zh"} {
			var out, errs bytes.Buffer
			app := &cmd.App{
				In: strings.NewReader(""), Out: &out, Err: &errs, HTTP: &http.Client{Transport: &http.Transport{}},
				Now: func() time.Time { return date.Add(off) }, Rand: rand.Reader, Env: func(string) (string, bool) { return "", false },
			}
			code := app.Run(t.Context(), []string{"token", "-p", "oauth2", "--lang", lang, "--set", "client_id=C", "--set", "token_url=" + server.URL})
			told := strings.Contains(errs.String(), map[string]string{"en": "clock", "zh": "时钟"}[lang])
			if code != 4 || told != (want != nil) || !strings.Contains(errs.String(), want[lang]) {
				t.Errorf("%s off: exit code %d, want 4; want the clock mentioned %t, as %q, in\n%s", off, code, want != nil, want[lang], &errs)
			}
		}
	}
}
