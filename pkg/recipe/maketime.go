package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // an empty container image has no time zones

	"ssoctl/pkg/lang"
)

// directive is a part of a time format: a directive of GNU date, or literal text.
type directive struct {
	literal string
	letters string // after the %; "" for literal text
	layout  string // of package time
	size    int    // in characters; 0 for the length of layout
	unit    time.Duration
}

const day = 24 * time.Hour

// directives are the directives of GNU date that a time may have. %s has ten digits until
// the year 2286.
var directives = []directive{
	{letters: "Y", layout: "2006", unit: 366 * day},
	{letters: "y", layout: "06", unit: 366 * day},
	{letters: "m", layout: "01", unit: 31 * day},
	{letters: "b", layout: "Jan", unit: 31 * day},
	{letters: "d", layout: "02", unit: day},
	{letters: "a", layout: "Mon"},
	{letters: "H", layout: "15", unit: time.Hour},
	{letters: "I", layout: "03", unit: 12 * time.Hour},
	{letters: "p", layout: "PM", unit: time.Hour},
	{letters: "M", layout: "04", unit: time.Minute},
	{letters: "S", layout: "05", unit: time.Second},
	{letters: "3N", layout: ".000", size: 3, unit: time.Millisecond},
	{letters: "6N", layout: ".000000", size: 6, unit: time.Microsecond},
	{letters: "s", size: 10, unit: time.Second},
	{letters: "z", layout: "-0700"},
	{letters: ":z", layout: "-07:00"},
}

// shorthands are directives that stand for several others.
var shorthands = strings.NewReplacer("%%", "%%", "%F", "%Y-%m-%d", "%T", "%H:%M:%S")

// TimeDirectives are the directives that a time may have, with their %.
func TimeDirectives() []string {
	out := []string{"%F", "%T", "%%"}
	for _, d := range directives {
		out = append(out, "%"+d.letters)
	}
	return out
}

// CheckTime returns an error if the format of a make's time is not valid.
func CheckTime(format string) error {
	all, bad := parseTime(format)
	if bad != "" {
		return lang.Errorf(lang.Text{EN: "%q is not one of %s", ZH: "没有 %q 这个记号，应为以下之一：%s"}, bad, lang.List(TimeDirectives()))
	}
	has := func(letters ...string) bool {
		return slices.ContainsFunc(letters, func(l string) bool {
			return slices.ContainsFunc(all, func(d directive) bool { return d.letters == l })
		})
	}
	if !has("s") && !(has("Y", "y") && has("m", "b") && has("d")) {
		return lang.Errorf(lang.Text{EN: "needs %s, or a year, a month and a day", ZH: "须有 %s，或年、月、日"}, "%s")
	}
	for _, of := range []struct{ letters, needs []string }{
		{[]string{"p"}, []string{"H", "I"}},
		{[]string{"I"}, []string{"p", "H"}},
		{[]string{"M"}, []string{"H", "I", "s"}},
		{[]string{"S"}, []string{"M", "s"}},
		{[]string{"3N", "6N"}, []string{"S", "s"}},
	} {
		if has(of.letters...) && !has(of.needs...) {
			return lang.Errorf(lang.Text{EN: "%%%s needs %%%s", ZH: "有 %%%s 时须有 %%%s"}, of.letters[0], of.needs[0])
		}
	}
	return nil
}

// IsInt reports whether a time is always a whole number. It must not have a leading zero,
// which JSON does not allow.
func IsInt(m Make) bool {
	for _, hour := range []int{1, 9, 17} { // in any zone, one of them is before ten
		if !isJSONInt(m.time(time.Date(2026, 1, 2, hour, 0, 0, 0, time.UTC))) {
			return false
		}
	}
	return m.Time != ""
}

// MayBeInt reports whether a text is a whole number if its placeholders are.
func MayBeInt(t Template) bool {
	text, _ := t.Expand(func(string) (string, bool) { return "1", true })
	return isJSONInt(text)
}

// CheckZone returns an error if a time zone is not valid.
func CheckZone(zone string) error {
	_, err := zoneOf(zone)
	return err
}

func zoneOf(name string) (*time.Location, error) {
	if at, err := time.LoadLocation(name); err == nil && name != "Local" {
		return at, nil
	}
	return nil, lang.Errorf(lang.Text{EN: "%q is not a time zone such as Asia/Shanghai or UTC", ZH: "没有 %q 这个时区，应为 Asia/Shanghai、UTC 这样的名称"}, name)
}

// parseTime splits a format. bad is a directive that does not exist, "" if there is none.
func parseTime(format string) (all []directive, bad string) {
	text := shorthands.Replace(format)
	for text != "" {
		literal, rest, found := strings.Cut(text, "%")
		if literal != "" {
			all = append(all, directive{literal: literal})
		}
		if !found {
			break
		}
		if after, ok := strings.CutPrefix(rest, "%"); ok {
			all, text = append(all, directive{literal: "%"}), after
			continue
		}
		i := slices.IndexFunc(directives, func(d directive) bool { return strings.HasPrefix(rest, d.letters) })
		if i < 0 {
			end := strings.IndexFunc(rest, func(r rune) bool { return r >= 'A' }) + 1
			return all, "%" + rest[:max(end, min(1, len(rest)))]
		}
		all, text = append(all, directives[i]), rest[len(directives[i].letters):]
	}
	return all, ""
}

// time returns the time as the make writes it.
func (m Make) time(now time.Time) string {
	zone, err := zoneOf(m.Zone)
	if err != nil {
		zone = time.UTC
	}
	return m.timeIn(now, zone)
}

// timeIn is time in another zone.
func (m Make) timeIn(now time.Time, zone *time.Location) string {
	all, _ := parseTime(m.Time)
	var b strings.Builder
	for _, d := range all {
		b.WriteString(d.format(now.In(zone)))
	}
	return b.String()
}

func (d directive) format(t time.Time) string {
	switch {
	case d.letters == "":
		return d.literal
	case d.layout == "":
		return strconv.FormatInt(t.Unix(), 10)
	}
	return strings.TrimPrefix(t.Format(d.layout), ".")
}

// ParseTime reads a time that the make has written. The time lies between from and to, which
// differ by the smallest unit of the format.
func (m Make) ParseTime(text string) (from, to time.Time, ok bool) {
	zone, err := zoneOf(m.Zone)
	if err != nil {
		return from, to, false
	}
	all, _ := parseTime(m.Time)
	var layout, value strings.Builder
	unit, seconds, rest := 366*day, int64(-1), text
	for _, d := range all {
		piece := d.literal
		switch size := d.width(); {
		case len(rest) < size:
			return from, to, false
		case d.letters != "":
			piece = rest[:size]
		}
		if rest, ok = strings.CutPrefix(rest, piece); !ok {
			return from, to, false
		}
		if d.unit > 0 {
			unit = min(unit, d.unit)
		}
		switch {
		case d.letters == "s":
			if seconds, err = strconv.ParseInt(piece, 10, 64); err != nil {
				return from, to, false
			}
		case d.letters != "":
			dot := d.layout[:len(d.layout)-len(strings.TrimPrefix(d.layout, "."))]
			fmt.Fprintf(&layout, "|%s", d.layout)
			fmt.Fprintf(&value, "|%s%s", dot, piece)
		}
	}
	from, err = time.ParseInLocation(layout.String(), value.String(), zone)
	if err != nil || rest != "" {
		return from, to, false
	}
	if seconds >= 0 {
		from = time.Unix(seconds, int64(from.Nanosecond()))
	}
	return from, from.Add(unit), m.time(from) == text // package time does not check the day of the week
}

// width returns the number of characters of a directive.
func (d directive) width() int {
	if d.size > 0 {
		return d.size
	}
	return len(d.layout)
}
