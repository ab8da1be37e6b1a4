package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Health returns nil if the emulator at this address responds within timeout, and otherwise a
// [*client.NetworkError].
func Health(ctx context.Context, h *http.Client, address string, timeout time.Duration) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/_/health", nil)
	if err != nil {
		return failure.Usagef(lang.Text{EN: "%s: %v", ZH: "%s：%v"}, address, err)
	}
	const step, limit = "healthcheck", 4 << 10
	status, body, err := ask(h, req, step, limit, timeout)
	if err != nil {
		return err
	}
	var health struct {
		Status string `json:"status"`
	}
	switch {
	case status != http.StatusOK:
		return unreachable(step, req.URL.Host, timeout, fmt.Errorf("HTTP %d", status))
	case json.Unmarshal(body, &health) != nil || health.Status != "ok":
		return unreachable(step, req.URL.Host, timeout, errOther)
	}
	return nil
}
