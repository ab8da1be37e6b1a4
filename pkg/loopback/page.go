package loopback

import (
	"bytes"
	_ "embed" // for page.html
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"ssoctl/pkg/contentpolicy"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

//go:embed page.html
var pageSource string

// pageTemplate and contentPolicy are computed on first use, because most commands serve no
// page.
var (
	pageTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("page.html").Parse(pageSource))
	})
	contentPolicy = sync.OnceValue(func() string {
		return "default-src 'none'; style-src " + contentpolicy.Inline(pageSource, "style") +
			"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	})
	movingPolicy = sync.OnceValue(func() string {
		return contentPolicy() + "; script-src " + contentpolicy.Inline(pageSource, "script")
	})
)

// Ending is the content of the page that shows how a login ended. Texts are escaped, and
// cut after 1000 characters. Empty texts are omitted.
type Ending struct {
	Kind Kind
	// Login identifies the login, such as the name of its profile.
	Login string
	// Who is the user who has logged in.
	Who string
	// Said is the text of the vendor's refusal.
	Said string
	// Meaning explains the refusal and says what to do.
	Meaning string

	// moves adds a script that moves the fragment, which browsers do not send, into the query
	// of the same address. If there is no fragment, the script adds noFragment instead.
	moves bool
}

// Kind is how a login ended, from the browser's point of view.
type Kind int

// The kinds of [Ending].
const (
	Pending      Kind = iota // the login continues in the terminal
	Succeeded                // the user has logged in
	Declined                 // the user declined
	Failed                   // the vendor refused, or something failed
	Stopped                  // the login was stopped in the terminal
	LoggedOut                // the user has logged out
	NotLoggedOut             // the provider returned an error from the logout
	repeated
	unfinished
	returned
	logoutUnfinished
)

// message is the text of a page. look is its CSS class.
type message struct {
	look        string
	title, text lang.Text
}

var messages = [...]message{
	Pending: {
		"plain",
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "The login continues in the terminal.", ZH: "登录已回到终端，接下来请看终端。"},
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
	LoggedOut: {
		"good",
		lang.Text{EN: "Logged out", ZH: "已退出登录"},
		lang.Text{EN: "You can close this window.", ZH: "可以关闭此窗口。"},
	},
	NotLoggedOut: {
		"bad",
		lang.Text{EN: "The logout did not succeed", ZH: "退出登录没有成功"},
		lang.Text{EN: "You can close this window. The terminal says what to do next.", ZH: "可以关闭此窗口，接下来怎么做请看终端。"},
	},
	repeated: {
		"plain",
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "The terminal has already received this login.", ZH: "这次登录的结果先前已经送回终端。"},
	},
	unfinished: {
		"bad",
		lang.Text{EN: "The login is not finished yet", ZH: "登录尚未完成"},
		lang.Text{
			EN: "The terminal is still waiting for the login, and says what to do.",
			ZH: "终端仍在等待这次登录，接下来怎么做请看终端。",
		},
	},
	returned: {
		"plain",
		lang.Text{EN: "You can close this window", ZH: "可以关闭此窗口了"},
		lang.Text{EN: "The browser has returned from the logout. The result is in the terminal.", ZH: "浏览器已从退出登录返回，结果在终端里。"},
	},
	logoutUnfinished: {
		"bad",
		lang.Text{EN: "The logout is not finished yet", ZH: "退出登录尚未完成"},
		lang.Text{
			EN: "The terminal is still waiting for the browser to return from the logout, and says what to do.",
			ZH: "终端仍在等待浏览器从退出登录返回，接下来怎么做请看终端。",
		},
	},
}

// sentence capitalizes the text and adds a period.
func sentence(t lang.Text) lang.Text {
	return lang.Text{EN: strings.ToUpper(t.EN[:1]) + t.EN[1:] + ".", ZH: t.In(lang.ZH) + "。"}
}

// Answer sends the page that shows e in language l, for other HTTP handlers. It
// returns when the page has been handed to the kernel.
func (e Ending) Answer(w http.ResponseWriter, l lang.Lang) { page(w, http.StatusOK, l, e) }

// page sends the page that shows e in language l. It returns when the page has been
// handed to the kernel.
func page(w http.ResponseWriter, status int, l lang.Lang, e Ending) {
	tag := "en"
	if l == lang.ZH {
		tag = "zh-CN"
	}
	m := messages[e.Kind]
	const limit = 1000 // characters; a small page can always be written without blocking
	for _, text := range []*string{&e.Login, &e.Who, &e.Said, &e.Meaning} {
		*text = printable.Cut(*text, limit)
	}
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, struct {
		Ending
		Lang, Look, Title, Text string
		Moves                   bool
	}{e, tag, m.look, m.title.In(l), m.text.In(l), e.moves}); err != nil {
		panic(err) // an error in page.html that every test would find
	}
	policy := contentPolicy()
	if e.moves {
		policy = movingPolicy()
	}
	send(w, status, "text/html; charset=utf-8", policy, body.Bytes())
}

// plain sends a response to a request that no person is waiting for.
func plain(w http.ResponseWriter, status int) {
	send(w, status, "text/plain; charset=utf-8", contentPolicy(), []byte(http.StatusText(status)+"\n"))
}

func send(w http.ResponseWriter, status int, contentType, policy string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(body) // an error only means that the browser has gone
	http.NewResponseController(w).Flush()
}
