package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/suggestion"
)

// options are the names of the options after a fault's kind.
var options = []string{"times", "nth", "user", "status"}

// Parse reads [PROFILE/]STEP:KIND[=VALUE][:OPTION=VALUE…], such as
// exchange:expired_code:times=1 or crm/exchange:latency=2s:nth=3. STEP may be *
// for any step. The options are times, nth, user and status. latency takes a
// duration and drip a number of bytes per second. Parse does not know which profiles,
// steps and kinds exist: an emulator checks that when the fault is armed.
func Parse(text string) (Fault, error) {
	pieces := strings.Split(text, ":")
	if len(pieces) < 2 {
		return Fault{}, lang.Errorf(lang.Text{EN: "expected STEP:KIND, such as exchange:expired_code or *:latency=2s", ZH: "应为 STEP:KIND，例如 exchange:expired_code 或 *:latency=2s"})
	}
	var f Fault
	if err := f.parseStep(pieces[0]); err != nil {
		return Fault{}, err
	}
	if err := f.parseKind(pieces[1]); err != nil {
		return Fault{}, err
	}
	seen := map[string]bool{}
	for _, option := range pieces[2:] {
		name, value, _ := strings.Cut(option, "=")
		if seen[name] {
			return Fault{}, lang.Errorf(lang.Text{EN: "%s is given twice", ZH: "%s 重复"}, name)
		}
		seen[name] = true
		if err := f.parseOption(name, value); err != nil {
			return Fault{}, err
		}
	}
	if err := f.CheckOptions(); err != nil {
		return Fault{}, err
	}
	return f, nil
}

// parseStep parses STEP or PROFILE/STEP.
func (f *Fault) parseStep(text string) error {
	name, step, both := strings.Cut(text, "/")
	if !both {
		name, step = "", name
	}
	if step == "" || both && name == "" || strings.Contains(step, "/") {
		return lang.Errorf(lang.Text{EN: "expected STEP or PROFILE/STEP before the colon; STEP may be *", ZH: "冒号前应为 STEP 或 PROFILE/STEP，STEP 可以是 *"})
	}
	if step == "*" {
		step = ""
	}
	f.Profile, f.Step = name, profile.StepName(step)
	return nil
}

// parseKind parses KIND or KIND=VALUE.
func (f *Fault) parseKind(text string) (err error) {
	kind, value, valued := strings.Cut(text, "=")
	f.Kind = kind
	switch {
	case kind == "":
		return lang.Errorf(lang.Text{EN: "the kind is missing after the colon", ZH: "冒号后缺少故障类型"})
	case kind == "latency":
		if f.Delay, err = time.ParseDuration(value); err != nil {
			return lang.Errorf(lang.Text{EN: "latency=%s is not a duration such as 500ms or 2s", ZH: "latency=%s：应为时长，例如 500ms 或 2s"}, value)
		}
	case valued && kind == "drip":
		if f.Rate, err = positive(value); err != nil {
			return lang.Errorf(lang.Text{EN: "drip=%s: %v, in bytes per second", ZH: "drip=%s：%v，单位是字节每秒"}, value, err)
		}
	case valued:
		return lang.Errorf(lang.Text{EN: "%s takes no value; options follow a colon: %s", ZH: "%s 不能带值；选项写在冒号之后：%s"}, kind, lang.List(options))
	}
	return nil
}

// parseOption parses the value of one of the options.
func (f *Fault) parseOption(name, value string) (err error) {
	switch name {
	case "times":
		f.Times, err = positive(value)
	case "nth":
		f.Nth, err = positive(value)
	case "status":
		f.Status, err = positive(value)
	case "user":
		if f.User = value; value == "" {
			err = lang.Errorf(lang.Text{EN: "expected a subject, username or name", ZH: "应为 subject、username 或 name"})
		}
	default:
		return lang.Errorf(lang.Text{EN: "unknown option %q: expected one of %s%s", ZH: "没有选项 %q：应为 %s 之一%s"}, name, lang.List(options), suggestion.For(name, options))
	}
	if err != nil {
		return lang.Errorf(lang.Text{EN: "%s=%s: %v", ZH: "%s=%s：%v"}, name, value, err)
	}
	return nil
}

func positive(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, lang.Errorf(lang.Text{EN: "expected a whole number, at least 1", ZH: "应为不小于 1 的整数"})
	}
	return n, nil
}

// String returns the fault in the syntax of [Parse], without its counts.
func (f Fault) String() string {
	text := string(f.Step)
	if text == "" {
		text = "*"
	}
	if f.Profile != "" {
		text = f.Profile + "/" + text
	}
	text += ":" + f.Kind
	if f.Delay != 0 {
		text += "=" + f.Delay.String()
	}
	if f.Rate != 0 {
		text += "=" + strconv.Itoa(f.Rate)
	}
	for _, option := range []struct {
		name  string
		value int
	}{{"nth", f.Nth}, {"times", f.Times}, {"status", f.Status}} {
		if option.value != 0 {
			text += ":" + option.name + "=" + strconv.Itoa(option.value)
		}
	}
	if f.User != "" {
		text += ":user=" + f.User
	}
	return text
}

// faultJSON is the JSON form of a Fault. Its delay is text, such as 2s.
type faultJSON struct {
	Profile string           `json:"profile,omitempty"`
	Step    profile.StepName `json:"step,omitempty"`
	User    string           `json:"user,omitempty"`
	Nth     int              `json:"nth,omitempty"`
	Times   int              `json:"times,omitempty"`
	Kind    string           `json:"kind"`
	Status  int              `json:"status,omitempty"`
	Latency string           `json:"latency,omitempty"`
	Drip    int              `json:"drip,omitempty"`
	Met     int              `json:"met"`
	Done    int              `json:"done"`
}

// MarshalJSON implements [json.Marshaler].
func (f Fault) MarshalJSON() ([]byte, error) {
	out := faultJSON{f.Profile, f.Step, f.User, f.Nth, f.Times, f.Kind, f.Status, "", f.Rate, f.Met, f.Done}
	if f.Delay != 0 {
		out.Latency = f.Delay.String()
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements [json.Unmarshaler]. It refuses unknown members.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var in faultJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return err
	}
	*f = Fault{in.Profile, in.Step, in.User, in.Nth, in.Times, in.Kind, in.Status, 0, in.Drip, in.Met, in.Done}
	if in.Latency == "" {
		return nil
	}
	delay, err := time.ParseDuration(in.Latency)
	if err != nil {
		return fmt.Errorf("latency: %q is not a duration such as 500ms or 2s", in.Latency)
	}
	f.Delay = delay
	return nil
}
