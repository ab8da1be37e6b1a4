package loopback_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main{M: m}.Run()) }

// endings are the pages that a person can see, in both languages.
var endings = map[string]struct {
	in     lang.Lang
	ending loopback.Ending
	title  string
}{
	"succeeded-en": {lang.EN, loopback.Ending{Kind: loopback.Succeeded, Login: "crm · CRM: app login", Who: "9007199254740993 Wang Xiaoming wang@example.com"}, "Logged in"},
	"succeeded-zh": {lang.ZH, loopback.Ending{Kind: loopback.Succeeded, Login: "crm · 客户管理：应用登录", Who: "9007199254740993 王小明"}, "登录成功"},
	"failed-en": {lang.EN, loopback.Ending{
		Kind: loopback.Failed, Login: "crm · CRM: app login", Said: "20010: code does not exist or has expired <b>",
		Meaning: "The code is unknown, used or older than five minutes. Log in again.",
	}, "The login did not succeed"},
	"failed-zh": {lang.ZH, loopback.Ending{
		Kind: loopback.Failed, Login: "crm · 客户管理：应用登录", Said: "20010: 授权码不存在或已过期", Meaning: "授权码不存在、已使用或超过五分钟。请重新登录。",
	}, "登录没有成功"},
	"declined-en":       {lang.EN, loopback.Ending{Kind: loopback.Declined, Login: "crm", Said: "access_denied", Meaning: "The user or the server denied this login. Log in again and agree, or give this user access to the application."}, "The login was declined"},
	"declined-zh":       {lang.ZH, loopback.Ending{Kind: loopback.Declined, Login: "crm", Said: "access_denied", Meaning: "用户或服务器拒绝了这次登录。请重新登录并同意授权，或为该用户开通应用。"}, "登录未获授权"},
	"stopped-en":        {lang.EN, loopback.Ending{Kind: loopback.Stopped, Login: "crm"}, "The login was stopped"},
	"stopped-zh":        {lang.ZH, loopback.Ending{Kind: loopback.Stopped, Login: "crm"}, "登录已中止"},
	"logged-out-en":     {lang.EN, loopback.Ending{Kind: loopback.LoggedOut, Login: "crm"}, "Logged out"},
	"logged-out-zh":     {lang.ZH, loopback.Ending{Kind: loopback.LoggedOut, Login: "crm"}, "已退出登录"},
	"not-logged-out-en": {lang.EN, loopback.Ending{Kind: loopback.NotLoggedOut, Login: "crm", Said: "server_error", Meaning: "Log out again."}, "The logout did not succeed"},
	"not-logged-out-zh": {lang.ZH, loopback.Ending{Kind: loopback.NotLoggedOut, Login: "crm", Said: "server_error", Meaning: "请重新退出。"}, "退出登录没有成功"},
	"pending-en":        {lang.EN, loopback.Ending{}, "You can close this window"},
	"pending-zh":        {lang.ZH, loopback.Ending{}, "可以关闭此窗口了"},
}

// A vendor's page on another site makes the browser POST the response
// (response_mode=form_post), or redirects to an address with the response in its fragment,
// which the page of the listener moves into the query.
func TestResponseModesInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for mode, answer := range map[string]string{
		"form_post": `<meta charset="utf-8"><meta name="referrer" content="no-referrer"><form method="post" action="%s"><input name="code" value="4/0+&amp;é"><input name="state" value="S"></form><script>document.forms[0].submit()</script>`,
		"fragment":  `<script>location = "%s#code=4%%2F0%%2B%%26%%C3%%A9&state=S"</script>`,
	} {
		l, err := loopback.Listen(nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "<!doctype html>"+answer, l.URL("cb"))
		}))
		t.Cleanup(vendor.Close)
		got := make(chan loopback.Callback, 1)
		var strays loopback.Strays
		go func() {
			callback, err := l.Catch(t.Context(), loopback.Expect{RedirectURI: l.URL("cb"), CodeParams: []string{"code"}, State: "S", Strays: &strays})
			if err != nil {
				t.Error(err)
			}
			l.Finish(loopback.Ending{Kind: loopback.Succeeded, Who: "Ada"})
			got <- callback
		}()
		b.Open(l.URL("cb")) // without any response: counted once, although the page looks for a fragment
		b.Until(`location.search == "?no-fragment="`)
		b.Open(vendor.URL)
		b.Until(`document.querySelector(".who")?.textContent == "Ada"`)
		if n, last := strays.Counted(); n != 1 || last.Reason != loopback.Empty {
			t.Errorf("%s: %d strays, the last one: %v", mode, n, last)
		}
		if hash := b.JS("location.hash"); hash != "" {
			t.Errorf("%s: the address still has %s", mode, hash)
		}
		want := loopback.Callback{Code: "4/0+&é", Query: url.Values{"code": {"4/0+&é"}, "state": {"S"}}}
		if diff := cmp.Diff(want, <-got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", mode, diff)
		}
	}
}

var desk = emulation.SetDeviceMetricsOverrideParams{Width: 900, Height: 700, DeviceScaleFactor: 1}

// TestEndingsInABrowser shows each page in a real browser, at the width of a desktop
// and of a phone, in light and dark.
func TestEndingsInABrowser(t *testing.T) {
	b := browsertest.Start(t)
	for name, page := range endings {
		l, err := loopback.Listen(nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			_, _ = l.Catch(t.Context(), loopback.Expect{RedirectURI: l.URL("cb"), CodeParams: []string{"code"}, State: "S", Lang: page.in})
			l.Finish(page.ending)
		}()
		b.Size(desk)
		b.Open(l.URL("cb") + "?code=C&state=forged")
		b.Clean("stray")
		b.Look("stray-" + string(page.in))
		b.Open(l.URL("cb") + "?code=C&state=S")
		want := []string{page.title, page.ending.Login, page.ending.Who, page.ending.Said, page.ending.Meaning}
		var got []string
		for _, part := range []string{"h1", ".login", ".who", ".said", ".said + p"} {
			got = append(got, b.JS(`(document.querySelector("main `+part+`") || {textContent: ""}).textContent`))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if text := b.JS(`document.querySelector("[role=status]").textContent`); text == "" {
			t.Errorf("%s: the page does not say that the window can be closed", name)
		}
		b.Clean(name)
		b.Readable(name)
		b.Look(name)
		b.Phone()
		b.Clean(name + "-phone")
		b.Look(name + "-phone")
	}
}
