package client_test

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ssoctl/pkg/client"
	"ssoctl/pkg/secret"
)

// TestNoSecretInErrors checks that no error contains a secret, even if the vendor echoes
// it in any encoding, anywhere in a response.
func TestNoSecretInErrors(t *testing.T) {
	const verifier, app, refresh = "verifier~0123456789-0123456789-0123456789-01", "app/token+0001==", "refresh/token+0001=="
	basic := url.QueryEscape(clientSecret) // what HTTP Basic encodes (RFC 6749 §2.3.1)
	calls := map[string]struct {
		run     func(c *client.Client) error
		secrets []string
	}{
		"exchange": {func(c *client.Client) error {
			_, err := c.Exchange(t.Context(), given("code_verifier", verifier))
			return err
		}, []string{clientSecret, code, verifier, basic}},
		"token":   {func(c *client.Client) error { _, err := c.AppToken(t.Context()); return err }, []string{clientSecret}},
		"refresh": {func(c *client.Client) error { _, err := c.Refresh(t.Context(), secret.New(refresh)); return err }, []string{refresh}},
		"userinfo": {func(c *client.Client) error {
			_, err := c.UserInfo(t.Context(), given("app_token", app), false)
			return err
		}, []string{code, app}},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var answer http.HandlerFunc
			server := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
			var echo string
			address := listen(t, func(c net.Conn, _ *bufio.Reader, _ string) { _, _ = io.WriteString(c, echo+"\r\n\r\n") })
			c, raw := newClient(t, server.URL), newClient(t, address)
			for _, s := range call.secrets {
				for _, written := range waysToWrite(s) {
					for place, handler := range places(t, written) {
						answer = handler
						checkSecretFree(t, place, call.run(c), call.secrets)
					}
					echo = "HTTP/1.1 " + written
					checkSecretFree(t, "in a status line", call.run(raw), call.secrets)
				}
			}
		})
	}
}

func waysToWrite(s string) []string {
	return []string{
		s, url.QueryEscape(s), url.PathEscape(s), strings.NewReplacer("%2F", "%2f", "%2B", "%2b", "%3D", "%3d").Replace(url.QueryEscape(s)),
		base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)),
		base64.StdEncoding.EncodeToString([]byte("id:" + s + "!")), hex.EncodeToString([]byte(s)),
	}
}

// places returns responses that contain the text and fail in different ways.
func places(t *testing.T, text string) map[string]http.HandlerFunc {
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	header := func(status int, name, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(name, value)
			says(status, w.Header().Get("Content-Type"), "<html>")(w, r)
		}
	}
	out := map[string]http.HandlerFunc{
		"as the code":            says(200, "", fmt.Sprintf(`{"code":%s}`, b)),
		"in a message":           says(400, "", fmt.Sprintf(`{"code":99,"message":"no such code: %s"}`, strings.Trim(string(b), `"`))),
		"as the message":         says(500, "", fmt.Sprintf(`{"code":99,"message":%s,"trace":%s}`, b, b)),
		"as an object":           says(200, "", fmt.Sprintf(`{"code":99,"message":{"sent":[%s]}}`, b)),
		"in HTML":                says(200, "text/html", "<html>"+text),
		"in other JSON":          says(200, "", fmt.Sprintf(`{"sent":%s}`, b)),
		"in truncated JSON":      says(200, "", fmt.Sprintf(`{"sent":%s,`, b)),
		"beside a missing field": says(200, "", fmt.Sprintf(`{"code":0,"sent":%s}`, b)),
		"in a challenge":         header(401, "WWW-Authenticate", fmt.Sprintf(`Bearer error="%s", error_description="%s"`, text, text)),
		"in a redirect's query":  header(302, "Location", "/login?sent="+url.QueryEscape(text)),
		"in a redirect's path":   header(302, "Location", "/login/"+text),
		"in the media type":      header(200, "Content-Type", "text/html; x=\""+text+"\""),
	}
	// Truncation must not leave half of a secret.
	for n := range 6 {
		out[fmt.Sprintf("at the truncation limit, %d", n)] = says(200, "", "<"+strings.Repeat("-", 78-13*n)+text)
	}
	return out
}

// checkSecretFree checks that an error contains no secret, and no half of one, in any
// encoding.
func checkSecretFree(t *testing.T, place string, err error, secrets []string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", place)
		return
	}
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		for _, s := range secrets {
			for _, written := range waysToWrite(s) {
				for _, part := range []string{written, written[:len(written)/2], written[len(written)/2:]} {
					if strings.Contains(text, part) {
						t.Errorf("%s: %q shows %q", place, text, part)
						return
					}
				}
			}
		}
	}
}

// TestNoTokenInErrors checks that errors hide tokens in responses that cannot be read.
func TestNoTokenInErrors(t *testing.T) {
	const token = "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"
	for _, body := range []string{
		`{"code":0,"accessToken":"` + token + `"}`, `{"code":0,"data":"` + token + `"}`, `{"access_token":"` + token, `{"access_token" : "short"}`,
		"access_token=" + token + "&scope=&token_type=bearer", "access_token=short&scope=", token, `"` + token + `"`, "<token>" + token + "</token>",
		`{"code":0,"body":"{\"access_token\":\"short\"}"}`,
	} {
		_, err := newClient(t, serve(t, says(200, "", body)).URL).AppToken(t.Context())
		if err == nil || strings.Contains(err.Error(), token[:16]) || strings.Contains(err.Error(), "short") {
			t.Errorf("%s: %v", body, err)
		}
	}
	const words = `{"error_description":"the application is not enabled here","status":"unavailable","code":20010}`
	_, err := newClient(t, serve(t, says(200, "", strings.Replace(words, "code", "id", 1))).URL, `code    = ".code?"`, "", `message = ".message?"`, "").AppToken(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the application is not enabled here") {
		t.Errorf("text that is not a token was hidden: %v", err)
	}
}

// TestReceivedSecrets checks that received secrets are masked in later texts.
func TestReceivedSecrets(t *testing.T) {
	c := newClient(t, serve(t, says(200, "", `{"code":0,"access_token":"access-0001","refresh_token":"refresh-0001","id_token":"id-token-0001"}`)).URL)
	if _, err := c.Exchange(t.Context(), given()); err != nil {
		t.Fatal(err)
	}
	got := c.Scrubber().Scrub("access-0001 refresh-0001 id-token-0001 " + code + " " + clientSecret + " rest")
	if want := strings.Repeat(secret.Redacted+" ", 5) + "rest"; got != want {
		t.Errorf("%q", got)
	}
}
