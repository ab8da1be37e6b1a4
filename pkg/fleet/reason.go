package fleet

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/gomodule/redigo/redis"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// errPlain means that a server that should use TLS answers without it.
var errPlain = errors.New("the server does not speak TLS")

// reasonOf says why the server cannot be used, in words that do not contain an address, a
// user or a password.
func reasonOf(err error) lang.Text {
	var reply redis.Error
	var op *net.OpError
	var name *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var timeout net.Error
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &reply):
		return replied(reply)
	case errors.Is(err, errPlain), errors.As(err, &plain):
		return lang.Text{EN: "it does not speak TLS", ZH: "它不支持 TLS"}
	case errors.As(err, &name):
		return lang.Text{EN: "no such host", ZH: "找不到该主机"}
	case errors.As(err, &untrusted):
		return lang.Of(untrusted.Err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return lang.Text{EN: "no response within a second", ZH: "1 秒内没有响应"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return lang.Text{EN: "it closed the connection", ZH: "对方关闭了连接"}
	case errors.As(err, &op):
		var call *os.SyscallError
		if errors.As(op.Err, &call) {
			return lang.Of(call.Err)
		}
		return lang.Of(op.Err)
	}
	return foreign // without err: it may quote a reply that repeats what was sent
}

var foreign = lang.Text{EN: "it does not answer like Redis", ZH: "它的响应不是 Redis 的格式"}

// codeOf returns the first word of an error that the server answered with; "" for any other error.
// The rest of the text may repeat what was sent.
func codeOf(err error) string {
	reply, _ := errors.AsType[redis.Error](err)
	code, _, _ := strings.Cut(string(reply), " ")
	return code
}

// replied says what the server's error means.
func replied(reply redis.Error) lang.Text {
	code := codeOf(reply)
	switch code {
	case "READONLY":
		return lang.Text{EN: "it is a read-only replica", ZH: "它是只读副本"}
	case "OOM":
		return lang.Text{EN: "it is full (maxmemory)", ZH: "它的内存已满（maxmemory）"}
	case "NOPERM":
		return lacksRight
	case "NOAUTH", "WRONGPASS":
		return lang.Text{EN: "it refuses the user or the password", ZH: "它不接受该用户或密码"}
	case "LOADING":
		return lang.Text{EN: "it is starting", ZH: "它正在启动"}
	case "MOVED", "CLUSTERDOWN":
		return lang.Text{EN: "it is a cluster, which ssoctl does not support", ZH: "它是集群，ssoctl 不支持"}
	}
	switch {
	case strings.HasPrefix(string(reply), "ERR max number of clients reached"):
		return lang.Text{EN: "it has too many connections (maxclients)", ZH: "它的连接数已满（maxclients）"}
	case strings.HasPrefix(string(reply), "ERR The user executing the script can't run"), // Redis 7.0
		strings.HasPrefix(string(reply), "ERR ACL failure in script"): // later
		return lacksRight
	}
	return lang.Sprintf(lang.Text{EN: "it answered %s", ZH: "它返回了 %s"}, printable.Text(code))
}

var lacksRight = lang.Text{EN: "its user lacks a right that ssoctl needs", ZH: "它的用户缺少 ssoctl 需要的权限"}
