package lang

import (
	"fmt"
	"strings"
	"time"
)

// Span returns a duration for people: 1h30m, 1 小时 30 分钟. It leaves out zeros at the end.
func Span(d time.Duration) Text {
	en := d.String()
	if strings.HasSuffix(en, "m0s") {
		en = strings.TrimSuffix(en, "0s")
	}
	if strings.HasSuffix(en, "h0m") {
		en = strings.TrimSuffix(en, "0m")
	}
	return Text{EN: en, ZH: spanZH(d)}
}

func spanZH(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + spanZH(-d)
	case d < time.Second:
		return fmt.Sprintf("%g 毫秒", float64(d.Microseconds())/1000)
	}
	var parts []string
	if h := d / time.Hour; h > 0 {
		parts = append(parts, fmt.Sprintf("%d 小时", h))
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		parts = append(parts, fmt.Sprintf("%d 分钟", m))
	}
	if s := d % time.Minute; s > 0 {
		parts = append(parts, fmt.Sprintf("%g 秒", s.Seconds()))
	}
	return strings.Join(parts, " ")
}
