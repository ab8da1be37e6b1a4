package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"ssoctl/pkg/lang"
)

// inSeconds and inMilliseconds make {timestamp} and {timestamp_ms}.
var inSeconds, inMilliseconds = Make{Time: "%s"}, Make{Time: "%s%3N"}

// madeTimes returns a group for each time in the signature's text, see
// [sources.exchangeable].
func (s sources) madeTimes() [][]piece {
	var out [][]piece
	for _, name := range slices.Sorted(maps.Keys(s.times)) {
		if s.names[name] {
			text, _ := s.value(name)
			out = append(out, append(s.otherTimes(name), piece{template: Template("{" + name + "}"), text: text}))
		}
	}
	return out
}

// otherTimes returns other forms of a time: in seconds, in milliseconds, in another zone.
func (s sources) otherTimes(name string) []piece {
	m := s.times[name]
	text, _ := s.value(name)
	at, ok := m.at(text)
	if !ok {
		return nil
	}
	now, _ := s.value("timestamp_ms")
	if ms, err := strconv.ParseInt(now, 10, 64); err == nil && m.time(time.UnixMilli(ms)) == text {
		at = time.UnixMilli(ms) // may be more exact
	}
	var out []piece
	add := func(p piece) {
		if p.text != text && !slices.ContainsFunc(out, func(o piece) bool { return o.text == p.text }) {
			out = append(out, p)
		}
	}
	add(s.orBuiltIn("timestamp", piece{text: inSeconds.time(at), words: lang.Text{EN: "with the time in seconds", ZH: "时间戳用秒"}}))
	add(s.orBuiltIn("timestamp_ms", piece{text: inMilliseconds.time(at), words: lang.Text{EN: "with the time in milliseconds", ZH: "时间戳用毫秒"}}))
	add(m.inZone("UTC", 0, at))
	const west, east = -12, 14 // hours from UTC
	for hours := west; hours <= east; hours++ {
		add(m.inZone(fmt.Sprintf("UTC%+d", hours), hours, at))
	}
	return out
}

// at returns the time in a text. A count since 1970 may have any number of digits.
func (m Make) at(text string) (time.Time, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch m.Time {
	case inSeconds.Time:
		return time.Unix(n, 0), err == nil
	case inMilliseconds.Time:
		return time.UnixMilli(n), err == nil
	}
	from, _, ok := m.ParseTime(text)
	return from, ok
}

// inZone returns the time in a zone.
func (m Make) inZone(zone string, hours int, at time.Time) piece {
	words := lang.Text{EN: "with the time in " + zone, ZH: "时间用 " + zone + " 时区"}
	return piece{template: Template("‹" + words.EN + "›"), text: m.timeIn(at, time.FixedZone(zone, hours*60*60)), words: words, beyond: true}
}

// orBuiltIn returns p with the placeholder name if that has the same text; otherwise no
// profile can express p.
func (s sources) orBuiltIn(name string, p piece) piece {
	p.template, p.beyond = Template("‹"+p.words.EN+"›"), true
	if text, ok := s.value(name); ok && text == p.text {
		p.template, p.beyond = Template("{"+name+"}"), false
	}
	return p
}
