package login

import (
	"net"
	"time"
)

// OtherLoopback returns the other address of localhost, ::1 or 127.0.0.1 with the port, if hostport
// is one of them and a server listens at the other; otherwise "".
func OtherLoopback(hostport string) string {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !IsLoopback(host) {
		return ""
	}
	other := net.JoinHostPort("127.0.0.1", port)
	if net.ParseIP(host).To4() != nil {
		other = net.JoinHostPort("::1", port)
	}
	const soon = 200 * time.Millisecond // it is on this machine
	conn, err := net.DialTimeout("tcp", other, soon)
	if err != nil {
		return ""
	}
	conn.Close()
	return other
}
