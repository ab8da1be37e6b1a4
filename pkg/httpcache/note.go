package httpcache

import (
	"time"

	"ssoctl/pkg/lang"
)

// Note says that the document is from the cache, and how to request it again.
func (d Document) Note(now time.Time) lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "%s is from the cache: obtained at %s, fresh for %s. To fetch it again: --no-cache",
		ZH: "%s 取自缓存：%s 获得，%s内有效。要重新获取：--no-cache",
	}, d.Address, d.At.UTC().Format(time.RFC3339), lang.Span(d.FreshUntil.Sub(now).Round(time.Second)))
}
