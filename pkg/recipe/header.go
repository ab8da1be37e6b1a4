package recipe

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// HeaderError says that a header cannot be sent; it does not hold the value.
type HeaderError struct{ Name, Problem string }

func (e *HeaderError) Error() string { return fmt.Sprintf("header %q: %s", e.Name, e.Problem) }

// checkHeaders finds what net/http would refuse only when it sends.
func checkHeaders(headers url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isTokenRune(r) }) {
			return &HeaderError{name, "is no name for a header"}
		}
		if strings.ContainsFunc(headers.Get(name), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return &HeaderError{name, "its value holds a line break or another control character"}
		}
	}
	return nil
}

// isTokenRune is tchar of RFC 9110 §5.6.2.
func isTokenRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}
