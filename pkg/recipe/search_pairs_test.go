package recipe_test

import (
	"crypto/sha1"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
)

// ofPairs makes the signature of a page, and sends no request.
var ofPairs = recipe.Recipe{
	Makes: map[string]recipe.Make{
		"sign":    {Text: "ticket_id={ticket}&noncestr={nonce}&timestamp={at}&url={page}", Hash: "sha1", Encoding: "hex"},
		"at":      {Time: "%s"},
		"at_ms":   {Time: "%s%3N"},
		"at_hour": {Time: "%F %H", Zone: "Asia/Shanghai"},
	},
	Yields: map[string]recipe.Template{"nonceStr": "{nonce}", "timestamp": "{at}", "signature": "{sign}"},
}

// TestSearchPairs searches for signatures whose text consists of pairs, some with other
// times.
func TestSearchPairs(t *testing.T) {
	const seconds, milliseconds, hour = "ticket_id={ticket}&timestamp={at}", "ticket_id={ticket}&timestamp={at_ms}", "{ticket}|{at_hour}"
	type way struct {
		Text        recipe.Template
		How, Beyond string
	}
	for _, test := range []struct {
		of     recipe.Template // "" for the text of ofPairs
		signed string
		want   way // Text "" for the text itself
	}{
		{"", "ticket_id=T&noncestr=N&timestamp=1414587457&url=https://h.example/a", way{}},
		{"", "noncestr=N&ticket_id=T&timestamp=1414587457&url=https://h.example/a", way{
			"noncestr={nonce}&ticket_id={ticket}&timestamp={at}&url={page}",
			"with the parts in the order noncestr={nonce} ticket_id={ticket} timestamp={at} url={page}", "",
		}},
		{"", "noncestr=N&timestamp=1414587457&url=https://h.example/a", way{"noncestr={nonce}&timestamp={at}&url={page}", "without {ticket}", ""}},
		{"", "ticket_id=T&noncestr=&timestamp=1414587457&url=https://h.example/a", way{"ticket_id={ticket}&noncestr=&timestamp={at}&url={page}", "with nothing in place of {nonce}", ""}},
		{"", "ticket_id=T\nnoncestr=N\ntimestamp=1414587457\nurl=https://h.example/a", way{"ticket_id={ticket}\nnoncestr={nonce}\ntimestamp={at}\nurl={page}", "with a line feed between the parts", ""}},
		{"", "ticket_id=T&nonceStr=N&timestamp=1414587457&url=https://h.example/a", way{"ticket_id={ticket}&nonceStr={nonce}&timestamp={at}&url={page}", "with the name nonceStr instead of noncestr", ""}},
		{"", "ticket_id=T&nonce_str=N&timestamp=1414587457&url=https://h.example/a", way{"ticket_id={ticket}&nonce_str={nonce}&timestamp={at}&url={page}", "with the name nonce_str instead of noncestr", ""}},
		{"", "ticketId=T&noncestr=N&timestamp=1414587457&url=https://h.example/a", way{"ticketId={ticket}&noncestr={nonce}&timestamp={at}&url={page}", "with the name ticketId instead of ticket_id", ""}},
		{"", "ticketId=T&nonceStr=N&timestamp=1414587457&url=https://h.example/a", way{
			"ticketId={ticket}&nonceStr={nonce}&timestamp={at}&url={page}", "with the name ticketId instead of ticket_id, with the name nonceStr instead of noncestr", "",
		}},
		{"", "TICKET_ID=T&NONCESTR=N&TIMESTAMP=1414587457&URL=https://h.example/a", way{
			"TICKET_ID={ticket}&NONCESTR={nonce}&TIMESTAMP={at}&URL={page}",
			"with the name TICKET_ID instead of ticket_id, with the name NONCESTR instead of noncestr, with the name TIMESTAMP instead of timestamp, with the name URL instead of url", "",
		}},
		{"", "ticket_id=T&nonceStr=N&timestamp=1414587457123&url=http://h.example/a", way{
			"ticket_id={ticket}&nonceStr={nonce}&timestamp={timestamp_ms}&url=‹{page} as http›",
			"with the name nonceStr instead of noncestr, with the time in milliseconds, with {page} as http", "with {page} as http",
		}},
		{seconds, "ticket_id=T&timestamp=1414587457123", way{"ticket_id={ticket}&timestamp={timestamp_ms}", "with the time in milliseconds", ""}},
		{milliseconds, "ticket_id=T&timestamp=1414587457123", way{}},
		{milliseconds, "ticket_id=T&timestamp=1414587457", way{"ticket_id={ticket}&timestamp={timestamp}", "with the time in seconds", ""}},
		{hour, "T|2014-10-29 20", way{}},
		{hour, "T|2014-10-29 12", way{"{ticket}|‹with the time in UTC›", "with the time in UTC", "with the time in UTC"}},
		{hour, "T|2014-10-29 21", way{"{ticket}|‹with the time in UTC+9›", "with the time in UTC+9", "with the time in UTC+9"}},
		{hour, "T|1414587457", way{"{ticket}|{timestamp}", "with the time in seconds", ""}},
	} {
		r := ofPairs
		if test.of != "" {
			r.Makes = map[string]recipe.Make{"sign": {Text: test.of, Hash: "sha1", Encoding: "hex"}}
			for name, m := range ofPairs.Makes {
				if name != "sign" {
					r.Makes[name] = m
				}
			}
		}
		if test.want.Text == "" {
			test.want.Text = r.Makes["sign"].Text
		}
		_, req, err := r.Compute(recipe.Values{"ticket": "T", "nonce": "N", "page": "https://h.example/a"}, recipe.Fresh{Now: func() time.Time { return time.UnixMilli(1414587457123) }})
		if err != nil {
			t.Fatal(err)
		}
		found, tried, err := r.Search(hex.EncodeToString(digest(sha1.New(), test.signed)), req, "sign", isSecret)
		if err != nil || len(found) != 1 {
			t.Errorf("%s: found %v, %v after %d digests, want one way", test.signed, found, err, tried)
			continue
		}
		if diff := cmp.Diff(test.want, way{found[0].Make.Text, found[0].How.EN, found[0].Beyond.EN}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.signed, diff)
		}
	}
}

// TestSearchOfFixedTime searches for a signature with a given time instead of the clock's.
func TestSearchOfFixedTime(t *testing.T) {
	fixed := recipe.Fresh{Now: time.Now, Fixed: map[string]string{"at": "1414587457"}}
	_, req, err := ofPairs.Compute(recipe.Values{"ticket": "T", "nonce": "N", "page": "https://h.example/a"}, fixed)
	if err != nil {
		t.Fatal(err)
	}
	const signed = "ticket_id=T&noncestr=N&timestamp=1414587457000&url=https://h.example/a"
	found, _, err := ofPairs.Search(hex.EncodeToString(digest(sha1.New(), signed)), req, "sign", isSecret)
	if err != nil || len(found) != 1 || found[0].How.EN != "with the time in milliseconds" || found[0].Beyond.IsZero() {
		t.Errorf("%v, %v", found, err)
	}
}
