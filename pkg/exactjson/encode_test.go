package exactjson_test

import (
	"encoding/json"
	"testing"

	"ssoctl/pkg/exactjson"
)

func TestEncode(t *testing.T) {
	value := map[string]any{"b": json.Number("1.50"), "a": []any{"<&>", nil}, "c": map[string]any{}}
	text, err := exactjson.Encode(value)
	if want := `{"a":["<&>",null],"b":1.50,"c":{}}`; string(text) != want || err != nil {
		t.Errorf("%s, %v", text, err)
	}
	text, err = exactjson.EncodeIndented(value)
	if want := "{\n  \"a\": [\n    \"<&>\",\n    null\n  ],\n  \"b\": 1.50,\n  \"c\": {}\n}\n"; string(text) != want || err != nil {
		t.Errorf("%s, %v", text, err)
	}
	for _, encode := range []func(any) ([]byte, error){exactjson.Encode, exactjson.EncodeIndented} {
		if text, err := encode(make(chan int)); err == nil {
			t.Errorf("%s for a value without JSON", text)
		}
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"":               `""`,
		"a\"b\\<i>&\n授权": `"a\"b\\<i>&\n授权"`,
		"\x00\xff":       `"\u0000\ufffd"`,
	} {
		if got := exactjson.Quote(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		if got := exactjson.Escape(text); got != want[1:len(want)-1] {
			t.Errorf("%q: %s without its quotes", text, got)
		}
	}
}
