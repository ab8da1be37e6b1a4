// Package suggestion finds what a misspelt word was probably meant to be. [For] and [Any]
// make the end of an error message of it, [DidYouMean] of words that are found otherwise.
package suggestion

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"ssoctl/pkg/lang"
)

// longest is the longest word, in bytes, for which a suggestion is looked for.
const longest = 40

// Nearest returns the candidate with the smallest edit distance to word, "" if none is
// close.
func Nearest[T ~string](word T, candidates []T) T {
	if near := closest(word, candidates); len(near) > 0 {
		return near[0]
	}
	return ""
}

// For returns "; did you mean X?" for the [Nearest] candidate; zero if there is none.
func For[T ~string](word T, candidates []T) lang.Text {
	if near := Nearest(word, candidates); near != "" {
		return DidYouMean(near)
	}
	return lang.Text{}
}

// Any is [For] for candidates such as numbers, of which several are often equally close: it
// names up to three.
func Any[T ~string](word T, candidates []T) lang.Text {
	const most = 3
	near := closest(word, candidates)
	return DidYouMean(near[:min(most, len(near))]...)
}

// DidYouMean returns "; did you mean X or Y?"; zero without words.
func DidYouMean[T ~string](words ...T) lang.Text {
	if len(words) == 0 {
		return lang.Text{}
	}
	names := make([]string, len(words))
	for i, word := range words {
		names[i] = string(word)
	}
	return lang.Text{
		EN: "; did you mean " + strings.Join(names, " or ") + "?",
		ZH: "；是不是 " + strings.Join(names, " 或 ") + "？",
	}
}

// closest returns the candidates with the smallest edit distance to word, in order, none if
// they are not close.
func closest[T ~string](word T, candidates []T) []T {
	if len(word) > longest {
		return nil
	}
	var out []T
	least := max(2, len(word)/3)
	for _, c := range slices.Compact(slices.Sorted(slices.Values(candidates))) {
		if len(c) > longest {
			continue
		}
		d := levenshtein.ComputeDistance(string(word), string(c))
		if d < least {
			out, least = nil, d
		}
		if d == least {
			out = append(out, c)
		}
	}
	return out
}
