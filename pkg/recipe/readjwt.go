package recipe

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/key"
	"ssoctl/pkg/lang"
)

// tokenReader compares a JWT that was received with the make that describes it. Members that
// the make does not have are ignored. Times are only read: the caller, which has a clock,
// checks them.
type tokenReader struct {
	*reader
	member, name string // of the request; of the make
	JWT
}

// token reads the header and the claims. verifyToken checks the signature later.
func (rd *reader) token(member string, c capture, j JWT) {
	t := tokenReader{rd, member, c.Name, j}
	defer func() { rd.inside = "" }()
	token, err := key.ReadToken(c.text)
	if err != nil {
		rd.worded(member, c.Name, Malformed, lang.Text{EN: "a signed JWT: three parts of base64url, separated by dots", ZH: "已签名的 JWT：三段 base64url，以点分隔"}, lang.Text{EN: c.text})
		return
	}
	claims := token.Claims()
	if claims == nil {
		rd.worded(member, c.Name, Malformed, lang.Text{EN: "a signed JWT whose payload is a JSON object", ZH: "已签名的 JWT，载荷是 JSON 对象"}, lang.Text{EN: c.text})
		return
	}
	header := map[string]any{"alg": j.Alg}
	if j.Kid != "" {
		header["kid"] = string(j.Kid)
	}
	maps.Copy(header, j.Header)
	t.object("header", header, token.Header)
	t.object("claims", j.Claims, claims)
}

func (t tokenReader) differs(kind ProblemKind, expected, got string) {
	t.problem(t.member, t.name, kind, expected, got)
}

// malformed reports a value in the wrong form. expected describes the right form.
func (t tokenReader) malformed(expected lang.Text, got any) {
	t.worded(t.member, t.name, Malformed, expected, lang.Text{EN: jsonText(got)})
}

func (t tokenReader) object(inside string, want, got map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, sent := got[name]
		t.inside = inside + "." + name
		switch {
		case inside == "claims" && isTimeClaim(name):
			t.time(value, sent)
		case inside == "claims" && name == "aud" && (sent || len(textsIn(want[name])) != 1):
			t.audience(want[name], value)
		default:
			t.value(want[name], value, sent)
		}
	}
}

func (t tokenReader) time(got any, sent bool) {
	number, is := got.(json.Number)
	if _, err := number.Float64(); sent && (!is || err != nil) {
		t.malformed(secondsWords, got)
	} else if !sent {
		t.differs(Missing, "", "")
	}
}

func (t tokenReader) value(want, got any, sent bool) {
	inside := t.inside
	switch want := want.(type) {
	case string:
		t.string(Template(want).parts(), got, sent)
	case map[string]any:
		if object, is := got.(map[string]any); is {
			t.object(inside, want, object)
		} else {
			t.malformed(ofJSON("object"), got)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.malformed(lang.Sprintf(lang.Text{EN: "a list of %d", ZH: "%d 项的列表"}, len(want)), got)
			return
		}
		for i := range want {
			t.inside = fmt.Sprintf("%s[%d]", inside, i)
			t.value(want[i], list[i], true)
		}
	default:
		if !sent || jsonText(want) != jsonText(got) {
			t.differs(Differs, jsonText(want), jsonText(got))
		}
	}
}

// string compares a text. verifyToken compares texts that contain a part of the request,
// because that takes the whole request.
func (t tokenReader) string(want parts, got any, sent bool) {
	text, isText := got.(string)
	number, isNumber := got.(json.Number)
	p, only := want.only()
	switch {
	case t.covers(want.placeholders()):
	case !sent && len(want.placeholders()) == 0:
		t.differs(Missing, want.text(), "")
	case !sent:
		t.absent(t.member, want)
	case isText && len(want.placeholders()) == 0:
		if text != want.text() {
			t.differs(Differs, want.text(), text)
		}
	case isText:
		t.text(t.member, want, text)
	case only && isNumber:
		t.reader.value(t.member, capture{p, number.String()})
	default:
		t.malformed(lang.Text{EN: "a string", ZH: "字符串"}, got)
	}
}

func (t tokenReader) covers(ps []Placeholder) bool {
	return slices.ContainsFunc(ps, func(p Placeholder) bool { return IsPart(p.Name) || t.covering[p.Name] })
}

// audience compares the claim aud, which is a text or a list of texts: one of them must be
// expected.
func (t tokenReader) audience(want, got any) {
	sent, expected := textsIn(got), textsIn(want)
	if len(expected) == 1 && len(sent) == 1 {
		t.string(Template(expected[0]).parts(), sent[0], true)
		return
	}
	var all []string
	for _, one := range expected {
		text, missing := Template(one).Expand(t.known)
		if len(missing) == 0 && slices.Contains(sent, text) {
			return
		}
		all = append(all, text)
	}
	if got == nil {
		t.differs(Missing, jsonText(all), "")
		return
	}
	t.differs(Differs, jsonText(all), jsonText(got))
}

// textsIn returns a text, or the texts in a list.
func textsIn(v any) []string {
	if text, is := v.(string); is {
		return []string{text}
	}
	var out []string
	list, _ := v.([]any)
	for _, one := range list {
		if text, is := one.(string); is {
			out = append(out, text)
		}
	}
	return out
}

func jsonText(v any) string {
	text, _ := exactjson.Encode(v)
	return string(text)
}

// verifyToken checks the signature of a token, and the claims that contain parts of the
// request.
func (rd *reader) verifyToken(d *deriver, name string, j JWT) {
	got, sent := rd.seen.Values[name]
	token, err := key.ReadToken(got.Reveal())
	if !sent || err != nil {
		return // reported by token
	}
	t := tokenReader{rd, rd.at[name], name, j}
	defer func() { rd.inside = "" }()
	if claims := token.Claims(); claims != nil {
		t.covered(d, claims)
	}
	t.inside = "signature"
	text, missing := j.Key.Expand(d.value)
	if required(missing) {
		return // a recorder, which need not know the key
	}
	k := key.Shared(text)
	if !key.Algorithm(j.Alg).IsShared() {
		if k, err = key.Parse(text); err != nil {
			t.differs(Differs, "", "")
			return
		}
	}
	if token.Algorithm() == key.Algorithm(j.Alg) && !token.Verify(k) { // a different alg has been reported
		t.worded(t.member, t.name, Differs, token.Likely(k), lang.Text{})
	}
}

// covered compares the claims that contain parts of the request.
func (t tokenReader) covered(d *deriver, claims map[string]any) {
	for _, claim := range slices.Sorted(maps.Keys(t.Claims)) {
		want, is := t.Claims[claim].(string)
		if got, _ := claims[claim].(string); is && !isTimeClaim(claim) && t.covers(Template(want).Placeholders()) {
			t.inside = "claims." + claim
			if text, missing := Template(want).Expand(d.value); required(missing) || text != got {
				t.differs(Differs, text, got)
			}
		}
	}
}
