package present

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/scanpage"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// Page serves a page that shows the QR code with the vendor's script, and takes the code
// from there. The profile needs a [scan] table.
type Page struct {
	Deps
	Launch  bool // open the page in a browser
	Refresh bool // renew an expired code without being asked
	Rand    io.Reader
	Refs    reference.Resolver // of the inputs that the vendor's script gets
	Scrub   *scrub.Scrubber    // gets the secret part of the page's address
}

// Catch implements [Catcher].
func (p Page) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	view := p.newScanView(f.Client.Profile(), p.Now().Add(f.Wait), lang.Text{EN: "the page has a button for a new code", ZH: "可在页面上换一个新的"})
	defer view.close()
	s := &pageScan{scanView: view, how: p, client: f.Client}
	f.Strays = view.strays()
	if s.profile.Scan.BringsCode() {
		f.Server = s
	} else {
		f.View, f.Beside = s, s
	}
	caught, err := f.Code(ctx)
	s.running.Wait()
	if err == nil {
		view.setState(scanConfirmed)
	}
	return caught, view.timeout(err, f.Wait)
}

// pageScan is a scan on a page. It is a [login.Server] and its [login.Page] if the page gets
// the code, and a [login.View] if the page leads to the redirect_uri.
type pageScan struct {
	*scanView
	*scanpage.Page // set by Serve
	how            Page
	client         *client.Client
	at             string        // the page's address
	life           time.Duration // of a code; zero if the vendor's script reports when a code expires
	shown          time.Duration // start of the countdown
	running        sync.WaitGroup
}

// Show implements [login.View]: it makes the page, shows its address, and follows its events
// until ctx ends.
func (s *pageScan) Show(ctx context.Context, a client.Authorization, l *loopback.Listener) error {
	if _, err := s.Serve(a, l); err != nil {
		return err
	}
	s.running.Go(func() { _, _ = s.Code(ctx) }) // ends with ctx: no event brings a code
	return nil
}

// Serve implements [login.Server]: it makes the page and shows its address.
func (s *pageScan) Serve(a client.Authorization, l *loopback.Listener) (login.Page, error) {
	var err error
	if s.Page, err = s.newPage(a); err != nil {
		return nil, err
	}
	s.how.Scrub.Add(secret.New(strings.Trim(s.Path(), "/")))
	s.at, s.shown = l.URL(s.Path()), a.Lifetime
	if _, reported := s.profile.Scan.Events[profile.ScanExpired]; !reported {
		s.life = a.Lifetime
	}
	fmt.Fprint(s.Console.W, s.intro(s.at, s.how.Launch))
	if s.how.Launch {
		s.Open(s.at)
	}
	s.setState(scanOpening)
	return s, nil
}

// newPage makes the page of one run.
func (s *pageScan) newPage(a client.Authorization) (*scanpage.Page, error) {
	values, err := s.profile.Values(scanpage.Placeholders(s.profile.Scan), s.how.Refs)
	if err != nil {
		return nil, err
	}
	values = maps.Clone(values)
	values["redirect_uri"], values["state"] = a.RedirectURI, a.State
	values[profile.EscapedRedirectURI], values[profile.AuthorizeURL] = url.QueryEscape(a.RedirectURI), a.URL
	unguessable := make([]byte, 20)
	if _, err := io.ReadFull(s.how.Rand, unguessable); err != nil {
		return nil, lang.Errorf(lang.Text{EN: "no randomness: %v", ZH: "无法取得随机数：%v"}, err)
	}
	run := strings.ToLower(base32.StdEncoding.EncodeToString(unguessable))
	return scanpage.New(s.profile, values, run, s.Console.Lang)
}

// Code waits for the code from the page. Meanwhile it shows the page's events.
func (s *pageScan) Code(ctx context.Context) (string, error) {
	var expired <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case key := <-s.keys:
			if isRenew(key) {
				s.Renew()
			}
		case <-expired:
			s.expire()
		case e := <-s.Events():
			if e.Name == scanpage.Unheard {
				s.tell(scanUnheard)
				continue
			}
			expired = nil
			switch e.Name {
			case scanpage.Shown:
				s.showCode("", s.shown, lang.Text{})
				if s.life > 0 {
					expired = time.After(s.life)
				}
			case scanpage.Failed:
				s.setState(failedState(e))
			case profile.ScanScanned:
				s.setState(scanScanned)
			case profile.ScanCancelled:
				s.setState(scanCancelled)
			case profile.ScanExpired:
				s.expire()
			case profile.ScanConfirmed:
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
	s.client.PageEvent(at, e.Code, event)
	return err
}

func (s *pageScan) expire() {
	s.setState(scanExpired)
	if s.how.Refresh {
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
		"code":    {EN: "The vendor's message has no field with the name in scan.code or scan.redirect", ZH: "厂商消息里没有 scan.code 或 scan.redirect 指定的字段"},
	}[e.Problem]
	return scanState{over: true, text: lang.Sprintf(lang.Text{EN: "%s (%s)", ZH: "%s（%s）"}, why, said)}
}
