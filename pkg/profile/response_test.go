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
		want              profile.ResponseBody
		err               error
	}{
		{"object", "", ` {"id":1234567890123456789} ` + "\n", profile.ResponseBody{map[string]any{"id": json.Number("1234567890123456789")}, body.JSON}, nil},
		{"BOM", "", "\ufeff{\"a\":1.0}", profile.ResponseBody{map[string]any{"a": json.Number("1.0")}, body.JSON}, nil},
		{"JSON as HTML", "text/html", `["a"]`, profile.ResponseBody{[]any{"a"}, body.JSON}, nil},
		{"quoted string", "", `"tok\"en"`, profile.ResponseBody{`tok"en`, body.JSON}, nil},
		{"number", "", "166786062", profile.ResponseBody{json.Number("166786062"), body.JSON}, nil},
		{"null", "", "null", profile.ResponseBody{nil, body.JSON}, nil},
		{"bare string", "text/plain", " token==\r\n", profile.ResponseBody{"token==", body.Text}, nil},
		{"bare string behind a BOM", "", "\ufefftoken", profile.ResponseBody{"token", body.Text}, nil},
		{"trailing garbage", "", `{"a":1} x`, profile.ResponseBody{`{"a":1} x`, body.Text}, nil},
		{"two documents", "", `{"a":1}{"a":2}`, profile.ResponseBody{`{"a":1}{"a":2}`, body.Text}, nil},
		{"trailing comma", "", `{"a":1,}`, profile.ResponseBody{`{"a":1,}`, body.Text}, nil},
		{"cut off", "", `{"a":`, profile.ResponseBody{`{"a":`, body.Text}, nil},
		{"form", body.FormType, "a=1&b=%26+x&b=", profile.ResponseBody{map[string]any{"a": "1", "b": []any{"& x", ""}}, body.Fields}, nil},
		{"bad form", body.FormType, "a=%", profile.ResponseBody{"a=%", body.Text}, nil},
		{"undeclared form", "text/html", "a=1", profile.ResponseBody{"a=1", body.Text}, nil},
		{"too many pairs", body.FormType, pairs, profile.ResponseBody{}, &body.Error{Reason: body.TooManyValues, Form: body.Fields, Type: body.FormType, Size: len(pairs), Limit: exactjson.MaxValues}},
		{"too deep", "", strings.Repeat("[", 20000), profile.ResponseBody{strings.Repeat("[", 20000), body.Text}, nil},
		{"page", "", page, profile.ResponseBody{page, body.Text}, &body.Error{Form: body.Page, Size: len(page)}},
		{"JSONP", "text/html", "callback( {\"a\":1} );\n", profile.ResponseBody{map[string]any{"a": json.Number("1")}, body.Script}, nil},
		{"JSONP with garbage", "text/html", "callback( {\"a\":1 );", profile.ResponseBody{"callback( {\"a\":1 );", body.Text}, nil},
		{"JSONP with too many values", "", "f(" + many + ")", profile.ResponseBody{}, &body.Error{Reason: body.TooManyValues, Form: body.Script, Size: len(many) + 3, Limit: exactjson.MaxValues}},
		{"GBK", "application/json; charset=GBK", "{\"a\":\"\xb2\xbb\"}", profile.ResponseBody{map[string]any{"a": "不"}, body.JSON}, nil},
		{"undeclared GBK", "", "{\"a\":\"\xb2\xbb\"}", profile.ResponseBody{map[string]any{"a": "不"}, body.JSON}, nil},
		{"text as HTML", "text/html", "Oops", profile.ResponseBody{"Oops", body.Text}, nil},
		{"XML", "text/xml", `<c:r xmlns:c="urn:c"><c:a b="1">x</c:a></c:r>`, profile.ResponseBody{map[string]any{"r": map[string]any{"a": map[string]any{"@b": "1", "#text": "x"}}}, body.Markup}, nil},
		{"cut off XML", "", "<r><a>", profile.ResponseBody{"<r><a>", body.Text}, &body.Error{Form: body.Markup, Size: 6}},
		{"too many elements", "", elements, profile.ResponseBody{}, &body.Error{Reason: body.TooManyValues, Form: body.Markup, Size: len(elements), Limit: exactjson.MaxValues}},
		{"empty", "", " \n", profile.ResponseBody{}, nil},
		{"binary", "", "a\x00", profile.ResponseBody{"a\x00", body.Text}, &body.Error{Reason: body.NotText, Form: body.Binary, Size: 2}},
		{"not UTF-8", "", "{\"a\":\"\xff\"}", profile.ResponseBody{}, &body.Error{Reason: body.NotUTF8, Form: body.Binary, Size: 9}},
		{"too many values", "", many, profile.ResponseBody{}, &body.Error{Reason: body.TooManyValues, Form: body.JSON, Size: len(many), Limit: exactjson.MaxValues}},
	} {
		header := http.Header{}
		if tt.media != "" {
			header.Set("Content-Type", tt.media)
		}
		got, err := new(profile.Step).Decode(header, []byte(tt.body))
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
		want                  profile.ResponseBody
	}{
		{profile.ResponseForm, "text/html", "a=1", profile.ResponseBody{object, body.Fields}},
		{profile.ResponseForm, "", `f({"a":"1"})`, profile.ResponseBody{object, body.Script}},
		{profile.ResponseForm, "", `{"a":"1"}`, profile.ResponseBody{object, body.JSON}},
		{profile.ResponseForm, "", "<a>1</a>", profile.ResponseBody{object, body.Markup}},
		{profile.ResponseForm, "text/html", "Bad Gateway", profile.ResponseBody{"Bad Gateway", body.Text}},
		{profile.ResponseText, body.FormType, "a=1", profile.ResponseBody{"a=1", body.Text}},
	} {
		s := &profile.Step{Response: tt.response}
		got, err := s.Decode(http.Header{"Content-Type": {tt.media}}, []byte(tt.body))
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%+v: %v %s", tt, err, diff)
		}
	}
}
