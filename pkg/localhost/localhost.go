// Package localhost is about the addresses of this machine that no other machine reaches: [Is]
// recognises one, and [Other] finds a server at the other one.
package localhost

import (
	"net"
	"strings"
)

// Is reports whether only this machine can reach the host: localhost or a loopback address.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
