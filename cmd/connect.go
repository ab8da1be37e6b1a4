package cmd

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/spf13/pflag"

	"ssoctl/pkg/transport"
)

// connection is how to connect to servers. It implements [curlscript.Proxies] and
// [doctor.Proxies].
type connection struct {
	options transport.Options // the flags
	client  *http.Client
	env     func(string) (string, bool)
	out     *printer
}

func (n *connection) flags(f *pflag.FlagSet) {
	f.StringVar(&n.options.Proxy, "proxy", "", "")
	f.StringVar(&n.options.CACert, "ca-cert", "", "")
	f.StringVar(&n.options.ClientCert, "client-cert", "", "")
	f.StringVar(&n.options.ClientKey, "client-key", "", "")
	f.BoolVar(&n.options.Insecure, "insecure", false, "")
}

// prepare applies the flags to the HTTP client.
func (n *connection) prepare(ctx context.Context) error {
	client, err := n.options.Client(ctx, n.client, n.out.warn)
	if err != nil {
		return err
	}
	n.client = client
	if key := cmp.Or(n.options.ClientKey, n.options.ClientCert); key != "" {
		n.out.warnOfOpenFile(key)
	}
	return nil
}

// Proxy returns the proxy that a request to the host goes through, and the flag or
// variable that names it; nil if there is none.
func (n *connection) Proxy(scheme, host string) (proxy *url.URL, by string) {
	proxy = transport.Proxy(n.client, scheme, host)
	switch {
	case proxy == nil:
		return nil, ""
	case n.options.Proxy != "":
		return proxy, "--proxy"
	}
	return proxy, transport.ProxyVariable(scheme, n.env)
}
