package client

import (
	"context"
	"errors"
	"fmt"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// stopped returns the error for an expression that was abandoned, because of a time-out or
// Ctrl-C.
func (c *Client) stopped(s *profile.Step, r Response, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %s: %w", c.profile.Name, s.Name, err)
	}
	stopped := (*profile.StoppedError)(nil)
	if !errors.As(err, &stopped) {
		return err
	}
	at := &stopped.Expression
	e := c.protocolError(s, r.head, lang.Sprintf(lang.Text{
		EN: "the response was not read within %s: %s: %s takes too long",
		ZH: "未能在 %s 内读完响应：%s：%s 耗时过长",
	}, c.deps.Timeout, at.Place(), at.Key))
	e.Advice = lang.Text{
		EN: "This expression of the profile takes too long on this response. Correct it, or allow more time: --timeout 2m. --trace shows the response.",
		ZH: "接入配置中的这个表达式在该响应上计算过久。请修正该表达式，或延长时间：--timeout 2m。可用 --trace 查看响应。",
	}
	return e
}
