package capture

import (
	"testing"

	"ssoctl/pkg/body"
)

func TestRewriteXML(t *testing.T) {
	standIn := func(key string, _ any) (string, bool) {
		return map[string]string{"json.r.user": "u&1", "json.r.user.@id": "id-1"}[key], key == "json.r.user" || key == "json.r.user.@id"
	}
	for text, want := range map[string]string{
		`<c:r xmlns:c="urn:c"><c:user> Ada &amp; Bo </c:user><c:n>Ada</c:n></c:r>`: `<c:r xmlns:c="urn:c"><c:user> u&amp;1 </c:user><c:n>Ada</c:n></c:r>`,
		`<r><user>user</user></r>`:            `<r><user>u&amp;1</user></r>`,
		`<r><user id="Ada"><n/></user></r>`:   `<r><user id="id-1"><n/></user></r>`,
		`<r><user><![CDATA[Ada]]></user></r>`: `<r><user><![CDATA[u&1]]></user></r>`,
		`<r><user>A&#100;a</user></r>`:        "", // written in an unusual way
	} {
		value, err := body.XML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := rewriteXML(text, value, standIn); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
