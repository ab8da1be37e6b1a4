package lang

import "fmt"

// Sprintf formats args in both languages. The Chinese format may take the arguments in
// another order, by index (%[2]s). An argument that is a [Text], or an error, is inserted
// in the language of the format; for errors, see [Of].
func Sprintf(format Text, args ...any) Text {
	return Text{EN: format.fill(EN, args), ZH: format.fill(ZH, args)}
}

func (t Text) fill(l Lang, args []any) string {
	said := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case Text:
			said[i] = arg.In(l)
		case error:
			said[i] = Of(arg).In(l)
		default:
			said[i] = arg
		}
	}
	return fmt.Sprintf(t.In(l), said...)
}
