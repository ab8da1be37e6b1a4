package cmd

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/scanpage"
	"ssoctl/pkg/secret"
)

var scanOpening = scanState{text: lang.Text{EN: "Open the page in a browser", ZH: "请在浏览器中打开页面"}, timed: true}

// scanUnheard is shown if a scan message is ignored because of its sender.
var scanUnheard = lang.Text{
	EN: "A scan message came from a nested frame or another window and was ignored. If the vendor's script uses such frames or windows, use --via link.",
	ZH: "有扫码消息来自嵌套的框架或其他窗口，未被采用。如果厂商脚本要用这类框架或窗口，请改用 --via link。",
}

// pageScan is a scan on a page that ssoctl serves and that runs the vendor's script.
type pageScan struct {
	*scanpage.Page
	client  *client.Client
	at      string // the page's address
	view    *scanView
	life    time.Duration // of a code; zero if the vendor's script reports when a code expires
	shown   time.Duration // start of the countdown
	refresh bool
}

// catchPage serves the scan page and waits for the code.
func (r *root) catchPage(ctx context.Context, cl *client.Client, o *qrOptions) (login.Caught, error) {
	p := cl.Profile()
	if p.Scan == nil {
		return login.Caught{}, &profile.NotOfferedError{Profile: p.Name, Step: "qrlogin --via page", Why: lang.Text{
			EN: "This vendor has no script that other pages can embed: ssoctl qrlogin --via link -p " + p.Name,
			ZH: "该厂商没有供自有页面嵌入的脚本：ssoctl qrlogin --via link -p " + p.Name,
		}}
	}
	view := r.newScanView(p, r.Now().Add(o.wait), lang.Text{EN: "the page has a button for a new code", ZH: "可在页面上换一个新的"})
	defer view.close()
	o.page = func(a client.Authorization, l *loopback.Listener) (login.Page, error) {
		page, err := r.newPage(p, a)
		if err != nil {
			return nil, err
		}
		r.scrub.Add(secret.New(strings.Trim(page.Path(), "/")))
		s := &pageScan{Page: page, client: cl, at: l.URL(page.Path()), view: view, shown: a.Lifetime, refresh: o.refresh}
		if _, told := p.Scan.Events["expired"]; !told {
			s.life = a.Lifetime
		}
		r.showPage(s.at, o.noBrowser)
		view.setState(scanOpening)
		return s, nil
	}
	o.strays = r.strays(view)
	caught, err := r.catch(ctx, cl, o.catchOptions)
	if err == nil {
		view.setState(scanConfirmed)
	}
	return caught, r.scanTimeout(err, view, o.wait)
}

// newPage makes the page of one run.
func (r *root) newPage(p *profile.Profile, a client.Authorization) (*scanpage.Page, error) {
	values, err := p.Values(scanpage.Placeholders(p.Scan), r.refs())
	if err != nil {
		return nil, err
	}
	values = maps.Clone(values)
	values["redirect_uri"], values["state"] = a.RedirectURI, a.State
	unguessable := make([]byte, 20)
	if _, err := io.ReadFull(r.Rand, unguessable); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	run := strings.ToLower(base32.StdEncoding.EncodeToString(unguessable))
	return scanpage.New(p, values, run, r.language())
}

// showPage opens the page in the browser, or only prints its address.
func (r *root) showPage(address string, noBrowser bool) {
	intro := waitView{r: r, waitOptions: waitOptions{open: !noBrowser}}
	fmt.Fprint(r.Err, intro.intro(address))
	if intro.open {
		r.open(address)
	}
}

// Code waits for the code from the page. Meanwhile it shows the page's events.
func (s *pageScan) Code(ctx context.Context) (string, error) {
	var expired <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case key := <-s.view.keys:
			if isRenew(key) {
				s.Renew()
			}
		case <-expired:
			s.expire()
		case e := <-s.Events():
			if e.Name == scanpage.Unheard {
				s.view.tell(scanUnheard)
				continue
			}
			expired = nil
			switch e.Name {
			case scanpage.Shown:
				s.view.showCode("", s.shown)
				if s.life > 0 {
					expired = time.After(s.life)
				}
			case scanpage.Failed:
				s.view.setState(failedState(e))
			case "scanned":
				s.view.setState(scanScanned)
			case "cancelled":
				s.view.setState(scanCancelled)
			case "expired":
				s.expire()
			case "confirmed":
				return e.Code, s.record(e)
			}
		}
	}
}

// record records the event that brought the code.
func (s *pageScan) record(e scanpage.Event) error {
	at, err := url.Parse(s.at + "event")
	if err != nil {
		return err
	}
	event, err := json.Marshal(e)
	s.client.Told(at, e.Code, event)
	return err
}

func (s *pageScan) expire() {
	s.view.setState(scanExpired)
	if s.refresh {
		s.Renew()
	}
}

// failedState says why the page shows no QR code.
func failedState(e scanpage.Event) scanState {
	const limit = 200 // characters of what a browser says
	said := printable.Cut(e.Detail, limit)
	why := map[string]lang.Text{
		"load":    {EN: "The vendor's script does not load", ZH: "厂商脚本加载失败"},
		"class":   {EN: "The vendor's script does not define the class named in scan.class", ZH: "厂商脚本里没有 scan.class 指定的类"},
		"script":  {EN: "The vendor's script fails with scan.options", ZH: "厂商脚本用 scan.options 运行时出错"},
		"blocked": {EN: "The vendor's script tried to load an address outside scan.origin", ZH: "厂商脚本要加载的地址不属于 scan.origin"},
		"origin":  {EN: "The messages come from an origin other than scan.origin", ZH: "扫码消息的来源不是 scan.origin"},
		"code":    {EN: "The vendor's message has no field with the name in scan.code", ZH: "厂商消息里没有 scan.code 指定的字段"},
	}[e.Problem]
	return scanState{over: true, text: lang.Text{EN: why.EN + " (" + said + ")", ZH: why.ZH + "（" + said + "）"}}
}
