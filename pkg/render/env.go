package render

import (
	"bytes"
	"strings"

	"ssoctl/pkg/ci"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// writeEnv writes fields as assignments that a POSIX shell can eval:
//
//	SSOCTL_TENANT_ID='T1'
func writeEnv(b *bytes.Buffer, variables []variable) {
	for _, v := range variables {
		b.WriteString(v.Env)
		b.WriteString("='")
		b.WriteString(strings.ReplaceAll(v.Value, "'", `'\''`))
		b.WriteString("'\n")
	}
}

// EnvError says that the field Name cannot be a shell variable: because of a NUL byte or, if
// Other is not "", because the field Other would be the same variable.
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

// variable is a field as a variable of a shell or of a CI system.
type variable struct {
	ci.Variable
	secret bool // the whole value is secret
	rank   int
}

// variablesOf returns the known fields as variables.
//
// Fields inside values, token and user have names without this prefix. If names are equal,
// user wins over token, and token over the outer fields. raw and extra are left out. Two
// names that would be the same variable are an [*EnvError].
func variablesOf(fields Fields) ([]variable, error) {
	var v variables
	err := v.add("", fields, 0)
	return v.list, err
}

type variables struct {
	list  []variable
	index map[string]int // index in list, by Env
}

// add adds the known fields. If a field has a variable already, the higher rank wins, or the first
// of equal ranks.
func (vs *variables) add(prefix string, fields Fields, rank int) error {
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
			if err := vs.add(below, nested, nestedRank); err != nil {
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
		_, isSecret := f.Value.(secret.String)
		v := variable{ci.Variable{Member: name, Output: word(name), Env: Variable(name), Value: value}, isSecret, rank}
		if err := vs.set(v); err != nil {
			return err
		}
	}
	return nil
}

func (vs *variables) set(v variable) error {
	i, ok := vs.index[v.Env]
	switch {
	case !ok:
		if vs.index == nil {
			vs.index = map[string]int{}
		}
		vs.index[v.Env] = len(vs.list)
		vs.list = append(vs.list, v)
	case v.Member != vs.list[i].Member:
		return &EnvError{Name: v.Member, Other: vs.list[i].Member}
	case v.rank > vs.list[i].rank:
		vs.list[i] = v
	}
	return nil
}

// Variable returns the environment variable for an input or a value: SSOCTL_ and name in
// upper case, with _ for every character that is not an ASCII letter or digit. Commands
// read the variables that -o env and --curl write.
func Variable(name string) string { return "SSOCTL_" + strings.ToUpper(word(name)) }

// word returns name with _ for every character that is not an ASCII letter or digit.
func word(name string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, name)
}
