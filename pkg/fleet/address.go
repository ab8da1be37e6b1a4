package fleet

import (
	"cmp"
	"net"
	"net/url"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Address is the address of a server.
type Address struct {
	Password secret.String // "" if there is none

	shown   string // without user and password
	network string // tcp or unix
	host    string // HOST:PORT, or the path of a socket
	tls     bool
	user    string
	db      int
}

// String returns the address without user and password.
func (a Address) String() string { return a.shown }

// ErrAddress does not quote the address, which may contain a password.
var ErrAddress = lang.Errorf(lang.Text{
	EN: "expected redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], the same with rediss (TLS), or unix:///PATH",
	ZH: "应为 redis://[用户:密码@]主机[:端口][/数据库]，用 TLS 时为 rediss，或 unix:///路径",
})

// Parse reads an address. valkey and valkeys mean the same as redis and rediss.
func Parse(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return Address{}, ErrAddress
	}
	password, _ := u.User.Password()
	a := Address{user: u.User.Username(), Password: secret.New(password), network: "tcp"}
	switch u.Scheme {
	case "unix":
		if u.Host != "" || len(u.Path) < 2 {
			return Address{}, ErrAddress
		}
		a.network, a.host, a.shown = "unix", u.Path, "unix://"+u.Path
		return a, nil
	case "redis", "valkey":
	case "rediss", "valkeys":
		a.tls = true
	default:
		return Address{}, ErrAddress
	}
	if u.Hostname() == "" {
		return Address{}, ErrAddress
	}
	a.host = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "6379"))
	a.shown = u.Scheme + "://" + a.host
	if db := strings.TrimPrefix(u.Path, "/"); db != "" {
		n, err := strconv.ParseUint(db, 10, 16)
		if err != nil {
			return Address{}, ErrAddress
		}
		a.db = int(n)
		a.shown += "/" + strconv.Itoa(a.db)
	}
	return a, nil
}
