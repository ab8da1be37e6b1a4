package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// Phone describes what a phone does with a QR code.
type Phone struct {
	Profile string `json:"profile"` // whose QR code; "" means any
	As      string `json:"as"`      // who acts; "" means the default user
	Action  string `json:"action"`  // one of [Actions]
}

// Actions are the values of [Phone].Action.
var Actions = []string{"scan", "confirm", "cancel", "expire"}

// Scanned describes what happened to a QR code.
type Scanned struct{ Profile, Action, User, Subject string }

// NoScanError means that neither a QR code nor a device appeared within Wait.
type NoScanError struct{ Wait time.Duration }

func (e *NoScanError) Error() string { return e.Text().EN }

// Failure returns [failure.Timeout].
func (*NoScanError) Failure() failure.Kind { return failure.Timeout }

// Text returns the error in both languages.
func (e *NoScanError) Text() lang.Text {
	wait := lang.Span(e.Wait)
	return lang.Text{EN: "emulate scan: no QR code and no device appeared within " + wait.EN, ZH: "emulate scan：" + wait.ZH + "内没有等到二维码或设备"}
}

// Hint says what to do about the error.
func (*NoScanError) Hint() lang.Text {
	return lang.Text{
		EN: "Start the emulator with --approve ask, and then ssoctl qrlogin or login --device. If qrlogin is waiting, open the address that it prints in a browser, or start it with --via page or --via mirror.",
		ZH: "启动模拟器时请加 --approve ask，再运行 ssoctl qrlogin 或 login --device。如果 qrlogin 正在等待，请在浏览器里打开它输出的地址，或改用 --via page、--via mirror。",
	}
}

// Scan plays the phone for the emulator at this address. It waits for a QR code or a device.
// If none appears within wait, it returns a [*NoScanError]. timeout is for each request.
func Scan(ctx context.Context, h *http.Client, address string, p Phone, wait, timeout time.Duration) (Scanned, error) {
	if !slices.Contains(Actions, p.Action) {
		return Scanned{}, failure.Usagef(lang.Text{EN: "--action %s: expected scan, confirm, cancel or expire", ZH: "--action %s：应为 scan、confirm、cancel 或 expire"}, p.Action)
	}
	waiting, cancel := context.WithTimeoutCause(ctx, wait, &NoScanError{wait})
	defer cancel()
	for {
		out, err := scanOnce(ctx, h, address, p, timeout)
		if !errors.Is(err, errNoScan) {
			return out, err
		}
		select {
		case <-waiting.Done():
			return Scanned{}, context.Cause(waiting)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// errNoScan means that neither a QR code nor a device is waiting now.
var errNoScan = errors.New("no QR code")

func scanOnce(ctx context.Context, h *http.Client, address string, p Phone, timeout time.Duration) (Scanned, error) {
	in, err := json.Marshal(p)
	if err != nil {
		return Scanned{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/_/scan", bytes.NewReader(in))
	if err != nil {
		return Scanned{}, failure.Usagef(lang.Text{EN: "--emulator %s: %v", ZH: "--emulator %s：%v"}, address, err)
	}
	req.Header.Set("Content-Type", "application/json")
	const step, limit = "scan", 64 << 10
	status, body, err := ask(h, req, step, limit, timeout)
	if err != nil {
		return Scanned{}, err
	}
	var out struct {
		Scanned
		Error string
	}
	err = json.Unmarshal(body, &out)
	switch problem := strings.TrimPrefix(out.Error, "emulator: "); {
	case err != nil || out.Error == "" && status != http.StatusOK:
		return Scanned{}, unreachable(step, req.URL.Host, timeout, errOther)
	case status == http.StatusNotFound && strings.HasPrefix(problem, "no QR code"):
		return Scanned{}, errNoScan
	case status != http.StatusOK:
		return Scanned{}, failure.Usagef(lang.Text{EN: "emulate scan: %s", ZH: "emulate scan：%s"}, problem)
	}
	return out.Scanned, nil
}

// Text says what happened to the code of the QR code or of the device.
func (s Scanned) Text() lang.Text {
	if s.Action == "expire" {
		return lang.Sprintf(lang.Text{EN: "%s: the code has expired", ZH: "%s：代码已过期"}, s.Profile)
	}
	return lang.Sprintf(map[string]lang.Text{
		"scan":    {EN: "%s: scanned by %s", ZH: "%s：%s已扫码"},
		"confirm": {EN: "%s: confirmed by %s", ZH: "%s：%s已确认"},
		"cancel":  {EN: "%s: cancelled by %s", ZH: "%s：%s已取消"},
	}[s.Action], s.Profile, s.User)
}

// Result returns what happened, as the result of the command.
func (s Scanned) Result(l lang.Lang) render.Result {
	return render.Result{Text: s.Text().In(l), Fields: render.Fields{
		{Name: "profile", Value: s.Profile},
		{Name: "action", Value: s.Action},
		{Name: "user", Value: s.User},
		{Name: "subject", Value: s.Subject},
	}}
}
