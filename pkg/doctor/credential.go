package doctor

import (
	"context"
	"errors"
	"slices"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// credentials requests the application's own token. If the profile has no step for
// that, or the application may not use it, it sends a made-up code: a vendor that
// rejects only the code has accepted the credentials.
func (d Doctor) credentials(ctx context.Context) []Finding {
	p := d.profile()
	f, settled := Finding{}, false
	if p.Token != nil {
		f, settled = d.token(ctx)
	}
	if !settled && (p.Exchange != nil || p.UserInfo != nil && p.SendsValue(p.UserInfo, "code")) {
		f, settled = d.madeUpCode(ctx), true
	}
	if !settled && p.Token == nil {
		f.Status = Warn
		f.What = lang.Text{EN: "not checked: every step needs a user", ZH: "未验证：没有不需要用户参与的步骤"}
		f.Do = lang.Text{EN: "Log in: ssoctl login -p " + p.Name, ZH: "请登录一次：ssoctl login -p " + p.Name}
	}
	f.Check = "credentials"
	return []Finding{f}
}

// token requests the application's token. settled is false if the result does not tell
// whether the credentials are valid.
func (d Doctor) token(ctx context.Context) (f Finding, settled bool) {
	token, err := d.Client.AppToken(ctx)
	if err != nil {
		return failed(err), !refusedAs(err, profile.KindNoPermission, profile.KindBadRequest)
	}
	f = Finding{Status: OK, What: lang.Text{EN: "accepted: a token was issued", ZH: "有效：已取得令牌"}}
	if !token.ExpiresAt.IsZero() {
		left := lang.Span(token.ExpiresAt.Sub(d.Now()).Round(time.Second))
		f.What = lang.Text{EN: "accepted: a token was issued, valid for " + left.EN, ZH: "有效：已取得令牌，有效期 " + left.ZH}
	}
	return f, true
}

func (d Doctor) madeUpCode(ctx context.Context) Finding {
	given := recipe.Values{
		"code": secret.New("made-up-by-ssoctl-doctor"), "redirect_uri": "http://127.0.0.1/callback",
		"code_verifier": secret.New("made-up-by-ssoctl-doctor"),
	}
	if set, err := d.profile().Values([]recipe.Placeholder{{Name: "redirect_uri", Optional: true}}, d.Refs); err == nil {
		if uri, ok := set.Text("redirect_uri"); ok {
			given["redirect_uri"] = uri
		}
	}
	_, err := d.Client.Exchange(ctx, given)
	switch {
	case err == nil:
		return Finding{
			Status: Fail, What: lang.Text{EN: "the vendor accepted a made-up code", ZH: "厂商接受了虚构的 code"},
			Do: lang.Text{EN: "Check that the addresses are the vendor's.", ZH: "请核对这些地址是否属于该厂商。"},
		}
	case refusedAs(err, profile.KindInvalidCode, profile.KindExpiredCode, profile.KindUsedCode):
		return Finding{Status: OK, What: lang.Text{EN: "accepted: the vendor rejected only the made-up code", ZH: "有效：厂商只拒绝了虚构的 code"}}
	case refusedAs(err, "", profile.KindBadRequest): // the code or the credentials may be wrong
		f := failed(err)
		f.Status = Warn
		return f
	}
	return failed(err)
}

func failed(err error) Finding {
	f := Finding{Status: Fail, What: lang.Of(err), Err: err}
	if missing := (*profile.MissingError)(nil); errors.As(err, &missing) {
		f.What = lang.Text{EN: "not checked: inputs are missing", ZH: "未验证：缺少输入项"}
	}
	return f
}

func refusedAs(err error, kinds ...profile.Kind) bool {
	var refusal *client.Refusal
	return errors.As(err, &refusal) && slices.Contains(kinds, refusal.Kind)
}
