package cmd_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// openWindow plays xdg-open: it opens a window with the address and returns. The
// environment variable BROWSER changes that:
//
//	broken   the browser cannot start
//	stays    it does not return while its window is open
//	deny     the user refuses
//	hostile  another page tries to complete the login before the user does
func openWindow() {
	does := os.Getenv("BROWSER")
	fmt.Println("noise of the browser on stdout")
	fmt.Fprintln(os.Stderr, "noise of the browser on stderr")
	switch {
	case does == "broken":
		os.Exit(3)
	case does == "stays":
		visit(os.Args[1], does)
		time.Sleep(5 * time.Second)
	case os.Getenv("WINDOW") == "":
		window := exec.Command("xdg-open", os.Args[1])
		window.Env = append(os.Environ(), "WINDOW=1")
		window.Stdout, window.Stderr = os.Stdout, os.Stderr // as a real browser's window does
		if err := window.Start(); err != nil {
			os.Exit(4)
		}
	default:
		visit(os.Args[1], does)
		time.Sleep(time.Second) // the window stays open
	}
}

// visit opens the address and acts as the user would; does is the value of BROWSER.
func visit(address, does string) {
	get := func(address string) { fetch(address, io.Discard) }
	u, err := url.Parse(address)
	if err != nil {
		os.Exit(5)
	}
	q := u.Query()
	back := q.Get("redirect_uri") + q.Get("redirectUrl")
	switch does {
	case "deny":
		get(back + "?error=access_denied&error_description=Not+today&state=" + url.QueryEscape(q.Get("state")))
		return
	case "hostile":
		for _, query := range []string{"?code=forged", "?code=forged&state=forged", "?error=access_denied&state=forged", ""} {
			get(back + query)
		}
		get(strings.TrimSuffix(back, "/callback") + "/favicon.ico")
	}
	get(address)
}

// fetch writes the body of the response from an address, and ignores errors.
func fetch(address string, to io.Writer) {
	if resp, err := http.Get(address); err == nil {
		io.Copy(to, resp.Body)
		resp.Body.Close()
	}
}

// serveFiles prints its address, and answers each request for /NAME or a path below it
// with the file NAME in dir. It prints the requests on stderr. The file contains a whole
// response, from the status line on, and may contain
//
//	{request}        the request's query and body
//	{authorization}  the request's Authorization header
//	{0xff} {0xb2bb}  these bytes; the second is 不 in GBK
//	{endless}        a body without end
//	{silence}        at the end: a body that stalls
//
// or consists of {close}, which closes the connection, of {silence}, which sends no
// response, or of {alert}, which sends a TLS alert. With the NAME of a certificate of makecert, it
// serves https.
func serveFiles(dir string, certificate ...string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	scheme := "http"
	for _, name := range certificate {
		pair, err := tls.LoadX509KeyPair(name+".pem", name+"-key.pem")
		if err != nil {
			return err
		}
		scheme, l = "https", tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}})
	}
	fmt.Printf("%s://%s\n", scheme, l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(os.Stderr, r.Method, r.URL.Path)
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		file, err := os.ReadFile(filepath.Join(dir, filepath.Base(name)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		quoted := func(s string) string { return strings.Trim(strconv.Quote(s), `"`) } // for a JSON string
		text := strings.NewReplacer(
			"{request}", quoted(r.URL.RawQuery+string(body)), "{authorization}", quoted(r.Header.Get("Authorization")), "{0xff}", "\xff", "{0xb2bb}", "\xb2\xbb",
		).Replace(strings.TrimSuffix(string(file), "\n"))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		answer(conn, text)
	}))
}

func answer(conn net.Conn, text string) {
	switch text {
	case "{silence}":
		io.Copy(io.Discard, conn)
		return
	case "{close}":
		return
	case "{alert}":
		io.WriteString(conn, "\x15\x03\x01\x00\x02\x02\x46")
		return
	}
	head, body, _ := strings.Cut(text, "\n\n")
	body, stalls := strings.CutSuffix(body, "{silence}")
	before, _, endless := strings.Cut(body, "{endless}")
	fmt.Fprintf(conn, "%s\r\nConnection: close\r\n\r\n%s", strings.ReplaceAll(strings.TrimSpace(head), "\n", "\r\n"), before)
	if stalls {
		io.Copy(io.Discard, conn)
	}
	for endless {
		if _, err := io.WriteString(conn, strings.Repeat("1,", 4096)); err != nil {
			return
		}
	}
}

// within runs a program and returns its exit code, or 99 if it used more memory than
// that many MiB.
func within(mebibytes string, program []string) int {
	c := exec.Command(program[0], program[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if c.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	most, err := strconv.ParseInt(mebibytes, 10, 64)
	if got := peakMemory(c.ProcessState); err != nil || got > most {
		fmt.Fprintf(os.Stderr, "used %d MiB of memory, want at most %s\n", got, mebibytes)
		return 99
	}
	return c.ProcessState.ExitCode()
}
