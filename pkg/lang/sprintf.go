package lang

import "fmt"

// Sprintf fills a format that is there in both languages. Each takes the same arguments,
// in the order of the English one or by index (%[2]s). An argument that is a [Text] or an
// error is said in the language, as [Of] has it.
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
