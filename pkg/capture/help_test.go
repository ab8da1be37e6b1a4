package capture_test

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }
