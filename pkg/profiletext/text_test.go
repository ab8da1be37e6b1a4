package profiletext

import (
	"reflect"
	"slices"
	"testing"

	"ssoctl/pkg/profile"
)

// TestEveryKeyIsShown checks that profile show shows every key of a step.
func TestEveryKeyIsShown(t *testing.T) {
	elsewhere := []string{"method", "url", "source", "guess", "guess_zh"} // in the lines around the keys
	forEmulator := []string{"also", "example", "refusal_example"}
	var keys []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[profile.Step]()) {
		if key := field.Tag.Get("toml"); key != "" && key != "-" {
			keys = append(keys, key)
		}
	}
	want := slices.Concat(stepKeys, elsewhere, forEmulator)
	for _, key := range keys {
		if !slices.Contains(want, key) {
			t.Errorf("profile show does not show %s", key)
		}
	}
	for _, key := range want {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is not a key of a step", key)
		}
	}
}
