package emulator

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
)

//go:embed pages
var pages embed.FS

// templates parses the pages when the first one is shown; most emulators show none.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(pages, "pages/*.html"))
})

// Values of Content-Security-Policy. They have no form-action, because Chromium and
// Safari apply it to redirects after a form too. That would block the way back to
// the application and any redirect from there.
const (
	contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'"
	unframed      = "; frame-ancestors 'none'"
)

// view is the template data that all pages share.
type view struct {
	lang    lang.Lang
	Static  string // path of the static files, with a trailing slash
	Profile string
	Vendor  string // the profile's title
}

// T returns the text in the reader's language.
func (v view) T(en, zh string) string { return lang.Text{EN: en, ZH: zh}.In(v.lang) }

// Lang returns the value of the HTML attribute lang.
func (v view) Lang() string {
	if v.lang == lang.ZH {
		return "zh-CN"
	}
	return "en"
}

func (e *Emulator) view(r *http.Request, v *vendor) view {
	l := spoken(r.Header.Get("Accept-Language"))
	return view{
		lang: l, Profile: v.p.Name, Vendor: v.p.TitleText().In(l),
		Static: e.place(v, staticPath) + "/",
	}
}

// place returns the path of one of the vendor's pages.
func (e *Emulator) place(v *vendor, parts ...string) string {
	return e.root + "/" + url.PathEscape(v.p.Name) + "/" + strings.Join(parts, "/")
}

// spoken returns the language that an Accept-Language header (RFC 9110 §12.5.4)
// prefers among English and Chinese.
func spoken(header string) lang.Lang {
	best, most := lang.EN, 0.0
	for entry := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(entry, ";")
		q := 1.0
		if _, text, ok := strings.Cut(params, "q="); ok {
			if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
				q = n
			}
		}
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (tag == string(lang.EN) || tag == string(lang.ZH)) && q > most {
			best, most = lang.Lang(tag), q
		}
	}
	return best
}

// writePage writes a page from the folder pages.
func writePage(w http.ResponseWriter, status int, policy, name string, data any) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, data); err != nil {
		panic(err) // a bug in the template
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	// With no-referrer, browsers would send forms with the Origin null.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Vary", "Accept-Language")
	write(w, status, "text/html; charset=utf-8", b.String())
}

// static serves a file from the folder pages, and reports whether it exists.
func static(w http.ResponseWriter, name string) bool {
	kind, ok := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	if !ok || strings.Contains(name, "/") {
		return false
	}
	data, err := pages.ReadFile("pages/" + name)
	if err != nil {
		return false
	}
	write(w, http.StatusOK, kind, string(data))
	return true
}

// message is the text of a page without a form.
type message struct{ title, text lang.Text }

var (
	noteAddress = message{
		lang.Text{EN: "This authorize URL is wrong", ZH: "授权地址有误"},
		lang.Text{
			EN: "Build it again, with the values that the emulator printed when it started.",
			ZH: "请重新生成。模拟器接受的参数值，启动时已经打印出来。",
		},
	}
	noteOptions = message{
		lang.Text{EN: "The page passed wrong options to this frame", ZH: "页面传入的参数有误"},
		lang.Text{EN: "Correct them in the code that creates the QR code.", ZH: "请检查页面中创建登录二维码的代码。"},
	}
	noteMethod = message{
		lang.Text{EN: "This address does not accept this method", ZH: "不支持这种请求方法"},
		lang.Text{EN: "Open the page in a browser.", ZH: "请在浏览器中打开页面。"},
	}
	noteForeign = message{
		lang.Text{EN: "This request came from another site", ZH: "请求来自其他网站"},
		lang.Text{EN: "Nothing has changed. Start the login again from the application.", ZH: "没有做任何更改。请回到应用重新发起登录。"},
	}
	noteForm = message{
		lang.Text{EN: "This page is no longer valid", ZH: "页面已经失效"},
		lang.Text{EN: "Start the login again from the application.", ZH: "请回到应用重新发起登录。"},
	}
	noteExpired = message{
		lang.Text{EN: "This login took too long", ZH: "等待太久，已经失效"},
		lang.Text{EN: "Start the login again from the application.", ZH: "请回到应用重新发起登录。"},
	}
	noteAnswered = message{
		lang.Text{EN: "This login was already decided", ZH: "这次登录已经处理过"},
		lang.Text{EN: "Start another one from the application.", ZH: "如需再次登录，请从应用重新发起。"},
	}
	noteChoice = message{
		lang.Text{EN: "This choice is not possible", ZH: "无法这样选择"},
		lang.Text{EN: "Go back and choose a user and a button.", ZH: "请返回上一页，选择用户后再点按钮。"},
	}
	noteEntered = message{
		lang.Text{EN: "Entered", ZH: "已进入"},
		lang.Text{EN: "This link opens a page of the platform, which does not redirect back to your application.", ZH: "这个链接进入厂商的平台，不会返回您的应用。"},
	}
	noteConfirmed = message{
		lang.Text{EN: "Login confirmed", ZH: "登录已确认"},
		lang.Text{EN: "Continue on the computer. You can close this page.", ZH: "请回到电脑上继续，此页面可以关闭。"},
	}
	noteLogout = message{
		lang.Text{EN: "This logout address is wrong", ZH: "退出登录的地址有误"},
		lang.Text{EN: "Nobody was logged out.", ZH: "没有退出登录。"},
	}
	noteLoggedOut = message{
		lang.Text{EN: "You are logged out", ZH: "已退出登录"},
		lang.Text{EN: "You can close this page.", ZH: "此页面可以关闭。"},
	}
	noteDevice = message{
		lang.Text{EN: "The device is logged in", ZH: "设备已登录"},
		lang.Text{EN: "Continue there. You can close this page.", ZH: "请回到设备上继续，此页面可以关闭。"},
	}
	noteCancelled = message{
		lang.Text{EN: "Login cancelled", ZH: "登录已取消"},
		lang.Text{EN: "Nobody was logged in. You can close this page.", ZH: "没有登录任何账号，此页面可以关闭。"},
	}
	noteCodeExpired = message{
		lang.Text{EN: "This QR code has expired", ZH: "二维码已失效"},
		lang.Text{EN: "Get a new code on the computer and scan it.", ZH: "请在电脑上刷新二维码，然后重新扫描。"},
	}
)

// note shows a message, and below it one line for each problem.
func (e *Emulator) note(w http.ResponseWriter, r *http.Request, v *vendor, status int, m message, lines ...lang.Text) {
	renderNote(w, status, contentPolicy+unframed, e.view(r, v), m, lines)
}

// noteFramed is note for a page inside a frame.
func (e *Emulator) noteFramed(p pageRequest, status int, m message, lines []lang.Text) {
	renderNote(p.x, status, contentPolicy, e.view(p.r, p.v), m, lines)
}

func renderNote(w http.ResponseWriter, status int, policy string, v view, m message, lines []lang.Text) {
	var shown []string
	for _, line := range lines {
		shown = append(shown, line.In(v.lang))
	}
	writePage(w, status, policy, "note.html", struct {
		view
		Title, Text string
		Lines       []string
		Good        bool
	}{v, m.title.In(v.lang), m.text.In(v.lang), shown, status < 400})
}
