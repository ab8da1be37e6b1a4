package loopback

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for page.html
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
)

//go:embed page.html
var pageSource string

// pageTemplate and contentPolicy are made when the first page is, as most
// commands need none.
var (
	pageTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("page.html").Parse(pageSource))
	})
	contentPolicy = sync.OnceValue(func() string {
		_, rest, _ := strings.Cut(pageSource, "<style>")
		style, _, _ := strings.Cut(rest, "</style>")
		sum := sha256.Sum256([]byte(style))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	})
)

// message is what a page says.
type message struct{ title, text lang.Text }

var (
	pageCaught = message{
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "The login is back in the terminal and goes on there.", ZH: "登录结果已送回终端，请回到终端查看。"},
	}
	pageRepeated = message{
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "This login has already come back to the terminal.", ZH: "这次登录的结果先前已经送回终端。"},
	}
	pageDenied = message{
		lang.Text{EN: "The login was declined", ZH: "登录未获授权"},
		lang.Text{EN: "You can close this window. The terminal says what to do next.", ZH: "可以关闭此窗口，接下来怎么做请看终端。"},
	}
	pageRefused = message{
		lang.Text{EN: "The login did not succeed", ZH: "登录没有成功"},
		lang.Text{EN: "You can close this window. The terminal says what to do next.", ZH: "可以关闭此窗口，接下来怎么做请看终端。"},
	}
	pageStray = message{
		lang.Text{EN: "Not the login that is awaited", ZH: "这不是正在等待的那次登录"},
		lang.Text{
			EN: "Nothing has changed. Close this window and open the address that the terminal shows.",
			ZH: "一切照旧。请关闭此窗口，打开终端里显示的地址。",
		},
	}
)

// page answers with m in language l, and with what the server said, if
// anything. It returns when the page has been handed to the kernel.
func page(w http.ResponseWriter, status int, l lang.Lang, m message, said string) {
	tag := "en"
	if l == lang.ZH {
		tag = "zh-CN"
	}
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, struct{ Lang, Title, Text, Said string }{
		tag, m.title.In(l), m.text.In(l), said,
	}); err != nil {
		panic(err) // a fault in page.html, which every test would meet
	}
	send(w, status, "text/html; charset=utf-8", body.Bytes())
}

// plain answers a hit that no person waits for.
func plain(w http.ResponseWriter, status int) {
	send(w, status, "text/plain; charset=utf-8", []byte(http.StatusText(status)+"\n"))
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Content-Security-Policy", contentPolicy())
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body) // a browser that has gone away misses a page, nothing more
	http.NewResponseController(w).Flush()
}
