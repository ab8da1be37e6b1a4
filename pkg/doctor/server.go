package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/localhost"
	"ssoctl/pkg/profile"
)

// minLifetime is the remaining lifetime below which a certificate gets a warning.
const minLifetime = 14 * 24 * time.Hour

// servers sends an empty request to each step's address, once per method and address. It
// reports the connection to each host once.
func (d Doctor) servers(ctx context.Context) []Finding {
	var found []Finding
	hosts := map[string]bool{} // by scheme and host: whether it could be reached
	var sent []string          // methods and addresses
	authorize := d.profile().Authorize
	steps := slices.DeleteFunc(d.profile().Requests(), func(s *profile.Step) bool { return s == authorize })
	if authorize != nil {
		steps = append(steps, authorize) // last, to check its host unless another step has it
	}
	for _, s := range steps {
		address, known := d.addressOf(s)
		if reached, tried := hosts[address]; !known || tried && (!reached || s == authorize) {
			continue
		}
		p, err := d.Client.Probe(ctx, s)
		if errors.Is(err, client.ErrNoProbe) || ctx.Err() != nil {
			continue // no result
		}
		if errors.As(err, new(*profile.Error)) { // the address is invalid, although all its inputs have values
			found = append(found, d.noAddress(s, err))
			hosts[address] = false
			continue
		}
		if _, tried := hosts[address]; !tried {
			found = append(found, d.reach(p, err)...)
		}
		hosts[address] = !errors.As(err, new(*client.NetworkError))
		call := p.Method + " " + p.Address.String()
		if hosts[address] && s != authorize && !slices.Contains(sent, call) {
			sent = append(sent, call)
			found = append(found, d.answer(s, p, err))
		}
	}
	return found
}

// addressOf returns the scheme and host of a step's address. known is false if an input is
// missing or invalid, which inputs reports.
func (d Doctor) addressOf(s *profile.Step) (address string, known bool) {
	values, err := d.profile().Values(s.URL.Placeholders(), d.Refs)
	if err != nil {
		return "", false
	}
	text, _ := s.URL.ExpandAddress(values.Text)
	scheme, rest, _ := strings.Cut(text, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return scheme + "://" + host, true
}

// noAddress reports that a step's address is invalid.
func (d Doctor) noAddress(s *profile.Step, err error) Finding {
	f := Finding{Check: string(s.Name), Status: Fail, What: lang.Of(err), Err: err}
	for _, name := range d.profile().AddressInputsInUse(s) {
		value, from := d.profile().Shown(name)
		f.Do = lang.Sprintf(lang.Text{
			EN: "Correct %s = %s [%s]: an address must begin with https://",
			ZH: "请改正 %s = %s [%s]：地址须以 https:// 开头",
		}, name, value, from)
	}
	return f
}

// reach reports on the connection to a host: proxy, name resolution, TCP, TLS and clock.
func (d Doctor) reach(p client.Probed, err error) []Finding {
	host := p.Address.Host
	connect := Finding{Check: "connect", Status: OK, What: plain(host + " → " + p.Peer)}
	if len(p.Names) > 1 {
		connect.What = plain(fmt.Sprintf("%s → %s (%s)", host, p.Peer, strings.Join(p.Names[:min(3, len(p.Names))], ", ")))
	}
	var found []Finding
	if proxy, by := d.Proxies.Proxy(p.Address.Scheme, host); proxy != nil {
		found = append(found, Finding{Check: "proxy", Status: OK, What: plain(host + " → " + proxy.Host + "  [" + by + "]")})
	}
	if network := (*client.NetworkError)(nil); errors.As(err, &network) {
		connect.Check = map[client.Phase]string{client.PhaseLookup: "name", client.PhaseHandshake: "tls"}[network.Phase]
		if connect.Check == "" {
			connect.Check = "connect"
		}
		connect.Status, connect.What, connect.Err = Fail, plain(network.Host+": "+network.Err.Error()), err
		return append(found, connect)
	}
	found = append(found, connect)
	switch {
	case p.TLS != nil:
		found = append(found, d.certificate(host, p.TLS))
	case !localhost.Is(p.Address.Hostname()):
		found = append(found, Finding{
			Check: "tls", Status: Warn,
			What: lang.Text{EN: host + " is contacted over plain http: anyone in between can read secrets", ZH: host + " 使用 http：密钥在途中可被看到"},
			Do:   lang.Text{EN: "Use https:// in the address.", ZH: "请把地址改为 https://。"},
		})
	}
	return append(found, d.clock(host, p)...)
}

// certificate reports how long the server's certificate remains valid.
func (d Doctor) certificate(host string, state *tls.ConnectionState) Finding {
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(d.Now())
	issuer := leaf.Issuer.CommonName
	if issuer == "" {
		issuer = leaf.Issuer.String()
	}
	days := int(left / (24 * time.Hour))
	f := Finding{Check: "tls", Status: OK, What: lang.Sprintf(lang.Text{
		EN: "%s, issued by %q, %s left", ZH: "%s，由 %q 签发，剩余 %s 天",
	}, tls.VersionName(state.Version), issuer, lang.Text{EN: lang.Count(days, "day"), ZH: strconv.Itoa(days)})}
	switch {
	case d.Unchecked:
		f.Status = Warn
		f.Do = lang.Text{EN: "The certificate was not checked (--insecure). Trust its issuer instead: --ca-cert FILE", ZH: "没有校验（--insecure）。请改为信任其签发者：--ca-cert FILE"}
	case left < minLifetime:
		f.Status = Warn
		f.Do = lang.Text{EN: "Ask the operator of " + host + " to renew the certificate.", ZH: "请 " + host + " 的管理员更新证书。"}
	}
	return f
}

// clock compares this machine's clock with the Date header of the response, if there
// is one.
func (d Doctor) clock(host string, p client.Probed) []Finding {
	if p.Skew == 0 {
		return nil
	}
	off := p.Skew.Round(time.Second)
	f := Finding{Check: "clock", Status: OK, What: lang.Text{EN: "agrees with " + host, ZH: "与 " + host + " 一致"}}
	if off.Abs() <= client.MaxSkew {
		return []Finding{f}
	}
	f.Status = Warn
	for _, s := range d.profile().Steps() {
		if s.SendsTime() {
			f.Status = Fail // the vendor checks the time
		}
	}
	by := lang.Span(off.Abs())
	f.What = lang.Text{EN: by.EN + " ahead of " + host, ZH: "比 " + host + " 快 " + by.ZH}
	if off < 0 {
		f.What = lang.Text{EN: by.EN + " behind " + host, ZH: "比 " + host + " 慢 " + by.ZH}
	}
	f.Do = lang.Text{EN: "Correct this machine's clock: signatures, codes and tokens depend on it.", ZH: "请校准时钟：签名、授权码和令牌都依赖它。"}
	return []Finding{f}
}

// answer judges the response to an empty request. The best result is a refusal in the
// vendor's own format.
func (d Doctor) answer(s *profile.Step, p client.Probed, err error) Finding {
	f := Finding{Check: string(s.Name), Status: OK}
	var (
		refusal  *client.Refusal
		protocol *client.ProtocolError
	)
	switch {
	case errors.As(err, &refusal) && (refusal.Code != "" || refusal.Message != ""):
		said := strings.TrimSpace(refusal.Code + " " + refusal.Message)
		f.What = lang.Text{EN: "rejected an empty request in this vendor's format: " + said, ZH: "空请求被拒绝，符合该厂商的格式：" + said}
	case errors.As(err, &refusal) && refusal.Status == http.StatusUnauthorized && !refusal.Excerpt.Page:
		f.What = lang.Text{EN: "requires credentials, which an empty request lacks: HTTP 401", ZH: "要求携带凭据，空请求没有：HTTP 401"}
	case errors.As(err, &refusal):
		f.Status, f.What, f.Err = Warn, plain(fmt.Sprintf("%s: HTTP %d", p.Address, refusal.Status)), err
		if refusal.Excerpt.Page || refusal.Status == http.StatusNotFound || refusal.Status == http.StatusProxyAuthRequired || refusal.Status == http.StatusNetworkAuthenticationRequired {
			f.Status = Fail
		}
		if refusal.Excerpt.Text != "" {
			f.What = plain(fmt.Sprintf("%s: HTTP %d, %s", p.Address, refusal.Status, refusal.Excerpt.Text))
		}
	case errors.As(err, &protocol):
		f.Status, f.What, f.Err = Warn, lang.Text{EN: p.Address.String() + ": " + protocol.Problem.EN, ZH: p.Address.String() + "：" + protocol.Problem.ZH}, err
		if protocol.Foreign {
			f.Status = Fail
		}
	default:
		f.Status = Warn
		f.What = lang.Text{EN: p.Address.String() + " accepted an empty request", ZH: p.Address.String() + " 对空请求也返回成功"}
		f.Do = lang.Text{EN: "Compare [reply].ok and the address with the vendor's documentation.", ZH: "请对照厂商文档核对 [reply].ok 和地址。"}
	}
	return f
}
