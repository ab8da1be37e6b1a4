package render

import (
	"bytes"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// writeEnv writes fields as assignments that a POSIX shell can eval:
//
//	SSOCTL_TENANT_ID='T1'
//
// The fields inside values, token and user have no such prefix in their names. If names are equal,
// user wins over token, and token over the outer fields. raw and extra are left out. Names that
// differ, but not as variables, are an [*EnvError].
func writeEnv(b *bytes.Buffer, fields Fields) error {
	var e environment
	if err := e.add("", fields, 0); err != nil {
		return err
	}
	for _, v := range e.variables {
		b.WriteString(v.name)
		b.WriteString("='")
		b.WriteString(strings.ReplaceAll(v.value, "'", `'\''`))
		b.WriteString("'\n")
	}
	return nil
}

// EnvError says that the field Name cannot be a shell variable: because of its value or, if there
// is Other, because that field would be the same variable.
type EnvError struct{ Name, Other string }

func (e *EnvError) Error() string { return e.Text().EN }

// Failure returns [failure.Protocol].
func (*EnvError) Failure() failure.Kind { return failure.Protocol }

// Text returns the message in both languages.
func (e *EnvError) Text() lang.Text {
	if e.Other != "" {
		return lang.Sprintf(lang.Text{
			EN: "%[1]s and %[2]s would both be the variable %[3]s", ZH: "%[1]s 和 %[2]s 会成为同一个变量 %[3]s",
		}, e.Other, e.Name, Variable(e.Name))
	}
	return lang.Text{
		EN: e.Name + " contains a NUL byte, which a shell variable cannot store",
		ZH: e.Name + " 中有 NUL 字节，shell 变量无法保存",
	}
}

// Hint says what to do about the error.
func (*EnvError) Hint() lang.Text {
	return lang.Text{EN: "Use -o json or --jq instead.", ZH: "请改用 -o json 或 --jq 取结果。"}
}

type environment struct {
	variables []variable
	index     map[string]int // index in variables, by name
}

type variable struct {
	name, value string
	field       string // the field that it is
	rank        int
}

// add adds the known fields. If a field has a variable already, the higher rank wins, or the first
// of equal ranks.
func (e *environment) add(prefix string, fields Fields, rank int) error {
	for _, f := range fields {
		if f.Name == "raw" || f.Name == "extra" || !known(f.Value) {
			continue
		}
		name := join(prefix, f.Name)
		if nested, ok := f.Value.(Fields); ok {
			below, nestedRank := name, rank
			switch name {
			case "values":
				below = ""
			case "token":
				below, nestedRank = "", 1
			case "user":
				below, nestedRank = "", 2
			}
			if err := e.add(below, nested, nestedRank); err != nil {
				return err
			}
			continue
		}
		value, err := plain(name, f.Value)
		if err != nil {
			return err
		}
		if strings.ContainsRune(value, 0) {
			return &EnvError{Name: name}
		}
		if err := e.set(variable{Variable(name), value, name, rank}); err != nil {
			return err
		}
	}
	return nil
}

func (e *environment) set(v variable) error {
	i, ok := e.index[v.name]
	switch {
	case !ok:
		if e.index == nil {
			e.index = map[string]int{}
		}
		e.index[v.name] = len(e.variables)
		e.variables = append(e.variables, v)
	case v.field != e.variables[i].field:
		return &EnvError{Name: v.field, Other: e.variables[i].field}
	case v.rank > e.variables[i].rank:
		e.variables[i] = v
	}
	return nil
}

// Variable returns the environment variable for an input or a value: SSOCTL_ and name in
// upper case, with _ for every character that is not an ASCII letter or digit. Commands
// read the variables that -o env and --curl write.
func Variable(name string) string {
	return "SSOCTL_" + strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, name)
}
