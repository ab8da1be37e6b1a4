package cmd

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

func (r *root) newHealthcheck() *cobra.Command {
	var ready, ca string
	c := &cobra.Command{
		Use: "healthcheck [URL]", Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			at := serving{CAFile: ca}
			switch {
			case len(args) == 1 && ready != "":
				return usagef(lang.Text{EN: "give a URL or --ready-file, not both", ZH: "URL 和 --ready-file 只能给一个"})
			case len(args) == 1:
				at.Address = args[0]
			case ready == "":
				return usagef(lang.Text{EN: "healthcheck needs a URL or --ready-file FILE", ZH: "healthcheck 需要 URL 或 --ready-file FILE"})
			default:
				if err := readServing(ready, &at); err != nil {
					return err
				}
			}
			return r.healthcheck(c, at)
		},
	}
	c.Flags().StringVar(&ready, "ready-file", "", "")
	c.Flags().StringVar(&ca, "tls-ca", "", "")
	return c
}

// unhealthy returns the error for an emulator that does not respond, or for another server
// at its address.
func unhealthy(u *url.URL, timeout time.Duration, err error) error {
	return &client.NetworkError{Profile: "emulate", Step: "healthcheck", Host: u.Host, Err: err, Timeout: timeout}
}

// readServing reads a ready file. A missing file means that no emulator is running.
func readServing(path string, at *serving) error {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, at)
	}
	if err != nil {
		return unhealthy(&url.URL{Host: path}, 0, withoutPath(err))
	}
	return nil
}

func (r *root) healthcheck(c *cobra.Command, at serving) error {
	where, err := address("URL", cmp.Or(at.Local, at.Address), "")
	if err != nil {
		return err
	}
	u, err := url.Parse(where + "/_/health")
	if err != nil {
		return usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, where, err)
	}
	h := *r.HTTP
	if at.CAFile != "" {
		if h.Transport, err = trusting(r.HTTP, at.CAFile); err != nil {
			return usagef(lang.Text{EN: "--tls-ca: %v", ZH: "--tls-ca：%v"}, err)
		}
	}
	timeout := min(r.timeout, 5*time.Second)
	ctx, cancel := context.WithTimeout(c.Context(), timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	resp, err := h.Do(req)
	if err != nil {
		return unhealthy(u, timeout, err)
	}
	defer resp.Body.Close()
	var health struct {
		Status string `json:"status"`
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	if err == nil && (json.Unmarshal(body, &health) != nil || health.Status != "ok") {
		err = errors.New("the server there is not an emulator")
	}
	if err != nil {
		return unhealthy(u, timeout, err)
	}
	return r.write(c, render.Result{Text: "ok", Fields: render.Fields{{Name: "status", Value: "ok"}, {Name: "address", Value: where}}})
}

// trusting returns the client's transport, changed to trust only the CA in caFile.
func trusting(h *http.Client, caFile string) (http.RoundTripper, error) {
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, caFile, withoutPath(err))
	}
	base, ok := transportOf(h).(*http.Transport)
	if !ok {
		return nil, errors.New("this HTTP client's transport cannot be configured")
	}
	t := base.Clone()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usagef(lang.Text{EN: "%s: no PEM certificate in this file", ZH: "%s：文件里没有 PEM 证书"}, caFile)
	}
	t.TLSClientConfig = &tls.Config{RootCAs: pool}
	return t, nil
}

func transportOf(c *http.Client) http.RoundTripper {
	if c.Transport != nil {
		return c.Transport
	}
	return http.DefaultTransport
}
