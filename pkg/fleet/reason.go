package fleet

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

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
	case errors.Is(err, redis.Nil), errors.Is(err, errForeign):
		return foreign
	case errors.As(err, &reply):
		return replied(err, reply.Error())
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
	if errors.As(err, &plain) {
		return lang.Of(plain)
	}
	return foreign // the library's error quotes the reply, which may repeat what was sent
}

var foreign = lang.Text{EN: "it does not answer as a Redis does", ZH: "它的响应不是 Redis 的格式"}

// replied says what the server's error means.
func replied(err error, text string) lang.Text {
	switch {
	case redis.IsReadOnlyError(err):
		return lang.Text{EN: "it is a read-only replica", ZH: "它是只读副本"}
	case redis.IsOOMError(err):
		return lang.Text{EN: "it is full (maxmemory)", ZH: "它的内存已满（maxmemory）"}
	case redis.IsPermissionError(err):
		return lang.Text{EN: "its user lacks a right that ssoctl needs", ZH: "它的用户缺少 ssoctl 需要的权限"}
	case redis.IsAuthError(err):
		return lang.Text{EN: "it refuses the user or the password", ZH: "它不接受该用户或密码"}
	case redis.IsMaxClientsError(err):
		return lang.Text{EN: "it has too many connections (maxclients)", ZH: "它的连接数已满（maxclients）"}
	case redis.IsLoadingError(err):
		return lang.Text{EN: "it is starting", ZH: "它正在启动"}
	}
	if _, moved := redis.IsMovedError(err); moved {
		return lang.Text{EN: "it is a cluster, which ssoctl does not support", ZH: "它是集群，ssoctl 不支持"}
	}
	code, _, _ := strings.Cut(text, " ") // the rest may repeat what was sent
	return lang.Sprintf(lang.Text{EN: "it answers %s", ZH: "它回应 %s"}, printable.Text(code))
}
