package login_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/login"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// server answers the requests of a login on another device: the first with start, each poll
// with the next of polls. "" is a connection that fails. The text before a "|" is the header
// Retry-After.
type server struct {
	start string
	polls []string
	began time.Time
	at    []time.Duration // of the polls
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	body, status, header := s.start, http.StatusOK, http.Header{"Content-Type": {"application/json"}}
	switch {
	case strings.HasSuffix(r.URL.Path, "/user"):
		body = `{"sub":"7"}`
	case strings.HasSuffix(r.URL.Path, "/token"):
		s.at = append(s.at, time.Since(s.began))
		body = s.polls[min(len(s.at), len(s.polls))-1]
		if body == "" {
			return nil, errors.New("connection refused")
		}
		if after, rest, is := strings.Cut(body, "|"); is {
			body = rest
			header.Set("Retry-After", after)
		}
		if strings.Contains(body, "error") {
			status = http.StatusBadRequest
		}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// silent is a view that nobody sees.
type silent struct{}

func (silent) Show(client.Device, time.Time)  {}
func (silent) Retry(error, time.Duration)     {}
func refusedWith(code string) (answer string) { return `{"error":"` + code + `"}` }

// TestDevicePolls: the times of the polls, and how the login ends (RFC 8628 §3.5).
func TestDevicePolls(t *testing.T) {
	const code = `"device_code":"dev-0123456789","user_code":"AB","verification_uri":"https://op.example/device"`
	pending, token := refusedWith("authorization_pending"), `{"access_token":"tok-0123456789","token_type":"Bearer"}`
	for name, test := range map[string]struct {
		start string
		polls []string
		want  []int // seconds
		ends  failure.Kind
	}{
		"usual":                {`,"expires_in":600`, []string{pending, pending, token}, []int{5, 10, 15}, 0},
		"its interval":         {`,"expires_in":600,"interval":2`, []string{pending, token}, []int{2, 4}, 0},
		"zero":                 {`,"expires_in":600,"interval":0`, []string{token}, []int{5}, 0},
		"negative":             {`,"expires_in":600,"interval":-3`, []string{token}, []int{5}, 0},
		"a string":             {`,"expires_in":600,"interval":"soon"`, []string{token}, []int{5}, 0},
		"huge":                 {`,"expires_in":600,"interval":1e300`, []string{pending}, []int{}, failure.Timeout},
		"slow_down":            {`,"expires_in":600`, []string{refusedWith("slow_down"), pending, refusedWith("slow_down"), token}, []int{5, 15, 25, 40}, 0},
		"connection":           {`,"expires_in":600`, []string{"", pending, "", token}, []int{5, 15, 25, 45}, 0},
		"connection to end":    {`,"expires_in":60`, []string{""}, []int{5, 15, 35}, failure.Network},
		"denied":               {`,"expires_in":600`, []string{pending, refusedWith("access_denied")}, []int{5, 10}, failure.Callback},
		"expired by the code":  {`,"expires_in":600`, []string{refusedWith("expired_token")}, []int{5}, failure.Callback},
		"expired by the clock": {`,"expires_in":12`, []string{pending}, []int{5, 10}, failure.Callback},
		"no expires_in":        {``, []string{pending}, []int{5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100}, failure.Timeout},
		"Retry-After":          {`,"expires_in":600`, []string{"30|" + pending, pending, "1|" + pending, token}, []int{5, 35, 40, 45}, 0},
		"slow_down for longer": {`,"expires_in":600`, []string{"30|" + refusedWith("slow_down"), token}, []int{5, 35}, 0},
		"busy for longer":      {`,"expires_in":600`, []string{"30|" + refusedWith("temporarily_unavailable"), pending, token}, []int{5, 35, 45}, 0},
		"until it expires":     {`,"expires_in":60`, []string{"3600|" + pending}, []int{5}, failure.Callback},
		"until --wait is over": {`,"expires_in":600`, []string{"31536000|" + pending}, []int{5}, failure.Timeout},
		"refused":              {`,"expires_in":600`, []string{refusedWith("invalid_client")}, []int{5}, failure.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{start: "{" + code + test.start + "}", polls: test.polls, began: time.Now()}
				p, err := profile.Load("oauth2", profile.Sources{Builtin: profiles.FS})
				if err != nil {
					t.Fatal(err)
				}
				for input, value := range map[string]string{
					"client_id": "c", "device_url": "https://op.example/device_authorization", "token_url": "https://op.example/token",
					"userinfo_url": "https://op.example/user", "authorize_url": "https://op.example/a",
				} {
					if err := p.Set(input, value, profile.Origin{From: "flag"}); err != nil {
						t.Fatal(err)
					}
				}
				cl := client.New(p, client.Deps{HTTP: &http.Client{Transport: s}, Now: time.Now})
				got, err := login.Device{Client: cl, Wait: 102 * time.Second, Now: time.Now, View: silent{}}.Run(t.Context())
				if ends := failure.Of(err); err != nil && ends != test.ends || err == nil && test.ends != 0 {
					t.Errorf("ended with %v, want the kind %v", err, test.ends)
				}
				if err == nil && got.User.Subject != "7" {
					t.Errorf("the user is %+v", got.User)
				}
				at := []int{}
				for _, d := range s.at {
					at = append(at, int(d.Seconds()))
				}
				if diff := cmp.Diff(test.want, at); diff != "" {
					t.Errorf("polled at (-want +got):\n%s", diff)
				}
			})
		})
	}
}
