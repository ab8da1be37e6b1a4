package scrub

import (
	"encoding/json"
	"slices"
	"strings"
)

// leastLine is the minimum length in bytes of a part of a secret that is searched for on its own.
const leastLine = 16

// partsOf returns the parts of a secret that a text may contain without the rest: the lines of a
// private key in PEM, all lines joined, and the long private members of a JWK. It leaves out short
// parts, which can occur by chance.
func partsOf(secret string) []string {
	if strings.HasPrefix(strings.TrimSpace(secret), "{") {
		var members map[string]any
		if json.Unmarshal([]byte(secret), &members) != nil {
			return nil
		}
		var parts []string
		for name, value := range members {
			if text, is := value.(string); is && !slices.Contains(publicMembers, name) && len(text) >= leastLine {
				parts = append(parts, text)
			}
		}
		return parts
	}
	lines := strings.FieldsFunc(strings.NewReplacer(`\r`, "\n", `\n`, "\n").Replace(secret), func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) < 2 {
		return nil
	}
	var parts []string
	var body strings.Builder
	for _, line := range lines {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "-----") || strings.Contains(line, ": ") {
			continue // a label or a header of PEM
		}
		body.WriteString(line)
		if len(line) >= leastLine {
			parts = append(parts, line)
		}
	}
	if body.Len() < leastLine {
		return parts
	}
	return append(parts, body.String())
}

// publicMembers are the members of a JWK that a public key has, too.
var publicMembers = []string{"kty", "use", "alg", "kid", "crv", "x", "y", "n", "e", "x5c", "x5t", "x5u"}
