package exchange

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// headKey is one key of the head.
type headKey struct {
	name     string
	required bool
	set      func(x *Exchange, v string) error
	get      func(x *Exchange) string // "" if not set
}

// text is a headKey with a plain text value.
func text(name string, required bool, at func(x *Exchange) *string) headKey {
	return headKey{
		name, required,
		func(x *Exchange, v string) error { *at(x) = v; return nil },
		func(x *Exchange) string { return *at(x) },
	}
}

// headKeys returns the keys of a head, in the order in which they are written.
func headKeys() []headKey {
	return []headKey{
		text("source", true, func(x *Exchange) *string { return &x.Source }),
		{
			"read", true,
			func(x *Exchange, v string) (err error) { x.Read, err = time.Parse(time.DateOnly, v); return err },
			func(x *Exchange) string { return x.Read.Format(time.DateOnly) },
		},
		text("profile", false, func(x *Exchange) *string { return &x.Profile }),
		text("step", true, func(x *Exchange) *string { return &x.Step }),
		text("values", false, func(x *Exchange) *string { return &x.Values }),
		{
			"now", false,
			func(x *Exchange, v string) (err error) { x.Now, err = time.Parse(time.RFC3339, v); return err },
			func(x *Exchange) string {
				if x.Now.IsZero() {
					return ""
				}
				return x.Now.UTC().Format("2006-01-02T15:04:05.999Z07:00")
			},
		},
		text("signed", false, func(x *Exchange) *string { return &x.Signed }),
		{
			"no-state", false,
			func(x *Exchange, v string) error {
				if x.NoState = v == "yes"; !x.NoState {
					return fmt.Errorf("%q is not yes", v)
				}
				return nil
			},
			func(x *Exchange) string {
				if x.NoState {
					return "yes"
				}
				return ""
			},
		},
		{
			"optional", false,
			func(x *Exchange, v string) error { x.Optional = strings.Split(v, ", "); return nil },
			func(x *Exchange) string { return strings.Join(x.Optional, ", ") },
		},
		text("guess", false, func(x *Exchange) *string { return &x.Guess }),
		text("note", false, func(x *Exchange) *string { return &x.Note }),
	}
}

func (x *Exchange) parseHead(text string) error {
	known := headKeys()
	var names []string
	for _, k := range known {
		names = append(names, k.name)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		i := slices.Index(names, name)
		switch {
		case i < 0:
			return fmt.Errorf("unknown head key %q: expected one of %s", name, strings.Join(names, ", "))
		case seen[name]:
			return fmt.Errorf("duplicate head key %s", name)
		case value == "":
			return fmt.Errorf("head key %s has no value", name)
		}
		seen[name] = true
		if err := known[i].set(x, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, k := range known {
		if k.required && !seen[k.name] {
			return fmt.Errorf("the head has no %s", k.name)
		}
	}
	return nil
}

func (x *Exchange) formatHead() (string, error) {
	var b strings.Builder
	for _, k := range headKeys() {
		v := k.get(x)
		switch {
		case v == "" && !k.required:
			continue
		case v == "":
			return "", fmt.Errorf("the head has no %s", k.name)
		case strings.ContainsFunc(v, unicode.IsControl):
			return "", fmt.Errorf("%s: contains a line break or another control character", k.name)
		}
		b.WriteString(k.name + ": " + v + "\n")
	}
	return b.String(), nil
}
