package fleet

import "ssoctl/pkg/lang"

// NotUsed says why the server is not used, so that tokens are cached on this machine alone.
func (a Address) NotUsed(why lang.Text) lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "%s is not used: %s; tokens are cached on this machine alone",
		ZH: "没有使用 %s：%s；令牌只缓存在本机",
	}, a, why)
}

// Damaged says that an entry cannot be read.
func (a Address) Damaged() lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "The entry at %s is damaged, or not from ssoctl. It is ignored.",
		ZH: "%s 中的条目已损坏，或不是 ssoctl 写入的，已忽略。",
	}, a)
}
