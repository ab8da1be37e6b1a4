package cmd

import (
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

// Set is [lang.ParseSpan].
func (s *span) Set(text string) error {
	d, err := lang.ParseSpan(text)
	*s = span(d)
	return err
}

func (s *span) String() string { return lang.Span(time.Duration(*s)).EN }

// Type is the placeholder for the value in help.
func (s *span) Type() string { return "DURATION" }
