// Package remote sends requests to an emulator that runs in another process. [Read] reads the
// emulator's ready file. [Reach] returns its address and an HTTP client that trusts its
// certificate. [Health] checks that it works. [Scan] plays the phone that scans a QR code.
package remote

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// errOther means that the response does not come from an emulator.
var errOther = errors.New("the server there is not an emulator")

// unreachable returns the error of a request to an emulator that does not respond as an
// emulator does.
func unreachable(step profile.StepName, host string, timeout time.Duration, err error) error {
	return &client.NetworkError{Profile: "emulate", Step: step, Host: host, Err: err, Timeout: timeout}
}

// Reach returns the address of an emulator, and an HTTP client that trusts its certificate.
// An error about the address begins with what, such as a flag.
func Reach(h *http.Client, ready emulator.Ready, what string) (string, *http.Client, error) {
	at, err := emulator.ParseAddress(what, cmp.Or(ready.Local, ready.Address))
	if err != nil {
		return "", nil, err
	}
	h, err = trusting(h, ready.CAFile)
	return at, h, err
}

// Read reads a ready file into into. Members that the file lacks keep their values. If the
// file cannot be read, no emulator is running, and the error is a [*client.NetworkError].
func Read(file string, into *emulator.Ready) error {
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return unreachable("healthcheck", file, 0, failure.WithoutPath(err))
	}
	return nil
}

// trusting returns a copy of h that trusts only the CA certificates in caFile. If caFile is
// "", it returns h.
func trusting(h *http.Client, caFile string) (*http.Client, error) {
	if caFile == "" {
		return h, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, failure.Usagef(lang.Text{EN: "--tls-ca: %s: %v", ZH: "--tls-ca：%s：%v"}, caFile, failure.WithoutPath(err))
	}
	base, ok := cmp.Or(h.Transport, http.DefaultTransport).(*http.Transport)
	if !ok {
		return nil, failure.Usagef(lang.Text{EN: "--tls-ca: this HTTP client's transport cannot be configured", ZH: "--tls-ca：这个 HTTP 客户端的传输层无法配置"})
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, failure.Usagef(lang.Text{EN: "--tls-ca: %s: no PEM certificate in this file", ZH: "--tls-ca：%s：文件里没有 PEM 证书"}, caFile)
	}
	t := base.Clone()
	t.TLSClientConfig = &tls.Config{RootCAs: pool}
	out := *h
	out.Transport = t
	return &out, nil
}

// ask sends a request and reads at most limit bytes of the response.
func ask(h *http.Client, req *http.Request, step profile.StepName, limit int64, timeout time.Duration) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	resp, err := h.Do(req.WithContext(ctx))
	if err != nil {
		return 0, nil, unreachable(step, req.URL.Host, timeout, err)
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(resp.Body, limit)); err != nil {
		return 0, nil, unreachable(step, req.URL.Host, timeout, err)
	}
	return resp.StatusCode, body, nil
}
