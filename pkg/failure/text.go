package failure

import (
	"ssoctl/pkg/lang"
)

// Text returns an error in both languages. Joined errors, such as a failure and then another
// to save its recording, have a line each.
func Text(err error) lang.Text {
	if _, translated := err.(interface{ Text() lang.Text }); !translated {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			var out lang.Text
			for i, err := range joined.Unwrap() {
				line := Text(err)
				if i > 0 {
					out = lang.Text{EN: out.EN + "\n", ZH: out.ZH + "\n"}
				}
				out = lang.Text{EN: out.EN + line.EN, ZH: out.ZH + line.In(lang.ZH)}
			}
			return out
		}
	}
	return lang.Of(err)
}
