package emulator

import (
	"encoding/json"
	"net/http"
	"time"

	"ssoctl/pkg/lang"
)

// clock is the difference between the emulator's clock and Options.Now. It is
// immutable: a change replaces it.
type clock struct {
	offset time.Duration
	frozen time.Time // zero if the clock runs
}

// now returns the emulator's time. All expiry follows it.
func (e *Emulator) now() time.Time { return e.clock.Load().at(e.opts.Now()) }

func (c *clock) at(now time.Time) time.Time {
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return now.Add(c.offset)
}

// Now returns the emulator's time: [Options.Now], changed by [Emulator.Advance],
// [Emulator.Freeze] and [Emulator.Run].
func (e *Emulator) Now() time.Time { return e.now() }

// Advance moves the emulator's clock by d, backwards if d is negative. A frozen
// clock stays frozen. If the clock would leave the years 1970 to 9999, Advance
// returns an error and changes nothing.
func (e *Emulator) Advance(d time.Duration) error {
	return e.setClock(func(c clock, _ time.Time) (clock, error) {
		if !c.frozen.IsZero() {
			c.frozen = c.frozen.Add(d)
			return c, nil
		}
		sum := c.offset + d
		if (sum > c.offset) != (d > 0) && d != 0 {
			return c, errClock
		}
		c.offset = sum
		return c, nil
	})
}

// Freeze stops the emulator's clock at t, or at the current time if t is zero. It
// returns the same error as [Emulator.Advance].
func (e *Emulator) Freeze(t time.Time) error {
	return e.setClock(func(c clock, now time.Time) (clock, error) {
		if c.frozen = t; t.IsZero() {
			c.frozen = c.at(now)
		}
		return c, nil
	})
}

// Run restarts a frozen clock from the time that it shows. It returns the same
// error as [Emulator.Advance].
func (e *Emulator) Run() error {
	return e.setClock(func(c clock, now time.Time) (clock, error) {
		if c.frozen.IsZero() {
			return c, nil
		}
		d := c.frozen.Sub(now)
		if !now.Add(d).Equal(c.frozen) {
			return c, errClock
		}
		return clock{offset: d}, nil
	})
}

var errClock = lang.Errorf(lang.Text{EN: "emulator: the clock would leave the years 1970 to 9999", ZH: "时钟会超出 1970 年至 9999 年的范围"})

func (e *Emulator) setClock(change func(clock, time.Time) (clock, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.opts.Now()
	c, err := change(*e.clock.Load(), now)
	if err != nil {
		return err
	}
	if year := c.at(now).UTC().Year(); year < 1970 || year > 9999 {
		return lang.Errorf(lang.Text{EN: "%v: year %d, expected 1970 to 9999", ZH: "%v：%d 年，应在 1970 到 9999 之间"}, errClock, year)
	}
	e.clock.Store(&c)
	return nil
}

// clockChange is the body of POST /_/clock. Exactly one member is set.
type clockChange struct {
	Advance *string         `json:"advance"` // such as 10m
	Freeze  json.RawMessage `json:"freeze"`  // true, or an RFC 3339 time
	Run     *bool           `json:"run"`     // true
}

func (e *Emulator) changeClock(w http.ResponseWriter, r *http.Request) (int, error) {
	var in clockChange
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	if err := e.applyClock(in); err != nil {
		return http.StatusBadRequest, err
	}
	return e.showClock(w, r)
}

func (e *Emulator) applyClock(in clockChange) error {
	given := 0
	for _, is := range []bool{in.Advance != nil, in.Freeze != nil, in.Run != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return lang.Errorf(lang.Text{EN: `body: expected one of "advance", "freeze" and "run"`, ZH: `body：应为 "advance"、"freeze"、"run" 之一`})
	case in.Advance != nil:
		d, err := time.ParseDuration(*in.Advance)
		if err != nil {
			return lang.Errorf(lang.Text{EN: "advance: %s is not a duration such as 90s, 10m or 25h", ZH: "advance：%s 不是时长，应类似 90s、10m 或 25h"}, orNothing(*in.Advance))
		}
		return e.Advance(d)
	case in.Run != nil:
		if !*in.Run {
			return lang.Errorf(lang.Text{EN: "run: expected true; freeze stops the clock", ZH: "run：应为 true；停住时钟请用 freeze"})
		}
		return e.Run()
	case string(in.Freeze) == "true":
		return e.Freeze(time.Time{})
	}
	var at time.Time
	if err := json.Unmarshal(in.Freeze, &at); err != nil || at.IsZero() {
		return lang.Errorf(lang.Text{EN: "freeze: expected true, or a time such as 2026-01-02T03:04:05Z", ZH: "freeze：应为 true，或类似 2026-01-02T03:04:05Z 的时间"})
	}
	return e.Freeze(at)
}

func (e *Emulator) showClock(w http.ResponseWriter, _ *http.Request) (int, error) {
	c, now := e.clock.Load(), e.opts.Now()
	at := c.at(now)
	writeJSON(w, http.StatusOK, map[string]any{
		"now": at.UTC(), "frozen": !c.frozen.IsZero(), "offset": at.Sub(now).Round(time.Millisecond).String(),
	})
	return http.StatusOK, nil
}
