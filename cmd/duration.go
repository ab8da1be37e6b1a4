package cmd

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
)

// span is the value of a duration flag. A bare number is seconds.
type span time.Duration

// spanVar adds a duration flag. usual is its default.
func spanVar(f *pflag.FlagSet, p *time.Duration, name string, usual time.Duration) {
	*p = usual
	f.Var((*span)(p), name, "")
}

// Set reads 30, 30s, 2m or 1h30m.
func (s *span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if seconds, bare := strconv.ParseFloat(text, 64); bare == nil {
		d, err = time.Duration(seconds*float64(time.Second)), nil
		if math.IsNaN(seconds) || math.Abs(seconds) > math.MaxInt64/float64(time.Second) {
			err = errors.ErrUnsupported
		}
	}
	switch {
	case err != nil:
		return usagef(lang.Text{
			EN: "expected a duration such as 30s, 2m or 1h30m; a bare number is seconds",
			ZH: "应为时长，例如 30s、2m、1h30m；只写数字表示秒",
		})
	case d <= 0:
		return usagef(lang.Text{EN: "expected a positive duration", ZH: "时长要大于 0"})
	}
	*s = span(d)
	return nil
}

func (s *span) String() string { return lang.Span(time.Duration(*s)).EN }

// Type is the placeholder for the value in help.
func (s *span) Type() string { return "DURATION" }
