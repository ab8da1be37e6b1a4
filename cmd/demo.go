package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/output"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/render"
	"ssoctl/pkg/terminal"
)

func (r *root) newDemo() *cobra.Command {
	return &cobra.Command{
		Use: "demo [PROFILE…]", ValidArgsFunction: r.profileNames,
		RunE: func(c *cobra.Command, args []string) error {
			profiles, err := r.demonstrated(args)
			if err != nil {
				return err
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			options := r.demoOptions(profiles...)
			options.Address = "http://" + l.Addr().String()
			emu, err := emulator.New(options)
			if err != nil {
				return errors.Join(err, l.Close())
			}
			server := &http.Server{Handler: emu, ReadHeaderTimeout: 10 * time.Second}
			go server.Serve(l) //nolint // returns after Close
			defer server.Close()
			d := &demo{root: r, emu: emu, address: options.Address}
			return d.run(c, profiles)
		},
	}
}

// demo logs in at an emulator and shows each request and response.
type demo struct {
	*root
	emu     *emulator.Emulator
	address string
	client  *client.Client
	style   struct{ title, label lipgloss.Style }
}

func (d *demo) run(c *cobra.Command, profiles []*profile.Profile) error {
	if d.exchanges == nil {
		d.scrub.Stub = true
		d.exchanges = &record.Recorder{Now: d.Now, Scrub: d.scrub}
	}
	if d.exchanges.Ended == nil { // --trace shows more
		d.exchanges.Ended = d.tell
	}
	terminal := d.terminal()
	d.style.title = terminal.NewStyle().Bold(true)
	d.style.label = terminal.NewStyle().Foreground(lipgloss.Color("6"))
	var rows [][]string
	var list []any
	for _, p := range profiles {
		start := d.Now()
		got, err := d.show(c.Context(), p)
		if err != nil {
			return err
		}
		took := (d.Now().Sub(start) + time.Millisecond).Truncate(time.Millisecond) // never "0s"
		row := map[string]any{"profile": p.Name, "login": demoKind(p), "took": took.String()}
		if got.User != nil {
			row["subject"], row["name"] = got.User.Subject, got.User.Name
		}
		rows = append(rows, []string{p.Name, d.in(demoKinds[demoKind(p)]), ansi.Truncate(output.Who(got.User), 48, "…"), took.String()})
		list = append(list, row)
	}
	return d.writeTable(c, demoHead, rows, render.Fields{{Name: "logins", Value: list}})
}

var (
	demoHead  = []lang.Text{{EN: "PROFILE", ZH: "接入配置"}, {EN: "LOGIN", ZH: "登录方式"}, {EN: "WHO", ZH: "用户"}, {EN: "TOOK", ZH: "用时"}}
	demoKinds = map[string]lang.Text{
		"application": {EN: "application", ZH: "应用令牌"}, "platform": {EN: "platform", ZH: "平台"}, "scan": {EN: "scan", ZH: "扫码"}, "browser": {EN: "browser", ZH: "浏览器"},
	}
)

// line prints one event. On a terminal, long lines are wrapped and indented.
func (d *demo) line(label lang.Text, format string, args ...any) {
	const indent = 12
	text := printable.Text(fmt.Sprintf(format, args...))
	if columns, _, tty := terminal.Size(d.Err); tty && columns > 2*indent {
		text = strings.ReplaceAll(ansi.Wrap(text, columns-indent-1, "&,?"), "\n", "\n"+strings.Repeat(" ", indent))
	}
	name := label.In(d.language())
	d.progress("  %s%s%s", d.style.label.Render(name), strings.Repeat(" ", max(1, indent-2-ansi.StringWidth(name))), text)
}

var (
	labelAddress  = lang.Text{EN: "address", ZH: "地址"}
	labelCode     = lang.Text{EN: "code", ZH: "授权码"}
	labelSent     = lang.Text{EN: "sent", ZH: "请求"}
	labelReceived = lang.Text{EN: "received", ZH: "响应"}
	labelUser     = lang.Text{EN: "user", ZH: "用户"}
	labelToken    = lang.Text{EN: "token", ZH: "令牌"}
	labelGuess    = lang.Text{EN: "guess", ZH: "推测"}
)

// show logs in at one vendor as the login command does, and prints each event. If the
// vendor has no login, show gets the application's token.
func (d *demo) show(ctx context.Context, p *profile.Profile) (client.Login, error) {
	d.progress("%s  %s", d.style.title.Render(p.Name), d.in(p.TitleText()))
	inputs := d.emu.Inputs(p.Name)
	for name := range inputs {
		text, _ := inputs.Text(name)
		if _, ours := p.Inputs[name]; !ours || name == "redirect_uri" {
			continue
		}
		if err := p.Set(name, text, profile.Origin{From: "emulator"}); err != nil {
			return client.Login{}, err
		}
	}
	d.client = client.New(p, client.Deps{
		HTTP: d.HTTP, Now: d.Now, Rand: d.Rand, Timeout: d.timeout, UserAgent: "ssoctl/" + version(), Scrubber: d.scrub, Record: d.exchanges,
	})
	get, steps := d.logIn, d.client.LoginSteps()
	if !takesCode(p) {
		get, steps = d.appToken, []string{"token"}
	}
	got, err := get(ctx, p)
	if err != nil {
		return got, err
	}
	plan, err := p.Plan(steps, recipe.Values{"code": "C", "redirect_uri": "R"})
	if err != nil {
		return got, err
	}
	for _, s := range plan.Steps {
		if s.Guess != "" {
			d.line(labelGuess, "%s: %s", s.Name, s.GuessText().In(d.language()))
		}
	}
	if got.User != nil {
		d.line(labelUser, "%s", d.scrub.Scrub(output.Who(got.User)))
	} else {
		d.line(labelToken, "%s", d.scrub.Scrub(got.Token.AccessToken.Reveal()))
	}
	d.progress("")
	return got, nil
}

func (d *demo) logIn(ctx context.Context, p *profile.Profile) (client.Login, error) {
	caught, err := d.catch(ctx, p)
	if err != nil {
		return client.Login{}, err
	}
	return d.client.Login(ctx, caught.Given(caught.Code))
}

func (d *demo) appToken(ctx context.Context, _ *profile.Profile) (client.Login, error) {
	token, err := d.client.AppToken(ctx)
	return client.Login{Token: &token}, err
}

// catch gets a code: with a browser that opens the authorize address or, if the profile
// has no such address or it lacks a redirect_uri, straight from the emulated platform.
func (d *demo) catch(ctx context.Context, p *profile.Profile) (login.Caught, error) {
	if !inBrowser(p) {
		code, err := d.emu.IssueCode(p.Name, emulator.Grant{})
		d.line(labelCode, "%s", lang.Text{EN: "the platform opens the application's page with it", ZH: "平台打开应用页面时带上"}.In(d.language()))
		return login.Caught{Code: code}, err
	}
	flow := login.Flow{Client: d.client, Wait: 10 * time.Second, Lang: d.language()}
	flow.Show = func(a client.Authorization, _ *loopback.Listener) error {
		d.line(labelAddress, "%s", a.URL)
		go d.visit(ctx, a.URL)
		return nil
	}
	caught, err := flow.Code(ctx)
	caught.Finish(loopback.Ending{}) // the demo continues in the terminal
	if err == nil {
		d.line(labelCode, "%s", lang.Text{
			EN: "caught at " + caught.RedirectURI, ZH: "在 " + caught.RedirectURI + " 收到",
		}.In(d.language()))
	}
	return caught, err
}

// visit plays the user's browser: it follows the address to our listener. It reports no
// errors: if it fails, the login times out.
func (d *demo) visit(ctx context.Context, address string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return
	}
	if resp, err := d.HTTP.Do(req); err == nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// tell prints one request of the client and its response.
func (d *demo) tell(x *record.Call) {
	mask := d.scrub.Scrub
	d.line(labelSent, "%s %s", x.Request.Method, mask(strings.TrimPrefix(x.Request.URL.String(), d.address)))
	for _, name := range slices.Sorted(maps.Keys(x.Request.Header)) {
		if !slices.Contains(commonHeaders, name) {
			d.line(lang.Text{}, "%s: %s", name, mask(x.Request.Header.Get(name)))
		}
	}
	if len(x.RequestBody) > 0 {
		d.line(lang.Text{}, "%s", mask(string(x.RequestBody)))
	}
	if x.Response == nil {
		return // the error says why
	}
	d.line(labelReceived, "HTTP %d %s", x.Response.StatusCode, mask(string(bytes.TrimSpace(x.Body))))
}

// commonHeaders are the same for every vendor, so the demo leaves them out.
var commonHeaders = []string{"Accept", "Content-Type", "User-Agent"}
