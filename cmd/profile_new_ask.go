package cmd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// askFrom asks for the profile to start from: a number, a name, or a word that shortens
// the list.
func (n *newProfile) askFrom() error {
	all, err := usable(n.src)
	if err != nil {
		return err
	}
	shown := all
	n.ask.say(0, lang.Text{EN: "Which profile do you want to start from?", ZH: "以哪个接入配置为基础？"})
	n.listProfiles(shown)
	for {
		answer, err := n.ask.line(lang.Text{EN: "Number, name, or part of a name: ", ZH: "编号、名称或关键词："})
		if err != nil {
			return err
		}
		if i, err := strconv.Atoi(answer); err == nil && i >= 1 && i <= len(shown) {
			n.from = shown[i-1].Name
			return nil
		}
		if slices.ContainsFunc(all, func(p *profile.Profile) bool { return p.Name == answer }) {
			n.from = answer
			return nil
		}
		found := withWords(all, strings.Fields(answer))
		switch {
		case answer == "" || len(found) == len(all):
			shown = all
		case len(found) == 0:
			n.ask.say(0, lang.Of(noneHas(all, strings.Fields(answer))))
			continue
		case len(found) == 1:
			n.from = found[0].Name
			n.ask.say(0, lang.Text{EN: "Starting from " + n.from + ".", ZH: "以 " + n.from + " 为基础。"})
			return nil
		default:
			shown = found
		}
		n.listProfiles(shown)
	}
}

func (n *newProfile) listProfiles(all []*profile.Profile) {
	const most = 20 // columns of a name
	width := 0
	for _, p := range all {
		width = min(max(width, terminal.Widest(p.Name)), most)
	}
	for i, p := range all {
		label := fmt.Sprintf("%4d  %s%s", i+1, p.Name, strings.Repeat(" ", max(0, width-ansi.StringWidth(p.Name))+2))
		title := terminal.Fit(n.Err, n.in(p.TitleText()), ansi.StringWidth(label))
		fmt.Fprintln(n.Err, label+title)
	}
}

// askName asks for the name of the new profile and suggests one.
func (n *newProfile) askName() error {
	offer := "my-" + n.from
	choice := " [" + offer + "]"
	if n.checkName(offer) != nil {
		offer, choice = "", ""
	}
	for {
		name, err := n.ask.line(lang.Text{EN: "Name of the new profile" + choice + ": ", ZH: "新接入配置的名称" + choice + "："})
		if err != nil {
			return err
		}
		if name == "" {
			name = offer
		}
		problem := n.checkName(name)
		if problem == nil {
			problem = n.checkBase(name)
		}
		if problem == nil {
			n.name = name
			return nil
		}
		n.sayProblem(problem)
	}
}

// sayProblem says why a name cannot be used and what to do.
func (n *newProfile) sayProblem(err error) {
	t := lang.Of(err)
	n.ask.say(0, lang.Join(lang.Text{EN: t.EN + ".", ZH: t.In(lang.ZH) + "。"}, n.root.hint(err)))
}

// inputs asks for every required input that has no value, and with --all for optional
// inputs too. Without a terminal it records the missing inputs.
func (n *newProfile) inputs() error {
	if n.base == nil {
		return nil
	}
	if n.isBuiltin(n.name) {
		n.say(lang.Text{EN: n.name + " is a built-in profile: your values are added to it, under the same name.", ZH: n.name + " 是内置的接入配置：你的值会以同一名称补充进去。"})
	}
	var names, left []string
	for _, name := range n.base.InputNames() {
		_, from := n.base.Given(name)
		switch in := n.base.Inputs[name]; {
		case from.From == "flag" || in.Required && n.has(name): // given already
		case in.Required || n.all && n.ask != nil:
			names = append(names, name)
		default:
			left = append(left, name)
		}
	}
	if len(left) > 0 && n.ask != nil {
		list := strings.Join(left, ", ")
		n.ask.say(0, lang.Text{EN: "Skipping optional inputs: " + list + ". To enter them, use --all.", ZH: "可选项不询问：" + list + "。如需逐项填写，请加 --all。"})
	}
	if err := n.settle(names); err != nil {
		return err
	}
	for _, name := range names {
		var err error
		switch in := n.base.Inputs[name]; {
		case in.Secret && n.place == inEnv && (in.Required || n.ask == nil):
			n.answers[name] = "env:" + n.variable(name)
		case in.Secret && n.place == inEnv:
			err = n.askVariable(name)
		case n.ask == nil:
			n.lacksInput(name)
		case in.Secret:
			err = n.askSecret(name)
		default:
			err = n.askInput(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lacksInput records a missing input, when there is no terminal to ask on.
func (n *newProfile) lacksInput(name string) {
	in := n.base.Inputs[name]
	value := "VALUE"
	if in.Secret {
		value = "env:" + n.variable(name)
	}
	flag := lang.Text{EN: "--set " + name + "=" + value, ZH: "--set " + name + "=" + value}
	if in.Vendor != "" && in.Vendor != name {
		flag.EN += " (the vendor's " + in.Vendor + ")"
		flag.ZH += "（厂商字段名 " + in.Vendor + "）"
	}
	n.lacks(flag)
}

// introduce describes an input: its name, the vendor's name, its help, its default.
func (n *newProfile) introduce(name string) {
	in := n.base.Inputs[name]
	head := lang.Text{EN: name, ZH: name}
	if in.Vendor != "" && in.Vendor != name {
		head = lang.Text{EN: name + "  the vendor's " + in.Vendor, ZH: name + "  厂商字段名 " + in.Vendor}
	}
	fmt.Fprintln(n.Err)
	n.ask.say(0, head)
	if help := (lang.Text{EN: in.Help, ZH: in.HelpZH}); !help.IsZero() {
		n.ask.say(2, help)
	}
	if guess := profile.Unverified(n.base.GuessOf(name)); !guess.IsZero() {
		n.ask.say(2, guess)
	}
	switch text, _ := n.base.Shown(name); {
	case text != "":
		n.ask.say(2, lang.Text{EN: "Enter keeps " + text, ZH: "按回车沿用 " + text})
	case !in.Required:
		n.ask.say(2, lang.Text{EN: "Optional: Enter leaves it out", ZH: "可选：按回车跳过"})
	}
}

// askInput asks for an input until the answer is valid.
func (n *newProfile) askInput(name string) error {
	n.introduce(name)
	for {
		text, err := n.ask.line(lang.Text{EN: "> ", ZH: "> "})
		if err != nil {
			return err
		}
		if done := n.answered(name, text); done {
			return nil
		}
	}
}

// answered records an answer and returns true, or says why it is not valid.
func (n *newProfile) answered(name, text string) bool {
	required := n.base.Inputs[name].Required && !n.has(name)
	switch {
	case text == "" && required:
		n.ask.say(0, lang.Text{EN: name + " is required; Ctrl-C stops", ZH: name + " 是必填项；按 Ctrl-C 停止"})
		return false
	case text == "":
		return true
	}
	if err := n.take(name, text); err != nil {
		n.ask.say(0, lang.Sprintf(lang.Text{EN: "This value %s", ZH: "这个值%s"}, err))
		return false
	}
	return true
}
