package cmd

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// say tells a person something, in their language, unless --quiet.
func (r *root) say(t lang.Text) { r.progress("%s", t.In(r.language())) }

// printAddress prints an address on a line of its own, whatever --quiet says:
// without it nothing can go on.
func (r *root) printAddress(address string) { fmt.Fprintln(r.Err, address) }

// waitFor says what is awaited and how to stop: on a terminal with the time
// that is left, elsewhere once.
func (r *root) waitFor(ctx context.Context, a client.Authorization, l *loopback.Listener, deadline time.Time) {
	r.sayElsewhere(a, l)
	line := func(left time.Duration) string {
		return lang.Text{
			EN: fmt.Sprintf("%s left, Ctrl-C stops. Waiting for the browser at %s", clock(left), l.Addr()),
			ZH: fmt.Sprintf("剩余 %s，按 Ctrl-C 停止。正在 %s 等待浏览器返回", clock(left), l.Addr()),
		}.In(r.language())
	}
	columns, _, tty := screen(r.Err)
	if !tty {
		r.progress("%s", line(deadline.Sub(r.Now()).Round(time.Second)))
		return
	}
	r.everySecond(ctx, deadline, func(left time.Duration) {
		// A line that wraps could not be drawn over.
		fmt.Fprintf(r.Err, "\r\x1b[K%s", ansi.Truncate(line(left), columns-1, "…"))
	}, func() { fmt.Fprintln(r.Err) })
}

// sayElsewhere tells how a redirect_uri that is not the listener's gets here.
func (r *root) sayElsewhere(a client.Authorization, l *loopback.Listener) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !l.Addr().IP.IsLoopback() {
		return
	}
	if login.IsLoopback(u.Hostname()) && loopback.Port(u) == strconv.Itoa(l.Addr().Port) && strings.HasPrefix(l.URL(""), u.Scheme+":") {
		return
	}
	to := lang.Text{
		EN: fmt.Sprintf("have that forwarded to %s, or end this and pass the whole address to ssoctl exchange --callback", l.Addr()),
		ZH: fmt.Sprintf("请将其转发到 %s，或结束本命令，把完整地址交给 ssoctl exchange --callback", l.Addr()),
	}
	if login.IsOwn(a.RedirectURI, "https") {
		to = lang.Text{EN: "add --listen-tls to have https answered, or " + to.EN, ZH: "请加 --listen-tls 以应答 https，或" + strings.TrimPrefix(to.ZH, "请")}
	}
	r.say(lang.Text{
		EN: fmt.Sprintf("The browser returns to %s: %s", u.Host, to.EN),
		ZH: fmt.Sprintf("浏览器会回到 %s：%s", u.Host, to.ZH),
	})
}

// everySecond calls draw with the time that is left until ctx ends, and then end.
func (r *root) everySecond(ctx context.Context, deadline time.Time, draw func(left time.Duration), end func()) {
	if r.quiet {
		return
	}
	r.held.hold()
	draw(deadline.Sub(r.Now()))
	r.waiting.Go(func() {
		defer r.held.release()
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		defer end()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				draw(deadline.Sub(r.Now()))
			}
		}
	})
}

// clock writes a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := max(0, int(d.Round(time.Second)/time.Second))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
