package fault

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// maxFaults is the limit of a [List].
const maxFaults = 1000

// List holds the armed faults, in the order in which they were armed. The caller locks it.
type List []*Fault

// Request is what a [List] compares with its faults.
type Request struct {
	Profile string
	Step    profile.StepName
	User    []string // names of the user concerned; none if no user is known
	// Refuses reports whether the vendor can be asked for a refusal of this kind or with this
	// code.
	Refuses func(asked string) bool
	// Forges reports whether the response can be forged in this way.
	Forges func(kind string) bool
}

// NewList returns a list of faults whose counts begin at 0.
func NewList(faults []Fault) (List, error) {
	if len(faults) > maxFaults {
		return nil, lang.Errorf(lang.Text{EN: "%d faults: at most %d can be armed", ZH: "有 %d 个故障，最多只能设 %d 个"}, len(faults), maxFaults)
	}
	var l List
	for _, f := range faults {
		f.Met, f.Done = 0, 0
		l = append(l, &f)
	}
	return l, nil
}

// Add adds a fault after the others. If there are too many, it drops those that are over.
func (l *List) Add(f Fault) error {
	f.Met, f.Done = 0, 0
	if len(*l) >= maxFaults {
		*l = slices.DeleteFunc(*l, (*Fault).over)
	}
	if len(*l) >= maxFaults {
		return lang.Errorf(lang.Text{EN: "%d faults are armed, which is the limit", ZH: "已设 %d 个故障，不能再多"}, maxFaults)
	}
	*l = append(*l, &f)
	return nil
}

// Copy returns the faults with their counts.
func (l List) Copy() []Fault {
	out := []Fault{}
	for _, f := range l {
		out = append(out, *f)
	}
	return out
}

// Due counts a request for every fault that matches it, and returns those that affect it:
// any number of latency, and the first of the others.
func (l List) Due(r Request) []Fault {
	var out []Fault
	taken := false
	for _, f := range l {
		latency := f.Kind == "latency"
		if !f.matches(r) || !f.due() || !latency && taken {
			continue
		}
		f.Done++
		taken = taken || !latency
		out = append(out, *f)
	}
	return out
}

// matches reports whether the fault counts the request: its profile, step and user match,
// and the vendor can play its kind.
func (f *Fault) matches(r Request) bool {
	if f.Kind == Replaced && r.Step != profile.StepToken {
		return false
	}
	return (f.Profile == "" || f.Profile == r.Profile) && f.isAt(r.Step) &&
		(f.User == "" || slices.ContainsFunc(r.User, func(name string) bool { return strings.EqualFold(name, f.User) })) &&
		(!f.Refuses() || r.Refuses(f.Kind)) && (!f.Forges() || f.Transport() || r.Forges(f.Kind))
}

// isAt reports whether the fault concerns requests to a step. The callback is the response of
// the authorize step.
func (f *Fault) isAt(step profile.StepName) bool {
	return f.Step == "" || f.Step == step || f.Step == AtCallback && step == profile.StepAuthorize
}
