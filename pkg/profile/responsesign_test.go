package profile_test

import (
	"testing"

	"ssoctl/pkg/profile"
)

// TestSignMember uses the signed text in parentheses as its signature.
func TestSignMember(t *testing.T) {
	for name, test := range map[string]struct {
		object, want string
		ok           bool
	}{
		"a response":        {`{"a":{"b":1},"sign":"{response_sign}"}`, `{"a":{"b":1},"sign":"({"b":1})"}`, true},
		"spaces":            {`{ "a" : {"b": 1} , "sign" : "{response_sign}" }`, `{ "a" : {"b": 1} , "sign" : "({"b": 1})" }`, true},
		"escapes":           {`{"a":{"b":"https:\/\/x"},"sign":"{response_sign}"}`, `{"a":{"b":"https:\/\/x"},"sign":"({"b":"https:\/\/x"})"}`, true},
		"the nearest":       {`{"a":1,"b":[2],"sign":"{response_sign}","c":3}`, `{"a":1,"b":[2],"sign":"([2])","c":3}`, true},
		"a user's text":     {`{"a":{"name":"{response_sign}"},"sign":"{response_sign}"}`, `{"a":{"name":"{response_sign}"},"sign":"({"name":"{response_sign}"})"}`, true},
		"nothing before it": {`{"sign":"{response_sign}","a":1}`, "", false},
		"inside a text":     {`{"a":1,"sign":"v1={response_sign}"}`, "", false},
		"deeper":            {`{"a":{"b":1,"sign":"{response_sign}"}}`, "", false},
		"a list":            {`["a","{response_sign}"]`, "", false},
		"broken":            {`{"a":,"sign":"{response_sign}"}`, "", false},
	} {
		if test.want == "" {
			test.want = test.object
		}
		got, ok := profile.SignMember(test.object, func(text string) string { return "(" + text + ")" })
		if got != test.want || ok != test.ok {
			t.Errorf("%s: %s, %t, want %s, %t", name, got, ok, test.want, test.ok)
		}
	}
}
