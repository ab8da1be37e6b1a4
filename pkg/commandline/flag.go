package commandline

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// FlagError rewords pflag's error about a flag. It does not repeat a value that may be a
// secret.
func FlagError(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		lacking *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &lacking):
		name := lacking.GetFlag().Name
		value := ValueName(lacking.GetFlag())
		return failure.Usagef(lang.Text{EN: "--%[1]s needs a value: --%[1]s %[2]s", ZH: "--%[1]s 需要一个值：--%[1]s %[2]s"}, name, value)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		problem := lang.Of(invalid.Unwrap())
		switch f.Value.Type() {
		case "bool":
			problem = lang.Text{EN: "expected true or false", ZH: "应为 true 或 false"}
		case "int", "count":
			problem = lang.Text{EN: "expected a whole number", ZH: "应为整数"}
		}
		return failure.Usagef(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, strings.TrimSpace("--"+f.Name+" "+invalid.GetValue()), problem)
	case errors.As(err, &syntax):
		return failure.Usagef(lang.Text{EN: "a flag without a name: write --NAME VALUE or --NAME=VALUE", ZH: "参数没有名字：请写成 --NAME VALUE 或 --NAME=VALUE"})
	}
	return &failure.UsageError{Problem: lang.Of(err), Err: err}
}

func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	letters := e.GetSpecifiedShortnames()
	if word, _, _ := strings.Cut(letters, "="); slices.Contains(names, word) {
		return failure.Usagef(lang.Text{EN: "unknown flag: -%s%s", ZH: "没有这个参数：-%s%s"}, word, suggestion.DidYouMean("--"+word))
	} else if letters != "" {
		return failure.Usagef(lang.Text{EN: "unknown flag: -%s", ZH: "没有这个参数：-%s"}, e.GetSpecifiedName())
	}
	var like []string
	if near := suggestion.Nearest(e.GetSpecifiedName(), names); near != "" {
		like = append(like, "--"+near)
	}
	return failure.Usagef(lang.Text{EN: "unknown flag: --%s%s", ZH: "没有这个参数：--%s%s"}, e.GetSpecifiedName(), suggestion.DidYouMean(like...))
}

// valueName is the key of the annotation that holds the name of a flag's value.
const valueName = "value"

// NameValue names a flag's value, as help and errors show it; "" leaves pflag's name.
func NameValue(f *pflag.Flag, name string) {
	if name == "" {
		return
	}
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[valueName] = []string{name}
}

// ValueName returns the name of a flag's value, as help and errors show it; ""
// if the flag takes none.
func ValueName(f *pflag.Flag) string {
	if name := f.Annotations[valueName]; len(name) > 0 {
		return name[0]
	}
	if f.NoOptDefVal != "" {
		return ""
	}
	return strings.ToUpper(f.Value.Type())
}
