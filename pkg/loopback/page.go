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
	"ssoctl/pkg/printable"
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

// Ending is what a browser's page says of a login. All texts but Kind's are
// shown as they are, escaped, and cut after 1000 characters; empty ones are
// left out.
type Ending struct {
	Kind Kind
	// Login says which login it was: the name of its profile, and more.
	Login string
	// Who has logged in.
	Who string
	// Said are the words with which a vendor refused.
	Said string
	// Meaning is what they mean, and what to do.
	Meaning string
}

// Kind is how a login ended, as far as its browser is concerned.
type Kind int

// The kinds.
const (
	Pending   Kind = iota // it goes on in the terminal
	Succeeded             // somebody has logged in
	Declined              // the user said no
	Failed                // the vendor did, or nothing came of it
	Stopped               // from the terminal
	repeated
	unfinished
)

// message is what a page says of its kind: look is the class that draws it.
type message struct {
	look        string
	title, text lang.Text
}

var messages = map[Kind]message{
	Pending: {
		"plain",
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "The login is back in the terminal and goes on there.", ZH: "登录已回到终端，接下来请看终端。"},
	},
	Succeeded: {
		"good",
		lang.Text{EN: "Logged in", ZH: "登录成功"},
		lang.Text{EN: "You can close this window. The result is in the terminal.", ZH: "可以关闭此窗口，结果在终端里。"},
	},
	Declined: {
		"bad",
		lang.Text{EN: "The login was declined", ZH: "登录未获授权"},
		lang.Text{EN: "You can close this window. The terminal says what to do next.", ZH: "可以关闭此窗口，接下来怎么做请看终端。"},
	},
	Failed: {
		"bad",
		lang.Text{EN: "The login did not succeed", ZH: "登录没有成功"},
		lang.Text{EN: "You can close this window. The terminal says what to do next.", ZH: "可以关闭此窗口，接下来怎么做请看终端。"},
	},
	Stopped: {
		"plain",
		lang.Text{EN: "The login was stopped", ZH: "登录已中止"},
		lang.Text{EN: "It was stopped in the terminal. You can close this window.", ZH: "这次登录已在终端里中止，可以关闭此窗口。"},
	},
	repeated: {
		"plain",
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "This login has already come back to the terminal.", ZH: "这次登录的结果先前已经送回终端。"},
	},
	unfinished: {
		"bad",
		lang.Text{EN: "This did not finish the login", ZH: "登录尚未完成"},
		lang.Text{
			EN: "The terminal is still waiting for the login, and says what to do.",
			ZH: "终端仍在等待这次登录，接下来怎么做请看终端。",
		},
	},
}

// sentence makes a sentence of what is wrong.
func sentence(t lang.Text) lang.Text {
	return lang.Text{EN: strings.ToUpper(t.EN[:1]) + t.EN[1:] + ".", ZH: t.In(lang.ZH) + "。"}
}

// Answer is the page that says e, in language l, as Finish has it, for those who
// serve pages of their own. It returns when that has been handed to the kernel.
func (e Ending) Answer(w http.ResponseWriter, l lang.Lang) { page(w, http.StatusOK, l, e) }

// page answers with what e says, in language l. It returns when the page has
// been handed to the kernel.
func page(w http.ResponseWriter, status int, l lang.Lang, e Ending) {
	tag := "en"
	if l == lang.ZH {
		tag = "zh-CN"
	}
	m := messages[e.Kind]
	const limit = 1000 // characters; the page is small, so that no browser can block whoever writes it
	for _, text := range []*string{&e.Login, &e.Who, &e.Said, &e.Meaning} {
		*text = printable.Cut(*text, limit)
	}
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, struct {
		Ending
		Lang, Look, Title, Text string
	}{e, tag, m.look, m.title.In(l), m.text.In(l)}); err != nil {
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
