package localhost

import (
	"net"
	"time"
)

// Other returns [::1] with the port of hostport if hostport is an IPv4 loopback address,
// and 127.0.0.1 with that port for ::1 or localhost. It returns "" if no server listens there, or if
// hostport is not a loopback address.
func Other(hostport string) string {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || !Is(host) {
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
