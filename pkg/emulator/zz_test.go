package emulator_test
import ("testing";"net/http/httptest";"net/http";"strings";"ssoctl/pkg/emulator";"io";"crypto/rand";"time";"net";"fmt")
func BenchmarkZ(b *testing.B) {
	w := start(b, builtins(b)...)
	e, _ := emulator.New(emulator.Options{Profiles: w.profiles, Address: w.address, Now: time.Now, Rand: rand.Reader})
	for _, p := range w.profiles {
		if p.Name != "oauth2" { continue }
		c := w.party(b, p)
		q := c.build(p.Token)
		body := string(q.body)
		b.Run("direct", func(b *testing.B) { b.ReportAllocs()
			for range b.N {
				r := httptest.NewRequest(q.Method, q.URL.String(), strings.NewReader(body))
				r.Header = q.Header
				rec := httptest.NewRecorder()
				e.ServeHTTP(rec, r)
				if rec.Code != 200 { b.Fatal(rec.Body) }
			}
		})
		b.Run("nothing", func(b *testing.B) { b.ReportAllocs()
			for range b.N {
				r := httptest.NewRequest(q.Method, q.URL.String(), strings.NewReader(body))
				r.Header = q.Header
				rec := httptest.NewRecorder()
				io.ReadAll(r.Body)
				rec.WriteString(`{"access_token":"emulated_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","token_type":"Bearer","expires_in":3600}`)
			}
		})
		for name, h := range map[string]http.Handler{"emu": e, "bare": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			h := w.Header(); h.Set("Content-Type", "application/json;charset=utf-8"); h.Set("Cache-Control","no-store"); h.Set("X-Content-Type-Options","nosniff")
			io.WriteString(w, `{"access_token":"emulated_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","token_type":"Bearer","expires_in":3600}`)})} {
			b.Run("http-"+name, func(b *testing.B) {
				s := httptest.NewServer(h); defer s.Close()
				raw := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s", q.URL.Path, q.Header.Get("Authorization"), len(body), body)
				conn, _ := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
				buf := make([]byte, 4096)
				b.ResetTimer()
				for range b.N {
					io.WriteString(conn, raw)
					n, err := conn.Read(buf)
					if err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 200") { b.Fatal(string(buf[:n]), err) }
				}
				conn.Close()
			})
		}
	}
}
