package emulator

import (
	"maps"
	"net/http"
	"slices"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/suggestion"
)

// SetFaults replaces all faults; the counts of the new ones begin at 0. If a fault is
// impossible, SetFaults changes nothing and returns an error that lists what is
// possible.
func (e *Emulator) SetFaults(faults []Fault) error {
	armed, err := fault.NewList(faults)
	if err != nil {
		return prefixed(err)
	}
	for i, f := range faults {
		if err := e.checkFault(f); err != nil {
			return lang.Errorf(lang.Text{EN: "emulator: fault %d: %v", ZH: "第 %d 个故障：%v"}, i+1, err)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.faults = armed
	return nil
}

// AddFault adds a fault after the others. If several are due, the first one happens.
// When there are too many, AddFault drops those that are over. It returns the same
// error as [Emulator.SetFaults].
func (e *Emulator) AddFault(f Fault) error {
	if err := e.checkFault(f); err != nil {
		return prefixed(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.state.faults.Add(f); err != nil {
		return prefixed(err)
	}
	return nil
}

// Faults returns the armed faults, with their counts.
func (e *Emulator) Faults() []Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.faults.Copy()
}

// kindsOfRefusals returns the kinds of refusals that a fault can ask for: those for which
// the vendor has a code, and rate_limited.
func (s *site) kindsOfRefusals() []profile.Kind {
	var out []profile.Kind
	for _, kind := range profile.Kinds {
		if s.refuses(string(kind)) {
			out = append(out, kind)
		}
	}
	return out
}

// refuses reports whether a fault can ask for a refusal of this kind or with this code.
func (s *site) refuses(asked string) bool {
	_, listed := s.refusalToInject(asked)
	return listed || asked == string(profile.KindRateLimited)
}

// refusalToInject returns the vendor's refusal for a fault that asks for a kind or a code. If
// the vendor lists none of a kind, it is a refusal of a kind in standIns, such as
// invalid_grant for an expired code.
func (s *site) refusalToInject(asked string) (profile.Refusal, bool) {
	kind := profile.Kind(asked)
	if !slices.Contains(profile.Kinds, kind) {
		return s.p.Refusal(asked, "")
	}
	for _, kind := range append([]profile.Kind{kind}, standIns()[kind]...) {
		if r, ok := s.p.RefusalOf(kind); ok {
			return r, true
		}
	}
	return profile.Refusal{}, false
}

// checkFault returns an error if no vendor can play the fault.
func (e *Emulator) checkFault(f Fault) error {
	vendors := slices.Collect(maps.Values(e.sites))
	if f.Profile != "" {
		v, err := e.find(f.Profile)
		if err != nil {
			return lang.Errorf(lang.Text{EN: "%s", ZH: "%s"}, Text(err))
		}
		vendors = []*site{v}
	}
	if f.Step != "" {
		vendors = slices.DeleteFunc(vendors, func(v *site) bool { return len(v.stepsAt(f.Step)) == 0 })
		if len(vendors) == 0 {
			steps := e.stepNames(f.Profile)
			return lang.Errorf(lang.Text{EN: "step %q is not served, only %s%s", ZH: "这里没有步骤 %q，只有 %s%s"}, f.Step, lang.List(steps), suggestion.For(f.Step, steps))
		}
	}
	if _, err := e.user(f.User); err != nil {
		return err
	}
	if err := f.CheckOptions(); err != nil {
		return err
	}
	return checkKind(f, vendors)
}

// checkKind returns an error if none of the vendors can play the fault's kind.
func checkKind(f Fault, vendors []*site) error {
	var refusals, codes []string
	others, forgeries := []string{fault.Repeated}, []string{}
	for _, v := range vendors {
		for _, s := range v.stepsAt(f.Step) {
			forgeries = append(forgeries, v.forgeries(s)...)
		}
		for _, kind := range v.refusals() {
			refusals = append(refusals, string(kind))
		}
		for _, r := range v.p.Codes() {
			codes = append(codes, r.CodeText())
		}
		if step := f.Step; v.serves(profile.StepToken) && (step == "" || step == profile.StepToken) {
			others = append(others, fault.Replaced)
		}
	}
	slices.Sort(refusals)
	slices.Sort(forgeries)
	if f.Step == fault.AtCallback {
		return checkForgery(f, slices.Compact(forgeries))
	}
	refusals, others = slices.Compact(refusals), append(slices.Compact(others), slices.Compact(forgeries)...)
	transports := slices.Sorted(maps.Keys(fault.Transports()))
	all := slices.Concat(refusals, transports, others)
	if slices.Contains(all, f.Kind) || f.Refuses() && slices.ContainsFunc(vendors, func(v *site) bool { return v.refuses(f.Kind) }) {
		return nil
	}
	return lang.Errorf(lang.Text{
		EN: "kind %q is not possible here: expected a refusal (%s, or a code that the profile lists), a transport fault (%s), or %s%s",
		ZH: "这里不能用故障类型 %q：应为拒绝（%s，或接入配置列出的错误码）、传输故障（%s），或 %s%s",
	}, f.Kind, lang.List(refusals), lang.List(transports), lang.List(others), suggestion.Any(f.Kind, append(all, codes...)))
}

// checkForgery returns an error if the fault's kind is not one of the forgeries.
func checkForgery(f Fault, forgeries []string) error {
	if slices.Contains(forgeries, f.Kind) {
		return nil
	}
	return lang.Errorf(lang.Text{
		EN: "kind %q is not possible at the callback: expected %s; for others, name the step authorize",
		ZH: "回调处不能用故障类型 %q：应为 %s；其他类型请写步骤 authorize",
	}, f.Kind, lang.List(forgeries))
}

// stepsAt returns the steps that a fault with this step concerns. "" means all.
func (s *site) stepsAt(name profile.StepName) (out []*profile.Step) {
	for _, step := range s.requests {
		callback := name == fault.AtCallback && step.Name == profile.StepAuthorize && s.sendsIss()
		if name == "" || step.Name == name || callback {
			out = append(out, step)
		}
	}
	return out
}

// stepNames returns the steps that the profile serves, or that any does if name is "".
func (e *Emulator) stepNames(name string) []profile.StepName {
	var own []profile.StepName
	served := map[profile.StepName]bool{}
	for _, v := range e.sites {
		if name != "" && v.p.Name != name {
			continue
		}
		for _, s := range v.requests {
			if s.Name.IsOwn() && !served[s.Name] {
				own = append(own, s.Name)
			}
			served[s.Name] = true
			if s.Name == profile.StepAuthorize && v.sendsIss() {
				own, served[fault.AtCallback] = append(own, fault.AtCallback), true
			}
		}
	}
	slices.Sort(own)
	own = slices.Compact(own)
	return slices.DeleteFunc(slices.Concat(profile.StepNames, own), func(step profile.StepName) bool { return !served[step] })
}

func (e *Emulator) listFaults(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, e.Faults())
	return http.StatusOK, nil
}

func (e *Emulator) replaceFaults(w http.ResponseWriter, r *http.Request) (int, error) {
	var in []Fault
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	if err := e.SetFaults(in); err != nil {
		return http.StatusBadRequest, err
	}
	return e.listFaults(w, r)
}

func (e *Emulator) removeFaults(w http.ResponseWriter, r *http.Request) (int, error) {
	if err := e.SetFaults(nil); err != nil {
		return http.StatusInternalServerError, err
	}
	return e.listFaults(w, r)
}
