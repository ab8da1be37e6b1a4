package profile_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/profile"
)

func TestDecode(t *testing.T) {
	const page = "<!DOCTYPE html><title>502</title>"
	many := "[" + strings.Repeat("0,", exactjson.MaxValues) + "0]"
	pairs := strings.Repeat("a=1&", exactjson.MaxValues)
	elements := "<a>" + strings.Repeat("<b/>", exactjson.MaxValues) + "</a>"
	for _, tt := range []struct {
		name, media, body string
		want              profile.Response
		err               error
	}{
		{"object", "", ` {"id":1234567890123456789} ` + "\n", profile.Response{Value: map[string]any{"id": json.Number("1234567890123456789")}, Form: body.JSON}, nil},
		{"BOM", "", "\ufeff{\"a\":1.0}", profile.Response{Value: map[string]any{"a": json.Number("1.0")}, Form: body.JSON}, nil},
		{"JSON as HTML", "text/html", `["a"]`, profile.Response{Value: []any{"a"}, Form: body.JSON}, nil},
		{"quoted string", "", `"tok\"en"`, profile.Response{Value: `tok"en`, Form: body.JSON}, nil},
		{"number", "", "166786062", profile.Response{Value: json.Number("166786062"), Form: body.JSON}, nil},
		{"null", "", "null", profile.Response{Value: nil, Form: body.JSON}, nil},
		{"bare string", "text/plain", " token==\r\n", profile.Response{Value: "token==", Form: body.Text}, nil},
		{"bare string behind a BOM", "", "\ufefftoken", profile.Response{Value: "token", Form: body.Text}, nil},
		{"trailing garbage", "", `{"a":1} x`, profile.Response{Value: `{"a":1} x`, Form: body.Text}, nil},
		{"two documents", "", `{"a":1}{"a":2}`, profile.Response{Value: `{"a":1}{"a":2}`, Form: body.Text}, nil},
		{"trailing comma", "", `{"a":1,}`, profile.Response{Value: `{"a":1,}`, Form: body.Text}, nil},
		{"cut off", "", `{"a":`, profile.Response{Value: `{"a":`, Form: body.Text}, nil},
		{"form", body.FormType, "a=1&b=%26+x&b=", profile.Response{Value: map[string]any{"a": "1", "b": []any{"& x", ""}}, Form: body.Fields}, nil},
		{"bad form", body.FormType, "a=%", profile.Response{Value: "a=%", Form: body.Text}, nil},
		{"undeclared form", "text/html", "a=1", profile.Response{Value: "a=1", Form: body.Text}, nil},
		{"too many pairs", body.FormType, pairs, profile.Response{}, &body.Error{Reason: body.TooManyValues, Form: body.Fields, Type: body.FormType, Size: len(pairs), Limit: exactjson.MaxValues}},
		{"too deep", "", strings.Repeat("[", 20000), profile.Response{Value: strings.Repeat("[", 20000), Form: body.Text}, nil},
		{"page", "", page, profile.Response{Value: page, Form: body.Text}, &body.Error{Form: body.Page, Size: len(page)}},
		{"JSONP", "text/html", "callback( {\"a\":1} );\n", profile.Response{Value: map[string]any{"a": json.Number("1")}, Form: body.Script}, nil},
		{"JSONP with garbage", "text/html", "callback( {\"a\":1 );", profile.Response{Value: "callback( {\"a\":1 );", Form: body.Text}, nil},
		{"JSONP with too many values", "", "f(" + many + ")", profile.Response{}, &body.Error{Reason: body.TooManyValues, Form: body.Script, Size: len(many) + 3, Limit: exactjson.MaxValues}},
		{"GBK", "application/json; charset=GBK", "{\"a\":\"\xb2\xbb\"}", profile.Response{Value: map[string]any{"a": "不"}, Form: body.JSON}, nil},
		{"undeclared GBK", "", "{\"a\":\"\xb2\xbb\"}", profile.Response{Value: map[string]any{"a": "不"}, Form: body.JSON}, nil},
		{"text as HTML", "text/html", "Oops", profile.Response{Value: "Oops", Form: body.Text}, nil},
		{"XML", "text/xml", `<c:r xmlns:c="urn:c"><c:a b="1">x</c:a></c:r>`, profile.Response{Value: map[string]any{"r": map[string]any{"a": map[string]any{"@b": "1", "#text": "x"}}}, Form: body.Markup}, nil},
		{"cut off XML", "", "<r><a>", profile.Response{Value: "<r><a>", Form: body.Text}, &body.Error{Form: body.Markup, Size: 6}},
		{"too many elements", "", elements, profile.Response{}, &body.Error{Reason: body.TooManyValues, Form: body.Markup, Size: len(elements), Limit: exactjson.MaxValues}},
		{"empty", "", " \n", profile.Response{}, nil},
		{"binary", "", "a\x00", profile.Response{Value: "a\x00", Form: body.Text}, &body.Error{Reason: body.NotText, Form: body.Binary, Size: 2}},
		{"not UTF-8", "", "{\"a\":\"\xff\"}", profile.Response{}, &body.Error{Reason: body.NotUTF8, Form: body.Binary, Size: 9}},
		{"too many values", "", many, profile.Response{}, &body.Error{Reason: body.TooManyValues, Form: body.JSON, Size: len(many), Limit: exactjson.MaxValues}},
	} {
		header := http.Header{}
		if tt.media != "" {
			header.Set("Content-Type", tt.media)
		}
		got, err := new(profile.Step).Decode(0, header, []byte(tt.body))
		got.Header = nil
		if diff := cmp.Diff(tt.want, got) + cmp.Diff(tt.err, err); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// TestResponseKey checks that response decides only what is neither JSON nor markup.
func TestResponseKey(t *testing.T) {
	object := map[string]any{"a": "1"}
	for _, tt := range []struct {
		response, media, body string
		want                  profile.Response
	}{
		{profile.ResponseForm, "text/html", "a=1", profile.Response{Value: object, Form: body.Fields}},
		{profile.ResponseForm, "", `f({"a":"1"})`, profile.Response{Value: object, Form: body.Script}},
		{profile.ResponseForm, "", `{"a":"1"}`, profile.Response{Value: object, Form: body.JSON}},
		{profile.ResponseForm, "", "<a>1</a>", profile.Response{Value: object, Form: body.Markup}},
		{profile.ResponseForm, "text/html", "Bad Gateway", profile.Response{Value: "Bad Gateway", Form: body.Text}},
		{profile.ResponseText, body.FormType, "a=1", profile.Response{Value: "a=1", Form: body.Text}},
	} {
		s := &profile.Step{Response: tt.response}
		got, err := s.Decode(0, http.Header{"Content-Type": {tt.media}}, []byte(tt.body))
		got.Header = nil
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%+v: %v %s", tt, err, diff)
		}
	}
}
