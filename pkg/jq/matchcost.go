package jq

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// matchCost estimates compiling a regular expression and finding its matches in v.
func matchCost(v, re, flags any) int {
	const longest, stateCost, matchCost = 4 << 10, 96, 512
	if list, is := re.([]any); is && len(list) > 0 { // test([re, flags])
		if re = list[0]; len(list) > 1 {
			flags = list[1]
		}
	}
	text, _ := v.(string)
	pattern, _ := re.(string)
	if len(pattern) > longest {
		return maxResult + 1
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0 // gojq returns an error
	}
	groups := parsed.MaxCap() + 1
	cost := states(parsed) * (stateCost + 32*groups)
	room := max(maxResult-cost, 0) / (matchCost * groups)
	if cost > maxResult || len(text) <= room/2 {
		return cost
	}
	// There can be an empty match after each match.
	option, _ := flags.(string)
	if strings.Contains(option, "i") {
		pattern = "(?i)" + pattern
	}
	if strings.Contains(option, "m") {
		pattern = "(?s)" + pattern
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return cost
	}
	return cost + 2*matchCost*groups*len(compiled.FindAllStringIndex(text, room/2+1))
}

// states estimates the size of the program for a regular expression.
func states(re *syntax.Regexp) int {
	n := 2 + len(re.Rune)
	for _, sub := range re.Sub {
		n += states(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, maxResult)
}
