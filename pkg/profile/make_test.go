package profile_test

import (
	"strings"
	"testing"

	"ssoctl/pkg/profile"
)

// signing is a profile with makes of every kind.
const signing = `[inputs]
base_url = { default = "https://sso.example.com" }
client_id = {}
client_secret = { secret = true }
[reply]
ok = "true"
[make.now]
time = "%F %T"
zone = "Asia/Shanghai"
[make.once]
random = 16
[make.sign]
text = "{params_sorted}"
hash = "hmac-sha256"
key = "{client_secret}"
[make.both]
text = "{client_id}:{client_secret}"
encoding = "base64"
[exchange]
method = "POST"
url = "{base_url}/token?v=1"
headers = { Authorization = "Basic {both}" }
form = { code = "{code}", at = "{now}", once = "{once}", sign = "{sign}" }
read = { access_token = ".t", openid = ".o" }
[userinfo]
method = "GET"
url = "{base_url}/me"
query = { t = "{access_token}" }
read = { subject = ".s" }
`

func TestFaultsOfMakes(t *testing.T) {
	if got := faults(t, "p", profile.Sources{Builtin: files{"p.toml": signing}}); got != "" {
		t.Fatal(got)
	}
	for _, tt := range []struct{ name, from, to, want string }{
		{"unused", "once = \"{once}\", ", "", "10: make.once: {once} is never used"},
		{"used by another make only", "once = \"{once}\", ", "both = \"{both}\", ", "10: make.once: {once} is never used"},
		{"unknown key", "random = 16", "randon = 16", "11: make.once.randon: unknown key; did you mean random?"},
		{"no kind", "random = 16", "", "10: make.once: missing key: one of time, random, text and jwt"},
		{"two kinds", "random = 16", "random = 16\ntext = \"x\"", "10: make.once: more than one of time, random, text and jwt: keep one"},
		{"no table", "[make.once]\nrandom = 16", "[make]\nonce = 16", "11: make.once: expected a table, got a whole number"},
		{"too short", "random = 16", "random = 7", "11: make.once.random: expected 8 to 256 characters"},
		{"too long", "random = 16", "random = 257", "11: make.once.random: expected 8 to 256 characters"},
		{"directive", "%F %T", "%F %k:%M", "8: make.now.time: \"%k\" is not one of %F, %T, %%, %Y, %y, %m, %b, %d, %a, %H, %I, %p, %M, %S, %3N, %6N, %s, %z, %:z"},
		{"no date", "%F %T", "%T", "8: make.now.time: needs %s, or a year, a month and a day"},
		{"zone", "Asia/Shanghai", "Beijing", "9: make.now.zone: \"Beijing\" is not a time zone such as Asia/Shanghai or UTC"},
		{"keys of another kind", "random = 16", "random = 16\nzone = \"UTC\"\nkey = \"k\"", "12: make.once.zone: only allowed with time\nprofiles/p.toml:13: make.once.key: only allowed with text"},
		{"type", "random = 16", "random = 16\ntype = \"bool\"", "12: make.once.type: unknown type \"bool\": expected int"},
		{"type of a text", "random = 16", "random = 16\ntype = \"int\"", "12: make.once.type: not allowed here: the value is not a whole number"},
		{"type of a date", "zone = \"Asia/Shanghai\"", "type = \"int\"", "9: make.now.type: not allowed here: this time is not a whole number"},
		{"hash", "hmac-sha256", "hmac-sha3", "14: make.sign.hash: unknown hash \"hmac-sha3\": expected one of sha256, sha1, md5, sha512, hmac-sha256, hmac-sha1, hmac-md5, hmac-sha512, rsa-sha256, rsa-sha1, ecdsa-sha256, ed25519"},
		{"key without a hash", "encoding = \"base64\"", "key = \"k\"", "18: make.both.key: required with an hmac or a signature, and not allowed with any other hash"},
		{"unknown placeholder", "{params_sorted}", "{params_sort}", "13: make.sign.text: unknown placeholder {params_sort}; did you mean params_sorted?"},
		{"look-alike", "{params_sorted}", "{{body}}", "13: make.sign.text: \"{{body}}\" is sent literally: a placeholder is written {name} or {name?}"},
		{"cycle of one", "{client_id}:{client_secret}", "{client_id}:{client_secret}{both}", "16: make.both: refers to itself: both → both"},
		{"cycle", "{params_sorted}\"\nhash = \"hmac-sha256\"\nkey = \"{client_secret}\"\n[make.both]\ntext = \"", "{both}\"\nhash = \"hmac-sha256\"\nkey = \"{client_secret}\"\n[make.both]\ntext = \"{sign}", "16: make.both: refers to itself: both → sign → both"},
		{"name of an input", "base_url = {", "once = {}\nbase_url = {", "11: make.once: an input has this name: choose another"},
		{"name of an argument", "[make.once]", "[make.code]", "10: make.code: this name is reserved for a value that ssoctl supplies: choose another\nprofiles/p.toml:23: exchange.form.once: unknown placeholder {once}; did you mean nonce?"},
		{"name of a value of the login", "[make.once]", "[make.nonce]", "10: make.nonce: this name is reserved for a value that ssoctl supplies: choose another\nprofiles/p.toml:23: exchange.form.once: unknown placeholder {once}; did you mean nonce?"},
		{"name of a generated value", "[make.once]", "[make.uuid]", "10: make.uuid: this name is reserved for a value that ssoctl supplies: choose another\nprofiles/p.toml:23: exchange.form.once: unknown placeholder {once}; did you mean nonce?"},
		{"name of a part", "[make.once]", "[make.url]", "10: make.url: this name is reserved for a value that ssoctl supplies: choose another\nprofiles/p.toml:23: exchange.form.once: unknown placeholder {once}; did you mean nonce?"},
		{"name of a read value", "openid = \".o\"", "once = \".o\"", "10: make.once: [exchange] supplies a value of this name: choose another"},
		{"covering, in the URL", "token?v=1", "token?v={sign}", "21: exchange.url: {sign} is not allowed here, because the signature covers this text: use query, headers, form or json"},
		{"a value that the step does not have", "{client_id}:{client_secret}", "{client_id}:{openid}", "17: make.both.text: {openid} has no value in [exchange], which uses {both}: it is read by [exchange], but not before [exchange] runs"},
		{"a name in query and form", "token?v=1", "token?code=1", "13: make.sign.text: {params_sorted} has code twice: it is in the query and in the body of [exchange]"},
		{"the sorted query of a POST", "{params_sorted}", "{query_sorted}", "13: make.sign.text: {query_sorted} covers only the query, but the parameters of this POST are in its body: use {params} or {body}; form parameters are sent in alphabetical order"},
		{"a part in a step that sends nothing", "[userinfo]", "[step.page]\nyields = { s = \"{sign}\" }\n[userinfo]", "25: step.page: {sign} covers parts of a request, and this step sends none"},
		{"a random value that is only signed", "once = \"{once}\", ", "x = \"{sum}\", ", "10: make.once: [exchange] never sends {once}, so the vendor cannot check what is made from it: send it too"},
		{"the beginning of an address", "url = \"{base_url}/me\"", "url = \"{both}/me\"", "27: userinfo.url: an address cannot begin with {both}, which is made for each request: use an input"},
		{"an input with the name of a part, in a text", "client_id = {}\n", "client_id = {}\nurl = {}\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(signing, tt.from, tt.to, 1)
			if text == signing {
				t.Fatal("nothing replaced")
			}
			if strings.Contains(tt.to, "{sum}") {
				text += "[make.sum]\ntext = \"{once}\"\nhash = \"md5\"\n"
			}
			want := tt.want
			if want != "" {
				want = "profiles/p.toml:" + want
			}
			got := faults(t, "p", profile.Sources{Builtin: files{"p.toml": text}})
			if !strings.Contains(got, want) || strings.Count(got, "\n") != strings.Count(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
