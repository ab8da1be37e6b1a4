package outcome_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/child"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/outcome"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
)

// served returns an emulator whose token endpoint has received requests with these bodies.
func served(t *testing.T, bodies ...string) *emulator.Emulator {
	t.Helper()
	var profiles []*profile.Profile
	for _, p := range profiletest.Builtin(t) {
		if p.Name == "oauth2" {
			profiles = append(profiles, p)
		}
	}
	emu, err := emulator.New(emulator.Options{Profiles: profiles, Address: "http://127.0.0.1", Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	in := emu.Inputs("oauth2")
	id, _ := in.Text("client_id")
	secret, _ := in.Text("client_secret")
	for _, body := range bodies {
		r := httptest.NewRequest(http.MethodPost, "/oauth2/token", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(id, secret)
		emu.ServeHTTP(httptest.NewRecorder(), r)
	}
	return emu
}

// TestError checks the error and hint of runs. The most informative request is last.
func TestError(t *testing.T) {
	const (
		token     = "grant_type=client_credentials"
		exchange  = "grant_type=authorization_code&code=unknown&redirect_uri=http://127.0.0.1:0/callback"
		accepted  = "  POST /oauth2/token 200 token"
		refused   = "  POST /oauth2/token 400 exchange refused: invalid_grant invalid_code: form.code: this code was not issued here"
		counts    = "Only accepted requests count. -v shows every request."
		variables = "The addresses are in environment variables such as SSOCTL_BASE_URL and SSOCTL_TOKEN_URL. For programs that read another variable: --env NAME=INPUT"
		trust     = "Clients have to trust the emulator's CA, which is in SSL_CERT_FILE. For programs that read another variable: --env NODE_EXTRA_CA_CERTS=ca_file"
		handshake = "http: TLS handshake error from 127.0.0.1:1: EOF"
	)
	type said struct {
		Text, Hint string
		Exit       int
	}
	failed := &child.ExitError{Program: "sh", Code: 3}
	for name, test := range map[string]struct {
		sent, asserts, connections []string
		err                        error
		want                       said
	}{
		"all well":        {sent: []string{token}, asserts: []string{"token", "exchange:0"}},
		"was not started": {err: context.Canceled, asserts: []string{"token"}, want: said{"context canceled", "", 130}},
		"failed":          {err: failed, want: said{"sh failed with exit code 3; the emulator received no request", variables, 3}},
		"failed without trust": {
			err: failed, asserts: []string{"token"}, connections: []string{handshake},
			want: said{"--assert token: expected at least 1 accepted, got 0\n" + handshake + "\nsh failed with exit code 3; the emulator received no request", trust, 3},
		},
		"failed after a refusal": {
			err: failed, sent: []string{exchange, token}, asserts: []string{"exchange", "userinfo", "token"},
			want: said{
				"--assert userinfo: expected at least 1 accepted, got 0\n--assert exchange: expected at least 1 accepted, got 0\n" +
					"sh failed with exit code 3; the emulator refused 1 of 2 requests:\n" + refused, "", 3,
			},
		},
		"succeeded without a request": {
			asserts: []string{"token", "token"}, want: said{"--assert token: expected at least 1 accepted, got 0: there was no request", variables, 10},
		},
		"succeeded without trust": {
			asserts: []string{"token"}, connections: []string{handshake},
			want: said{"--assert token: expected at least 1 accepted, got 0: there was no request\n" + handshake, trust, 10},
		},
		"succeeded after a refusal": {
			sent: []string{exchange, token}, asserts: []string{"exchange:1", "userinfo"},
			want: said{
				"--assert userinfo: expected at least 1 accepted, got 0. Nearest requests:\n" + refused + "\n" + accepted + "\n" +
					"--assert exchange:1: expected 1 accepted, got 0. Nearest requests:\n" + accepted + "\n" + refused, counts, 10,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			run, err := outcome.Expect(served(t, test.sent...), test.asserts)
			if err != nil {
				t.Fatal(err)
			}
			var got said
			if err := run.Error(test.err, test.connections); err != nil {
				got.Text, got.Exit = err.Error(), int(failure.Of(err))
				if e := (*outcome.Error)(nil); errors.As(err, &e) {
					got.Hint = e.Hint().EN
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
