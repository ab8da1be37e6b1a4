package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/profile"
)

// soon is when a certificate's end is worth a word.
const soon = 14 * 24 * time.Hour

// skewed is how far a clock may be off: vendors that look at timestamps allow
// minutes.
const skewed = time.Minute

// servers asks the address of each step, once for each method and address, with
// an empty request. Of a host that cannot be reached it is told once.
func (d Doctor) servers(ctx context.Context) []Finding {
	var found []Finding
	hosts := map[string]bool{} // and whether they were reached
	var asked []string
	browsers := d.profile().Authorize
	steps := slices.DeleteFunc(d.profile().Steps(), func(s *profile.Step) bool { return s == browsers })
	if browsers != nil {
		steps = append(steps, browsers) // its host alone, unless others have it too
	}
	for _, s := range steps {
		address, known := d.addressOf(s)
		if reached, asked := hosts[address]; !known || asked && (!reached || s == browsers) {
			continue
		}
		p, err := d.Client.Probe(ctx, s)
		if errors.Is(err, client.ErrNoProbe) || ctx.Err() != nil {
			continue // nothing can be told
		}
		if errors.As(err, new(*profile.Error)) { // of the address: all else is known to be there
			found = append(found, d.noAddress(s, err))
			hosts[address] = false
			continue
		}
		if _, known := hosts[address]; !known {
			found = append(found, d.reach(p, err)...)
		}
		hosts[address] = !errors.As(err, new(*client.NetworkError))
		call := p.Method + " " + p.Address.String()
		if hosts[address] && s != browsers && !slices.Contains(asked, call) {
			asked = append(asked, call)
			found = append(found, d.answer(s, p, err))
		}
	}
	return found
}

// addressOf is the scheme and the host of a step; known is false where an input is
// missing or wrong, of which inputs has told.
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

// noAddress tells of a step's address that none can be made of.
func (d Doctor) noAddress(s *profile.Step, err error) Finding {
	f := Finding{Check: s.Name, Status: Fail, What: lang.Of(err), Err: err}
	for _, name := range d.profile().AddressInputsInUse(s) {
		value, from := d.Shown(name)
		f.Do = lang.Text{
			EN: fmt.Sprintf("Correct %s = %s [%s]: an address begins with https://", name, value, from),
			ZH: fmt.Sprintf("请改正 %s = %s [%s]：地址须以 https:// 开头", name, value, from),
		}
	}
	return f
}

// reach tells of the way to a host: its name, the connection, TLS, and the clock.
func (d Doctor) reach(p client.Probed, err error) []Finding {
	host := p.Address.Host
	way := Finding{Check: "connect", Status: OK, What: plain(host + " → " + p.Peer)}
	if len(p.Names) > 1 {
		way.What = plain(fmt.Sprintf("%s → %s (%s)", host, p.Peer, strings.Join(p.Names[:min(3, len(p.Names))], ", ")))
	}
	var found []Finding
	if proxy, by := d.Proxy(p.Address.Scheme, host); proxy != nil {
		found = append(found, Finding{Check: "proxy", Status: OK, What: plain(host + " → " + proxy.Host + "  [" + by + "]")})
	}
	if network := (*client.NetworkError)(nil); errors.As(err, &network) {
		way.Check = map[client.Phase]string{client.PhaseLookup: "name", client.PhaseHandshake: "tls"}[network.Phase]
		if way.Check == "" {
			way.Check = "connect"
		}
		way.Status, way.What, way.Err = Fail, plain(network.Host+": "+network.Err.Error()), err
		return append(found, way)
	}
	found = append(found, way)
	switch {
	case p.TLS != nil:
		found = append(found, d.certificate(host, p.TLS))
	case !login.IsLoopback(p.Address.Hostname()):
		found = append(found, Finding{
			Check: "tls", Status: Warn,
			What: lang.Text{EN: host + " is asked by plain http: secrets can be read on the way", ZH: host + " 使用 http：密钥在途中可被看到"},
			Do:   lang.Text{EN: "Write https:// in the address.", ZH: "请把地址改为 https://。"},
		})
	}
	return append(found, d.clock(host, p)...)
}

// certificate tells of a chain that has been checked how long it lasts.
func (d Doctor) certificate(host string, state *tls.ConnectionState) Finding {
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(d.Now())
	issuer := leaf.Issuer.CommonName
	if issuer == "" {
		issuer = leaf.Issuer.String()
	}
	days := int(left / (24 * time.Hour))
	f := Finding{Check: "tls", Status: OK, What: lang.Text{
		EN: fmt.Sprintf("%s, issued by %q, %s left", tls.VersionName(state.Version), issuer, lang.Count(days, "day")),
		ZH: fmt.Sprintf("%s，由 %q 签发，剩余 %d 天", tls.VersionName(state.Version), issuer, days),
	}}
	switch {
	case d.Unchecked:
		f.Status = Warn
		f.Do = lang.Text{EN: "It was not checked (--insecure). Trust its issuer in place of that: --ca-cert FILE", ZH: "没有校验（--insecure）。请改为信任其签发者：--ca-cert FILE"}
	case left < soon:
		f.Status = Warn
		f.Do = lang.Text{EN: "Have whoever runs " + host + " renew it.", ZH: "请 " + host + " 的管理员更新证书。"}
	}
	return f
}

// clock compares this machine's clock with the answer's Date, where it has one.
func (d Doctor) clock(host string, p client.Probed) []Finding {
	if p.Skew == 0 {
		return nil
	}
	off := p.Skew.Round(time.Second)
	f := Finding{Check: "clock", Status: OK, What: lang.Text{EN: "agrees with " + host, ZH: "与 " + host + " 一致"}}
	if off.Abs() <= skewed {
		return []Finding{f}
	}
	f.Status = Warn
	for _, s := range d.profile().Steps() {
		if s.Uses("timestamp") || s.Uses("timestamp_ms") || s.Sign != nil {
			f.Status = Fail // which the vendor looks at
		}
	}
	by := lang.Span(off.Abs())
	f.What = lang.Text{EN: by.EN + " ahead of " + host, ZH: "比 " + host + " 快 " + by.ZH}
	if off < 0 {
		f.What = lang.Text{EN: by.EN + " behind " + host, ZH: "比 " + host + " 慢 " + by.ZH}
	}
	f.Do = lang.Text{EN: "Set the clock: signatures, codes and tokens depend on it.", ZH: "请校准时钟：签名、授权码和令牌都依赖它。"}
	return []Finding{f}
}

// answer judges what came on an empty request: a refusal as the vendor makes them
// is what is hoped for.
func (d Doctor) answer(s *profile.Step, p client.Probed, err error) Finding {
	f := Finding{Check: s.Name, Status: OK}
	var (
		refusal  *client.Refusal
		protocol *client.ProtocolError
	)
	switch {
	case errors.As(err, &refusal) && (refusal.Code != "" || refusal.Message != ""):
		said := strings.TrimSpace(refusal.Code + " " + refusal.Message)
		f.What = lang.Text{EN: "refuses an empty request as this vendor does: " + said, ZH: "空请求被拒绝，符合该厂商的格式：" + said}
	case errors.As(err, &refusal) && refusal.Status == http.StatusUnauthorized && !refusal.Excerpt.Page:
		f.What = lang.Text{EN: "wants credentials, of which an empty request has none: HTTP 401", ZH: "要求携带凭据，空请求没有：HTTP 401"}
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
		f.What = lang.Text{EN: p.Address.String() + " says yes to an empty request", ZH: p.Address.String() + " 对空请求也返回成功"}
		f.Do = lang.Text{EN: "Is [reply].ok right, and is this the vendor? Compare with its document.", ZH: "[reply].ok 写对了吗？这是该厂商的接口吗？请对照文档。"}
	}
	return f
}
