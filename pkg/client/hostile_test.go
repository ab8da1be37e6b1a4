package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ssoctl/pkg/client"
)

// BenchmarkHostile reads malicious responses of growing size. The time per byte must not
// grow.
func BenchmarkHostile(b *testing.B) {
	p := describedBy(b, acme)
	judge, err := client.NewJudge(p, p.UserInfo)
	if err != nil {
		b.Fatal(err)
	}
	for _, body := range []struct{ name, before, part, after string }{
		{"digits", `{"code":`, "1", "}"},
		{"zeros", `{"code":1`, "0", "e400}"},
		{"message", `{"code":1,"message":"`, "message", `"}`},
		{"backslashes", `{"code":1,"message":"`, `\\`, `"}`},
		{"entities", `{"code":1,"message":"`, "&amp;", `"}`},
		{"percent", `{"code":1,"message":"`, "%2525", `"}`},
		{"objects", `{"code":1,"message":[`, `{"":0},`, `0]}`},
		{"open", ``, "[", ``},
		{"page", "<html>", "<!--", ""},
		{"text", "", "token=", ""},
	} {
		perByte := 0.0
		for _, size := range []int{32 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%dKiB", body.name, size>>10), func(b *testing.B) {
				text := []byte(body.before + strings.Repeat(body.part, size/len(body.part)) + body.after)
				resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}}
				for b.Loop() {
					if got := judge.Judge(b.Context(), client.NewResponse(p.UserInfo, resp, text)); got.Outcome.Success() {
						b.Fatal("the response counts as a success")
					}
				}
				now := float64(b.Elapsed()) / float64(b.N) / float64(size)
				if perByte == 0 {
					perByte = now
				}
				b.ReportMetric(now/perByte, "x-per-byte")
			})
		}
	}
}
