package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

// TestRefusalByMessage looks up codes whose meaning depends on the message.
func TestRefusalByMessage(t *testing.T) {
	p := &profile.Profile{Refusals: []profile.Refusal{
		{Code: "no", Message: "code", EN: "a code"},
		{Code: "no", EN: "no"},
		{Code: "no", Message: "code expired", EN: "an old code"},
		{Code: "no", Message: "code", EN: "inherited"},
		{Code: int64(7), Message: "only", EN: "only with this message"},
	}}
	type want struct {
		en string
		ok bool
	}
	for _, c := range []struct {
		code, message string
		want          want
	}{
		{"no", "", want{"no", true}},
		{"no", "bad token", want{"no", true}},
		{"no", "The code is unknown", want{"a code", true}},
		{"no", "code expired at noon", want{"an old code", true}},
		{"7", "the only one", want{"only with this message", true}},
		{"7", "another", want{}},
		{"", "code", want{}},
	} {
		r, ok := p.Refusal(c.code, c.message)
		if diff := cmp.Diff(c.want, want{r.EN, ok}, cmp.AllowUnexported(want{})); diff != "" {
			t.Errorf("%q with %q (-want +got):\n%s", c.code, c.message, diff)
		}
	}
	var codes []string
	for _, r := range p.Codes() {
		codes = append(codes, r.EN)
	}
	if diff := cmp.Diff([]string{"a code", "no", "an old code", "only with this message"}, codes); diff != "" {
		t.Error(diff)
	}
}
