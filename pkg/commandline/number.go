package commandline

import (
	"strconv"

	"github.com/spf13/pflag"

	"ssoctl/pkg/lang"
)

// number is the value of a flag from 0 to most.
type number struct {
	value *int
	most  int
}

// Number adds a flag for a number from 0 to most, which is its default.
func Number(f *pflag.FlagSet, p *int, name string, most int) {
	*p = most
	f.Var(number{p, most}, name, "")
}

// Set reads a number.
func (n number) Set(text string) error {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 || value > n.most {
		return lang.Errorf(lang.Text{EN: "expected a number from 0 to %d", ZH: "应为 0 到 %d 之间的整数"}, n.most)
	}
	*n.value = value
	return nil
}

func (n number) String() string {
	if n.value == nil { // pflag makes a zero value to compare with
		return ""
	}
	return strconv.Itoa(*n.value)
}

// Type is the placeholder for the value in help.
func (number) Type() string { return "N" }
