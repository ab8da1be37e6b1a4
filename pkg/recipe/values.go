package recipe

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"ssoctl/pkg/secret"
)

// Values maps the names of placeholders to their values: string, [secret.String],
// json.Number or bool. The type matters only if a JSON member is a single placeholder.
type Values map[string]any

// Text returns the value of name as text. An empty value counts as missing.
func (v Values) Text(name string) (string, bool) {
	var text string
	switch x := v[name].(type) {
	case nil:
	case string:
		text = x
	case secret.String:
		text = x.Reveal()
	case json.Number:
		text = x.String()
	case bool:
		text = strconv.FormatBool(x)
	default:
		panic(fmt.Sprintf("recipe: value of %s has type %T", name, x))
	}
	return text, text != ""
}

// CodeChallenge returns the code_challenge for a code_verifier by the method S256 (RFC
// 7636 §4.2).
func CodeChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
