package failure

import (
	"errors"

	"ssoctl/pkg/lang"
)

// Text returns an error in both languages. Joined errors, such as a failure and then another
// to save its recording, have a line each.
func Text(err error) lang.Text {
	if _, translated := err.(interface{ Text() lang.Text }); !translated {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			var lines []lang.Text
			for _, err := range joined.Unwrap() {
				lines = append(lines, Text(err))
			}
			return lang.Lines(lines)
		}
	}
	return lang.Of(err)
}

// IsList reports whether an error, or one that it wraps, has a text of several lines, one for each
// item of a list. It says so by a method IsList.
func IsList(err error) bool {
	var list interface{ IsList() bool }
	return errors.As(err, &list) && list.IsList()
}
