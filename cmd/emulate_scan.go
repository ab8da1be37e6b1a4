package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// scanOptions are the flags of emulate scan.
type scanOptions struct {
	emulator, ready, ca string
	as, action          string
	wait                time.Duration
}

func (r *root) newEmulateScan() *cobra.Command {
	var o scanOptions
	c := &cobra.Command{
		Use: "scan", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error { return r.emulateScan(c, &o) },
	}
	f := c.Flags()
	f.StringVar(&o.as, "as", "", "")
	f.StringVar(&o.action, "action", "confirm", "")
	f.StringVar(&o.emulator, "emulator", "", "")
	f.StringVar(&o.ready, "ready-file", "", "")
	f.StringVar(&o.ca, "tls-ca", "", "")
	spanVar(f, &o.wait, "wait", 10*time.Second)
	return c
}

// noScanError: no QR code appeared within the waiting time.
type noScanError struct{ wait time.Duration }

func (e *noScanError) Error() string { return e.Text().EN }

// Failure returns [failure.Timeout].
func (*noScanError) Failure() failure.Kind { return failure.Timeout }

// Text is the error in both languages.
func (e *noScanError) Text() lang.Text {
	wait := lang.Span(e.wait)
	return lang.Text{EN: "emulate scan: no QR code appeared within " + wait.EN, ZH: "emulate scan：" + wait.ZH + "内没有等到二维码"}
}

// Hint says what to do about the error.
func (*noScanError) Hint() lang.Text {
	return lang.Text{
		EN: "Start the emulator with --approve ask, and open one of its scan pages, for example with ssoctl qrlogin.",
		ZH: "启动模拟器时请加 --approve ask，并打开它的扫码页，例如执行 ssoctl qrlogin。",
	}
}

func (r *root) emulateScan(c *cobra.Command, o *scanOptions) error {
	at, h, err := r.emulatorAt(o)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"scan", "confirm", "cancel", "expire"}, o.action) {
		return usagef(lang.Text{EN: "--action %s: expected scan, confirm, cancel or expire", ZH: "--action %s：应为 scan、confirm、cancel 或 expire"}, o.action)
	}
	ctx, cancel := context.WithTimeoutCause(c.Context(), o.wait, &noScanError{o.wait})
	defer cancel()
	for {
		fields, err := r.scanOnce(c.Context(), h, at, o)
		if !errors.As(err, new(*noScanError)) {
			if err != nil {
				return err
			}
			text := lang.Sprintf(lang.Text{EN: "%s: %s as %s", ZH: "%s：%s，用户 %s"}, fields[0].Value, o.action, fields[2].Value)
			return r.write(c, render.Result{Text: r.in(text), Fields: fields})
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// emulatorAt returns the emulator's address and an HTTP client that trusts it.
func (r *root) emulatorAt(o *scanOptions) (string, *http.Client, error) {
	at := serving{Address: o.emulator, CAFile: o.ca}
	switch base, _ := r.Env("SSOCTL_BASE_URL"); {
	case o.emulator != "" && o.ready != "":
		return "", nil, usagef(lang.Text{EN: "give --emulator or --ready-file, not both", ZH: "--emulator 和 --ready-file 只能给一个"})
	case o.ready != "":
		if err := readServing(o.ready, &at); err != nil {
			return "", nil, err
		}
	case o.emulator == "":
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			return "", nil, usagef(lang.Text{EN: "emulate scan needs --emulator URL, or SSOCTL_BASE_URL as emulate -o env prints it", ZH: "emulate scan 需要 --emulator URL，或 emulate -o env 输出的 SSOCTL_BASE_URL"})
		}
		at.Address = u.Scheme + "://" + u.Host
	}
	where, err := address("--emulator", cmp.Or(at.Local, at.Address), "")
	if err != nil {
		return "", nil, err
	}
	h := *r.HTTP
	if at.CAFile != "" {
		if h.Transport, err = trusting(r.HTTP, at.CAFile); err != nil {
			return "", nil, usagef(lang.Text{EN: "--tls-ca: %v", ZH: "--tls-ca：%v"}, err)
		}
	}
	return where, &h, nil
}

// scanOnce makes one scan request to the emulator. The error is a *noScanError if no QR
// code is waiting.
func (r *root) scanOnce(ctx context.Context, h *http.Client, at string, o *scanOptions) (render.Fields, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	in, err := json.Marshal(map[string]string{"profile": r.profile, "as": o.as, "action": o.action})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at+"/_/scan", bytes.NewReader(in))
	if err != nil {
		return nil, usagef(lang.Text{EN: "--emulator %s: %v", ZH: "--emulator %s：%v"}, at, err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := h.Do(req)
	if err != nil {
		return nil, &client.NetworkError{Profile: "emulate", Step: "scan", Host: req.URL.Host, Err: err, Timeout: r.timeout}
	}
	defer resp.Body.Close()
	var out struct{ Profile, Action, User, Subject, Error string }
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(body, &out)
	}
	switch problem := strings.TrimPrefix(out.Error, "emulator: "); {
	case err != nil || out.Error == "" && resp.StatusCode != http.StatusOK:
		return nil, &client.NetworkError{Profile: "emulate", Step: "scan", Host: req.URL.Host, Err: errors.New("the server there is not an emulator"), Timeout: r.timeout}
	case resp.StatusCode == http.StatusNotFound && strings.HasPrefix(problem, "no QR code"):
		return nil, &noScanError{o.wait}
	case resp.StatusCode != http.StatusOK:
		return nil, usagef(lang.Text{EN: "emulate scan: %s", ZH: "emulate scan：%s"}, problem)
	}
	return render.Fields{
		{Name: "profile", Value: out.Profile},
		{Name: "action", Value: out.Action},
		{Name: "user", Value: out.User},
		{Name: "subject", Value: out.Subject},
	}, nil
}
