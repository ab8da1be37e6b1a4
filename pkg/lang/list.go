package lang

import "strings"

// List returns words as a list with commas, in both languages.
func List[T ~string](words []T) Text {
	text := make([]string, len(words))
	for i, word := range words {
		text[i] = string(word)
	}
	return Text{EN: strings.Join(text, ", "), ZH: strings.Join(text, "、")}
}

// And joins words as in "a, b and c".
func And(words []string) Text { return joined(words, Text{EN: " and ", ZH: " 和 "}) }

// Or joins words as in "a, b or c".
func Or(words []string) Text { return joined(words, Text{EN: " or ", ZH: " 或 "}) }

func joined(words []string, last Text) Text {
	n := len(words) - 1
	if n < 1 {
		return List(words)
	}
	before := List(words[:n])
	return Text{EN: before.EN + last.EN + words[n], ZH: before.ZH + last.ZH + words[n]}
}
