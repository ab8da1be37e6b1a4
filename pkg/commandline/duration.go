package commandline

import (
	"time"

	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
)

// durationType is the name of a duration in help.
const durationType = "DURATION"

// span is the value of a duration flag. A bare number is seconds.
type span time.Duration

// Duration adds a duration flag. usual is its default.
func Duration(f *pflag.FlagSet, p *time.Duration, name string, usual time.Duration) {
	*p = usual
	f.Var((*span)(p), name, "")
}

// Set is [lang.ParseSpan].
func (s *span) Set(text string) error {
	d, err := lang.ParseSpan(text)
	*s = span(d)
	return err
}

func (s *span) String() string { return lang.Span(time.Duration(*s)).EN }

// Type is the placeholder for the value in help.
func (s *span) Type() string { return durationType }

// Default returns a flag's default for help, or zero if that is empty, zero or false.
func Default(f *pflag.Flag) lang.Text {
	switch f.DefValue {
	case "", "false", "0", "0s", "[]":
		return lang.Text{}
	}
	if f.Value.Type() == durationType {
		if d, err := lang.ParseSpan(f.DefValue); err == nil { // it is the text of a span
			return lang.Span(d)
		}
	}
	return lang.Text{EN: f.DefValue, ZH: f.DefValue}
}
