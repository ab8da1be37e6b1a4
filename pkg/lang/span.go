package lang

import (
	"errors"
	"fmt"
	"math"
	"strconv"
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

// ParseSpan reads a duration such as 30s, 2m or 1h30m. A bare number is seconds.
func ParseSpan(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if seconds, bare := strconv.ParseFloat(text, 64); bare == nil {
		d, err = time.Duration(seconds*float64(time.Second)), nil
		if math.IsNaN(seconds) || math.Abs(seconds) > math.MaxInt64/float64(time.Second) {
			err = errors.ErrUnsupported
		}
	}
	switch {
	case err != nil:
		return 0, Errorf(Text{
			EN: "expected a duration such as 30s, 2m or 1h30m; a bare number is seconds",
			ZH: "应为时长，例如 30s、2m、1h30m；只写数字表示秒",
		})
	case d <= 0:
		return 0, Errorf(Text{EN: "expected a positive duration", ZH: "时长要大于 0"})
	}
	return d, nil
}
