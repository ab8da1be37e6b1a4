package signature

import (
	"cmp"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Steps returns the steps of a profile whose requests are signed.
func Steps(p *profile.Profile) []*profile.Step {
	return slices.DeleteFunc(p.Steps(), func(s *profile.Step) bool {
		_, signed := s.Signature()
		return !signed
	})
}

// StepOf returns the signed step with this name; "" means the first signed step. A step in which the
// client authenticates with a JWT counts as signed. src is where the client's profile is from.
func StepOf(cl *client.Client, name profile.StepName, src profile.Sources) (*profile.Step, error) {
	matches := func(s *profile.Step) bool { return cmp.Or(name, s.Name) == s.Name }
	signed := Steps(cl.Profile())
	if i := slices.IndexFunc(signed, matches); i >= 0 {
		return signed[i], nil
	}
	authenticating, err := cl.Authenticating()
	if err != nil {
		return nil, err
	}
	signed = slices.Concat(signed, authenticating)
	if i := slices.IndexFunc(signed, matches); i >= 0 {
		return signed[i], nil
	}
	if len(signed) > 0 {
		return nil, failure.Usagef(lang.Text{EN: "--step %s: this step is not signed; %s is", ZH: "--step %s：这个步骤不签名；签名的是 %s"}, name, signed[0].Name)
	}
	return nil, NotSigned(cl, src)
}

// NotSigned is the error for a client that signs no requests. It names the profiles in src that do.
func NotSigned(cl *client.Client, src profile.Sources) error {
	p := cl.Profile()
	method, _, err := cl.AuthMethod()
	switch {
	case err != nil:
		return err
	case method == recipe.AuthMethodNone:
		return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
			EN: "It signs no requests: the client has neither client_secret nor client_key. Set client_key to see what private_key_jwt signs.",
			ZH: "它的请求都不签名：客户端既没有 client_secret，也没有 client_key。要查看 private_key_jwt 的签名内容，请设置 client_key。",
		}}
	case method != "":
		return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Sprintf(lang.Text{
			EN: "It signs no requests: the client authenticates by %s. To see what private_key_jwt or client_secret_jwt signs, set token_endpoint_auth_method.",
			ZH: "它的请求都不签名：客户端认证方式是 %s。要查看 private_key_jwt 或 client_secret_jwt 的签名内容，请设置 token_endpoint_auth_method。",
		}, method)}
	}
	all, err := profile.LoadWithSteps(src.Names(), src)
	if err != nil {
		return err
	}
	var signing []string
	for _, p := range all {
		if len(Steps(p)) > 0 {
			signing = append(signing, p.Name)
		}
	}
	return &profile.NotOfferedError{Profile: p.Name, Step: "sign", Why: lang.Text{
		EN: "It signs no requests. Profiles that do: " + strings.Join(signing, ", ") + ".",
		ZH: "它的请求都不签名。会签名的接入配置：" + strings.Join(signing, "、") + "。",
	}}
}
