package cmd

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
)

// manual holds the texts of a command's help, and which global flags the command takes.
// Both are defined nowhere else.
type manual struct {
	group string // set for the commands directly below ssoctl
	takes need
	short lang.Text
	// long is paragraphs, which are wrapped again when they are printed; a line that begins
	// with a space stays as it is. If long is zero, help shows short instead.
	long     lang.Text
	examples string // lines of at most 80 columns
	flags    map[string]lang.Text
}

// manuals returns the manual of every command, by its path below ssoctl.
var manuals = sync.OnceValue(func() map[string]manual {
	all := map[string]manual{}
	for _, some := range []map[string]manual{loginManuals(), tokenManuals(), failureManuals(), emulatorManuals(), setupManuals()} {
		maps.Copy(all, some)
	}
	return all
})

// The groups of commands, in the order of help.
const (
	groupLogin   = "login"
	groupToken   = "token"
	groupFailure = "failure"
	groupEmulate = "emulate"
	groupSetup   = "setup"
)

var commandGroups = []struct {
	id    string
	title lang.Text
}{
	{groupLogin, lang.Text{EN: "Log in", ZH: "登录"}},
	{groupToken, lang.Text{EN: "Tokens and users", ZH: "令牌与用户"}},
	{groupFailure, lang.Text{EN: "Understand a failure", ZH: "排查失败"}},
	{groupEmulate, lang.Text{EN: "Emulate", ZH: "模拟厂商"}},
	{groupSetup, lang.Text{EN: "Profiles and set-up", ZH: "接入配置与环境"}},
}

// describe gives every command its manual, in the user's language. It takes half a
// millisecond, so it runs only if help is needed.
func (r *root) describe() {
	if len(r.cmd.Groups()) > 0 {
		return // done
	}
	for _, g := range commandGroups {
		r.cmd.AddGroup(&cobra.Group{ID: g.id, Title: r.in(g.title)})
	}
	for _, g := range globalFlags() {
		for _, f := range g.flags {
			r.describeFlag(r.cmd.PersistentFlags().Lookup(f.name), f.text)
		}
	}
	all, shared := manuals(), sharedFlags()
	walk(r.cmd, func(c *cobra.Command) {
		m, ok := all[pathBelow(c)]
		if !ok {
			return
		}
		c.GroupID, c.Short, c.Long, c.Example = m.group, r.in(m.short), r.in(m.long), strings.Trim(m.examples, "\n")
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if text, own := m.flags[f.Name]; own {
				r.describeFlag(f, text)
			} else if text, ok := shared[f.Name]; ok {
				r.describeFlag(f, text)
			}
		})
	})
}

// valueName is the key of the annotation that holds the name of a flag's value in help.
const valueName = "value"

// describeFlag sets a flag's text in help. A name in backquotes at its start names the
// flag's value: "`FILE` to write to".
func (r *root) describeFlag(f *pflag.Flag, text lang.Text) {
	f.Usage = r.in(text)
	if quoted, isQuoted := strings.CutPrefix(f.Usage, "`"); isQuoted {
		var name string
		name, f.Usage, _ = strings.Cut(quoted, "`")
		f.Usage = strings.TrimSpace(f.Usage)
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[valueName] = []string{name}
	}
}

// valueOf returns the name of a flag's value in help, "" if the flag takes none.
func valueOf(f *pflag.Flag) string {
	if name := f.Annotations[valueName]; len(name) > 0 {
		return name[0]
	}
	if f.NoOptDefVal != "" {
		return ""
	}
	return strings.ToUpper(f.Value.Type())
}

// pathBelow returns a command's path below ssoctl, such as "profile show"; "" for ssoctl.
func pathBelow(c *cobra.Command) string {
	_, below, _ := strings.Cut(c.CommandPath(), " ")
	return below
}

// walk calls do for a command and for every command below it.
func walk(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		walk(sub, do)
	}
}

// need is a set of bits. A global flag has the one bit of what it affects, and a command
// takes the flags whose bit is in its set. Every command takes a flag with always.
type need int

const (
	always need = 1 << iota >> 1
	chosenProfile
	configFiles
	givenValues
	jsonResult
	recording
	secretsShown
	connection
	curlCommands
)

// Sets that several commands share.
const (
	ofProfile    = chosenProfile | configFiles | givenValues | jsonResult
	ofVendor     = ofProfile | recording | secretsShown | connection
	ofEverything = ofVendor | curlCommands
)

// whyNot says why a command does not take a flag.
var whyNot = map[need]lang.Text{
	chosenProfile: {EN: "it is not about a single profile", ZH: "它不针对某个接入配置"},
	configFiles:   {EN: "it reads no configuration", ZH: "它不读取配置文件"},
	givenValues:   {EN: "it needs no values", ZH: "它不需要这些值"},
	jsonResult:    {EN: "it prints no result", ZH: "它不输出结果"},
	recording:     {EN: "it records no requests", ZH: "它不记录请求"},
	secretsShown:  {EN: "it masks nothing", ZH: "它没有要脱敏的内容"},
	connection:    {EN: "it connects to no vendor", ZH: "它不连接厂商"},
	curlCommands:  {EN: "only exchange, token and userinfo print their requests", ZH: "只有 exchange、token、userinfo 能打印请求"},
}

// has reports whether a command takes a global flag. A command without a manual takes all.
func has(c *cobra.Command, flag string) bool {
	m, ok := manuals()[pathBelow(c)]
	n := globalNeeds()[flag]
	return !ok || n == always || m.takes&n != 0
}

// hideMeaningless hides the global flags that a command does not take from its help, its
// manual page and its completion.
func hideMeaningless(c *cobra.Command) {
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { f.Hidden = !has(c, f.Name) })
}

// checkGlobals returns an error if a given global flag is one that the command does not take.
func checkGlobals(c *cobra.Command) error {
	needs := globalNeeds()
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		if f := c.Flags().Lookup(name); f != nil && f.Changed && !has(c, name) {
			why := whyNot[needs[name]]
			if name == "curl" && manuals()[pathBelow(c)].group == groupLogin {
				why = lang.Text{EN: why.EN + "; for the requests of a login: ssoctl exchange --code C --curl", ZH: why.ZH + "；要看登录的请求：ssoctl exchange --code C --curl"}
			}
			return usagef(lang.Text{EN: "%s does not take --%s: %s", ZH: "%s 不能用 --%s：%s"}, c.CommandPath(), name, why)
		}
	}
	return nil
}

// EachCommand calls do for ssoctl and for every command below it, until do returns an
// error. The global flags that a command does not take are hidden. It is for generators of
// documentation.
func EachCommand(do func(*cobra.Command) error) error {
	r := newRoot(&App{Env: func(string) (string, bool) { return "", false }}, nil)
	r.describe()
	var all []*cobra.Command // before do: cobra's generators add commands
	walk(r.cmd, func(c *cobra.Command) { all = append(all, c) })
	for _, c := range all {
		hideMeaningless(c)
		if err := do(c); err != nil {
			return err
		}
	}
	return nil
}
