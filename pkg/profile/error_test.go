package profile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// faults returns the errors of Load, or of Lint if Load succeeds.
func faults(t *testing.T, name string, src profile.Sources) string {
	t.Helper()
	p, err := profile.Load(name, src)
	if err == nil {
		if errs := p.Lint(); errs != nil {
			err = errs
		}
	}
	return message(t, err)
}

func TestFaultsOfForm(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"unknown key", "titel = \"x\"\n", "profiles/p.toml:1: titel: the profile has no such input; did you mean title?"},
		{"unknown table", "[exchang]\nurl = \"x\"\n", "profiles/p.toml:1: exchang: unknown key; did you mean exchange?"},
		{"no similar name", "[zzzzzzzz]\n", "profiles/p.toml:1: zzzzzzzz: unknown key"},
		{"in a step", "[exchange]\nurl = \"x\"\nmetod = \"GET\"\n", "profiles/p.toml:3: exchange.metod: unknown key; did you mean method?"},
		{"in a step's sign", "[exchange.sign]\ntext = \"x\"\nhsh = \"md5\"\n", "profiles/p.toml:3: exchange.sign.hsh: unknown key; did you mean hash?"},
		{"in callback", "[authorize]\ncallback = { cod = [\"c\"] }\n", "profiles/p.toml:2: authorize.callback.cod: unknown key; did you mean code?"},
		{"in an input", "[inputs]\nx = { defalt = \"1\", vendro = \"y\" }\n", "profiles/p.toml:2: inputs.x.defalt: unknown key; did you mean default?\nprofiles/p.toml:2: inputs.x.vendro: unknown key; did you mean vendor?"},
		{"in reply", "[reply]\nokay = \".\"\n", "profiles/p.toml:2: reply.okay: unknown key; did you mean ok?"},
		{"in not_offered", "[not_offered]\ntoken = { en = \"x\", cn = \"y\" }\n", "profiles/p.toml:2: not_offered.token.cn: unknown key; did you mean en?"},
		{"in a refusal", "[[refusals]]\ncode = 1\n[[refusals]]\ncode = 2\nknd = \"x\"\n", "profiles/p.toml:5: refusals.knd: unknown key; did you mean kind?"},
		{"in a refusal of an inline list", "refusals = [\n  { code = 1 },\n  { code = 2, knd = \"x\" },\n]\n", "profiles/p.toml:3: refusals.knd: unknown key; did you mean kind?"},
		{"text", "title = 5\n", "profiles/p.toml:1: title: expected a string, got a whole number"},
		{"list", "docs = \"x\"\n", "profiles/p.toml:1: docs: expected a list, got a string"},
		{"list element", "docs = [\"x\", 1.5]\n", "profiles/p.toml:1: docs.1: expected a string, got a number"},
		{"member", "[exchange]\nquery = { a = 5, \"b.c\" = true }\n", "profiles/p.toml:2: exchange.query.a: expected a string, got a whole number\nprofiles/p.toml:2: exchange.query.b.c: expected a string, got true or false"},
		{"table of a step", "exchange = \"S3CR3T\"\n", "profiles/p.toml:1: exchange: expected a table [exchange]"},
		{"read", "[userinfo]\nread = \"S3CR3T\"\n", "profiles/p.toml:2: userinfo.read: expected a table, got a string"},
		{"json", "[exchange]\njson = [1]\n", "profiles/p.toml:2: exchange.json: expected a table, got a list"},
		{"truth", "[authorize]\nscan = \"S3CR3T\"\n", "profiles/p.toml:2: authorize.scan: expected true or false, got a string"},
		{"date", "[authorize]\nstate = 2026-11-22\n", "profiles/p.toml:2: authorize.state: expected a string, got a date"},
		{"a value where an input is declared", "[inputs]\nkey = \"S3CR3T\"\n", "profiles/p.toml:2: inputs.key: expected a table, got a string"},
		{"inputs", "inputs = 1\n", "profiles/p.toml:1: inputs: expected a table [inputs]"},
		{"refusals as a table", "[refusals]\ncode = 1\n", "profiles/p.toml:1: refusals: expected a list of tables, [[refusals]]"},
		{"refusals of numbers", "refusals = [1]\n", "profiles/p.toml:1: refusals: expected a table, got a whole number"},
		{"status", "[[refusals]]\nstatus = \"400\"\n", "profiles/p.toml:2: refusals.status: expected a whole number, got a string"},
		{"status that is none", "[[refusals]]\ncode = 1\n[[refusals]]\nstatus = 42\n", "profiles/p.toml:4: refusals.status: HTTP 42 is not a refusal: expected 200 to 299, or 400 to 599"},
		{"interim status", "[[refusals]]\nstatus = 150\n", "profiles/p.toml:2: refusals.status: HTTP 150 is not a refusal: expected 200 to 299, or 400 to 599"},
		{"redirect status", "[[refusals]]\nstatus = 302\n", "profiles/p.toml:2: refusals.status: HTTP 302 is not a refusal: expected 200 to 299, or 400 to 599"},
		{"large status", "[[refusals]]\nstatus = 1000\n", "profiles/p.toml:2: refusals.status: HTTP 1000 is not a refusal: expected 200 to 299, or 400 to 599"},
		{"lifetime without unit", "[exchange]\nlifetime = 7200\n", `profiles/p.toml:2: exchange.lifetime: expected a duration such as "90s", "10m" or "2h"`},
		{"lifetime in words", "[exchange]\nlifetime = \"5 minutes\"\n", `profiles/p.toml:2: exchange.lifetime: expected a duration such as "90s", "10m" or "2h"`},
		{"negative lifetime", "[authorize]\ncallback = { lifetime = \"-5m\" }\n", `profiles/p.toml:2: authorize.callback.lifetime: expected a duration such as "90s", "10m" or "2h"`},
		{"all at once, in order", "[userinfo]\nb = 1\na = 1\n[exchange]\nurl = 1\nread = 1\n", "profiles/p.toml:2: userinfo.b: unknown key; did you mean ok?\nprofiles/p.toml:3: userinfo.a: unknown key; did you mean ok?\nprofiles/p.toml:5: exchange.url: expected a string, got a whole number\nprofiles/p.toml:6: exchange.read: expected a table, got a whole number"},
		{"syntax", "title = \"a\"\ntitle = \"b\"\n", "profiles/p.toml:2: title: key title is already defined"},
		{"both offered and not offered", "[exchange]\nurl = \"x\"\n[not_offered]\nexchange = { en = \"x\" }\n", "profiles/p.toml:4: not_offered.exchange: the same file also defines [exchange]"},
		{"nothing to extend", "extends = \"\"\n", "profiles/p.toml:1: extends: expected the name of a profile"},
		{"extends a number", "extends = 1\n", "profiles/p.toml:1: extends: expected the name of a profile"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 3 { // the order of maps must not matter
				if diff := cmp.Diff(tt.want, faults(t, "p", profile.Sources{Builtin: files{"p.toml": tt.text}})); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

// TestFaultsOfMeaning makes one change to a valid profile.
func TestFaultsOfMeaning(t *testing.T) {
	if got := faults(t, "p", profile.Sources{Builtin: files{"p.toml": acme}}); got != "" {
		t.Fatal(got)
	}
	for _, tt := range []struct{ name, from, to, want string }{
		{"unknown placeholder", "{code}", "{cod}", "18: exchange.form.code: unknown placeholder {cod}; did you mean code?"},
		{"of an input", "app = \"{client_id}\", key", "app = \"{client_i}\", key", "18: exchange.form.app: unknown placeholder {client_i}; did you mean client_id?"},
		{"of an URL", "{base_url}/token", "{bas_url}/token", "17: exchange.url: unknown placeholder {bas_url}; did you mean base_url?"},
		{"in a signature", "form = {", "sign = { text = \"{mehtod}{sign}\", hash = \"md5\" }\nheaders = { s = \"{sign}\" }\nform = {", "18: exchange.sign.text: unknown placeholder {mehtod}; did you mean method?\nprofiles/p.toml:18: exchange.sign.text: {sign} is not allowed here, because the signature covers this text: use query, headers, form or json"},
		{"one for signatures, in a URL", "{base_url}/me", "{base_url}/{method}", "22: userinfo.url: unknown placeholder {method}"},
		{"signature in the URL", "{base_url}/me\"", "{base_url}/me?s={sign}\"\nsign = { text = \"x\", hash = \"md5\" }", "22: userinfo.url: {sign} is not allowed here, because the signature covers this text: use query, headers, form or json"},
		{"not read by any step", "Bearer {access_token}", "Bearer {id_token}", "23: userinfo.headers.Authorization: unknown placeholder {id_token}"},
		{"application's token", "Bearer {access_token}", "Bearer {app_token}", "23: userinfo.headers.Authorization: {app_token} needs a [token] step"},
		{"signature without a sign table", "key = \"{client_secret}\"", "key = \"{client_secret}\", s = \"{sign}\"", "15: exchange: {sign} needs a table [exchange.sign]"},
		{"signature that is not sent", "read = { access", "sign = { text = \"x\", hash = \"md5\" }\nread = { access", "19: exchange.sign: the request does not use {sign}"},
		{"signature's parts", "form = {", "headers = { s = \"{sign}\" }\nsign = { text = \"x\", hash = \"hmac-sha-256\", encoding = \"b64\" }\nform = {", "19: exchange.sign.encoding: unknown encoding \"b64\": expected one of hex, HEX, base64, base64url\nprofiles/p.toml:19: exchange.sign.hash: unknown hash \"hmac-sha-256\": expected one of sha256, sha1, md5, sha512, hmac-sha256, hmac-sha1, hmac-md5, hmac-sha512, rsa-sha256, rsa-sha1, ecdsa-sha256, ed25519\nprofiles/p.toml:19: exchange.sign.key: required with an hmac or a signature, and not allowed with any other hash"},
		{"key without hmac", "form = {", "headers = { s = \"{sign}\" }\nsign = { text = \"x\", hash = \"md5\", key = \"k\" }\nform = {", "19: exchange.sign.key: required with an hmac or a signature, and not allowed with any other hash"},
		{"jq of reply, reported once", "ok = \".errno == 0\"", "ok = \".errno ==\"", "8: reply.ok: jq \".errno ==\": unexpected EOF"},
		{"jq of a step", "read = { subject", "ok = \"nosuch\"\nread = { subject", "24: userinfo.ok: jq \"nosuch\": function not defined: nosuch/0"},
		{"jq of read", ".id\"", ".id |\", \"tenant.id\" = \"$x\"", "24: userinfo.read.subject: jq \".id |\": unexpected EOF\nprofiles/p.toml:24: userinfo.read.tenant.id: jq \"$x\": variable not defined: $x"},
		{"no ok", "ok = \".errno == 0\"\n", "", "14: exchange: missing key ok, here or in [reply]\nprofiles/p.toml:19: userinfo: missing key ok, here or in [reply]"},
		{"unused input", "redirect_uri = {}", "redirect_uri = {}\nscope = { default = \"x\" }", "7: inputs.scope: this input is never used"},
		{"used by an input only", "redirect_uri = {}", "redirect_uri = {}\nscope = { default = \"{client_id}\" }", "7: inputs.scope: this input is never used"},
		{"input with the name of a table", "redirect_uri = {}", "redirect_uri = {}\ntoken = { default = \"x\" }", "7: inputs.token: this name is reserved for a table: choose another"},
		{"input with the name of a generated value", "redirect_uri = {}", "redirect_uri = {}\nuuid = { default = \"x\" }", "7: inputs.uuid: this name is reserved for a value that ssoctl supplies: choose another"},
		{"input's type", "redirect_uri = {}", "redirect_uri = { type = \"number\" }", "6: inputs.redirect_uri.type: unknown type \"number\": expected int or bool"},
		{"secret with a type", "secret = true", "secret = true, type = \"int\"", "5: inputs.client_secret.type: not allowed with secret: a secret is always a string"},
		{"input's pattern", "redirect_uri = {}", "redirect_uri = { pattern = \"(\" }", "6: inputs.redirect_uri.pattern: error parsing regexp: missing closing ): `(`"},
		{"default of unknown input", "redirect_uri = {}", "redirect_uri = { default = \"{base_uri}/x\" }", "6: inputs.redirect_uri.default: unknown input {base_uri}; did you mean base_url?"},
		{"default against pattern", "redirect_uri = {}", "redirect_uri = { default = \"x\", pattern = \"[y]\" }", "6: inputs.redirect_uri.default: \"x\" does not match [y]"},
		{"default against type", "redirect_uri = {}", "redirect_uri = { default = \"x\", type = \"int\" }", "6: inputs.redirect_uri.default: \"x\" is not a whole number"},
		{"default cycle", "redirect_uri = {}", "redirect_uri = { default = \"{other}\" }\nother = { default = \"{redirect_uri}\" }", "7: inputs.other.default: refers to itself: other → redirect_uri → other"},
		{"required with a default", "client_id = { required = true,", "client_id = { required = true, default = \"x\",", "4: inputs.client_id: an input with a default cannot be required"},
		{"unknown kind", "invalid_code", "invald_code", "27: refusals.kind: unknown kind \"invald_code\": expected one of " + lang.List(profile.Kinds).EN + "; did you mean invalid_code?"},
		{"refusal's code", "code = 7", "code = 7.5", "26: refusals.code: expected a string or a whole number"},
		{"refusal's sentence", "en = \"The code is not valid. Log in again.\"", "zh = \"x\"", "25: refusals: missing key en: what the refusal means and what to do"},
		{"not a step", "[[refusals]]", "[not_offered]\ntokn = { en = \"x\" }\n[[refusals]]", "26: not_offered.tokn: unknown step; did you mean token?"},
		{"no method", "method = \"POST\"\n", "", "15: exchange: missing key method"},
		{"method", "method = \"POST\"", "method = \"post\"", "16: exchange.method: unknown method \"post\": expected one of GET, POST, PUT, PATCH, DELETE; did you mean POST?"},
		{"no url", "url = \"{base_url}/me\"\n", "", "20: userinfo: missing key url"},
		{"an address without a scheme", "url = \"{base_url}/me\"", "url = \"api.example/me\"", "22: userinfo.url: \"api.example/me\" is not an address: it must begin with https:// or http://"},
		{"an input's default without a scheme, reported once", "\"https://", "\"htps://", "3: inputs.base_url.default: \"htps://sso.acme.example\" is not an address: it must begin with https:// or http://"},
		{"form and json", "read = { access", "json = {}\nread = { access", "18: exchange.form: a request cannot have both form and json"},
		{"state", "query = { app", "state = \"none\"\nquery = { app", `14: authorize.state: unknown state "none": expected redirect or optional`},
		{"no state", ", state = \"{state}\"", "", `11: authorize: missing {state}: without it, anyone can slip their own code into a user's login; if the vendor has no such parameter, set state = "redirect"`},
		{"signature of a query that is not the parameters", "read = { access", "headers = { s = \"{sign}\" }\nsign = { text = \"{query_sorted}\", hash = \"md5\" }\nread = { access", "20: exchange.sign.text: {query_sorted} covers only the query, but the parameters of this POST are in its body: use {params} or {body}; form parameters are sent in alphabetical order"},
		{"signature of the query of a POST", "form = { app = \"{client_id}\", key = \"{client_secret}\", code = \"{code}\" }", "query = { code = \"{code}\", s = \"{sign}\" }\nsign = { text = \"{query_sorted}{client_id}{client_secret}\", hash = \"md5\" }", "19: exchange.sign.text: {query_sorted} works only for GET: for this POST write out the parameters, such as a={a}&b={b}"},
		{"signature of a missing query", "headers = { ", "sign = { text = \"{query_sorted}{access_token}\", hash = \"md5\" }\nheaders = { s = \"{sign}\", ", "23: userinfo.sign.text: {query_sorted} is always empty: this request has no query; remove it"},
		{"signature of a missing body", "/me\"", "/me?a=b\"\nsign = { text = \"{body}{access_token}\", hash = \"md5\" }\nquery = { s = \"{sign}\" }", "23: userinfo.sign.text: {body} is always empty: this request has no form and no json; use {params} for its query, or remove it"},
		{"signature without a text", "read = { access", "headers = { s = \"{sign}\" }\nsign = { hash = \"md5\" }\nread = { access", "20: exchange.sign: missing key text: the text to sign"},
		{"state in the exchange", "code = \"{code}\" }", "code = \"{code}\", state = \"{state}\" }", "18: exchange.form.state: {state} has no value here: only [authorize] can use it"},
		{"state in the exchange, optional", "code = \"{code}\" }", "code = \"{code}\", state = \"{state?}\" }", "18: exchange.form.state: {state} has no value here: only [authorize] can use it"},
		{"challenge in the exchange", "code = \"{code}\" }", "code = \"{code}\", c = \"{code_challenge}\" }", "18: exchange.form.c: {code_challenge} has no value here: use it in [authorize]; [exchange] has {code_verifier}"},
		{"verifier in the address", "state = \"{state}\"", "state = \"{state}\", v = \"{code_verifier}\"", "14: authorize.query.v: {code_verifier} has no value here: use it in [exchange]; [authorize] has {code_challenge}"},
		{"verifier without a challenge", "code = \"{code}\" }", "code = \"{code}\", v = \"{code_verifier}\" }", "15: exchange: has {code_verifier}, but [authorize] has no {code_challenge}"},
		{"nonce of no address", "code = \"{code}\" }", "code = \"{code}\", n = \"{nonce}\" }", "18: exchange.form.n: {nonce} has no value here: [authorize] must use it too"},
		{"code in the address", "state = \"{state}\"", "state = \"{state}\", c = \"{code}\"", "14: authorize.query.c: {code} has no value here: it is unknown before a login; use inputs, {state}, {nonce}, {code_challenge}, {app_token}, or values from steps that need no login"},
		{"token in the address", "state = \"{state}\"", "state = \"{state}\", t = \"{access_token}\"", "14: authorize.query.t: {access_token} has no value here: it is unknown before a login; use inputs, {state}, {nonce}, {code_challenge}, {app_token}, or values from steps that need no login"},
		{"code in the application's token", "[userinfo]", "[token]\nmethod = \"POST\"\nurl = \"{base_url}/t\"\nform = { c = \"{code}\" }\n[userinfo]", "23: token.form.c: {code} has no value here: only [exchange], [userinfo], [details] can use it"},
		{"application's token in itself", "[userinfo]", "[token]\nmethod = \"POST\"\nurl = \"{base_url}/t\"\nform = { c = \"{app_token}\" }\nread = { access_token = \".t\" }\n[userinfo]", "23: token.form.c: {app_token} has no value here: [token] must read access_token and cannot depend on it"},
		{"read too late", "[[refusals]]", "[details]\nmethod = \"GET\"\nurl = \"{base_url}/d\"\nread = { openid = \".o\" }\n[refresh]\nmethod = \"POST\"\nurl = \"{base_url}/r\"\nform = { o = \"{openid}\" }\n[[refusals]]", "32: refresh.form.o: {openid} has no value here: it is read by [details], but not before [refresh] runs"},
		{"look-alike", "\"{code}\" }", "\"{code|upper}\" }", "18: exchange.form.code: \"{code|upper}\" is sent literally: a placeholder is written {name} or {name?}"},
		{"look-alike in the URL", "{base_url}/token", "{base_url}/token/{ client_id }", "17: exchange.url: \"{ client_id }\" is sent literally: a placeholder is written {name} or {name?}"},
		{"look-alike in a header", "Bearer {access_token}", "Bearer {{access_token}}", "23: userinfo.headers.Authorization: \"{{access_token}}\" is sent literally: a placeholder is written {name} or {name?}"},
		{"unclosed in a default", "redirect_uri = {}", "redirect_uri = { default = \"{base_url/x\" }", "6: inputs.redirect_uri.default: \"{base_url/x\" is sent literally: a placeholder is written {name} or {name?}"},
		{"JSON in a form", "code = \"{code}\" }", "code = '{\"c\":{\"code\":\"{code}\"},\"n\":{timestamp}}' }", ""},
		{"another language in JSON", "form = { app = \"{client_id}\", key = \"{client_secret}\", code = \"{code}\" }", "json = { app = \"{client_id}\", key = \"{client_secret}\", code = \"{code}\", query = \"{ viewer { login } }\" }", ""},
		{"header set by HTTP", "Authorization =", "Host = \"x\", Authorization =", "23: userinfo.headers.Host: cannot be set: HTTP sets it for each connection"},
		{"header set by ssoctl", "Authorization =", "accept-encoding = \"br\", Authorization =", "23: userinfo.headers.accept-encoding: cannot be set: ssoctl asks for the encodings that it can decode"},
		{"header's name", "Authorization =", "\"a b\" = \"x\", Authorization =", "23: userinfo.headers.a b: is not a valid header name"},
		{"header's value", "Bearer {access_token}", "Bearer\\n{access_token}", "23: userinfo.headers.Authorization: the value contains a line break or another control character"},
		{"header twice", "Authorization =", "authorization = \"x\", Authorization =", "23: userinfo.headers.authorization: duplicate of the header Authorization: keep one"},
		{"program's name", "Authorization =", "User-Agent = \"linux:app:v1\", Authorization =", ""},
		{"number that JSON lacks", "form = { app = \"{client_id}\", key = \"{client_secret}\", code = \"{code}\" }", "json = { app = \"{client_id}\", key = \"{client_secret}\", code = \"{code}\", n = [nan] }", "18: exchange.json.n.0: JSON cannot represent NaN"},
		{"user in an address", "{base_url}/me", "https://me@h.example/me", "22: userinfo.url: \"https://me@h.example/me\" must not contain a user or password"},
		{"two dots in an address", "{base_url}/me", "{base_url}/../me", "22: userinfo.url: \"{base_url}/../me\" must not contain . or .. as a part of its path"},
		{"invalid port in an address", "{base_url}/me", "https://h.example:port/me", "22: userinfo.url: \"https://h.example:port/me\" cannot be read as an address"},
		{"half of PKCE", "state = \"{state}\"", "state = \"{state}\", c = \"{code_challenge}\"", "11: authorize: has {code_challenge}, but [exchange] has no {code_verifier}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(acme, tt.from) {
				t.Fatalf("the profile has no %s", tt.from)
			}
			text := strings.Replace(acme, tt.from, tt.to, 1)
			for range 3 {
				want := tt.want
				if want != "" {
					want = "profiles/p.toml:" + want
				}
				if diff := cmp.Diff(want, faults(t, "p", profile.Sources{Builtin: files{"p.toml": text}})); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

func TestFaultsOfUsersFiles(t *testing.T) {
	builtin := files{"acme.toml": acme, "bad.toml": "extends = \"acm\"\n", "loop.toml": "extends = \"pool\"\n", "pool.toml": "extends = \"loop\"\n"}
	for _, tt := range []struct{ name, user, project, want string }{
		{"unknown input", "[profiles.p]\nextends = \"acme\"\nclient_i = \"x\"\n", "", "user.toml:3: client_i: the profile has no such input; did you mean client_id?"},
		{"unknown input, no similar name", "[profiles.p]\nextends = \"acme\"\nzzzzzzzzz = \"x\"\n", "", "user.toml:3: zzzzzzzzz: the profile has no such input"},
		{"wrong type", "[profiles.p]\nextends = \"acme\"\nclient_id = 1.5\n", "", "user.toml:3: client_id: expected a string, a whole number, true or false, got a number"},
		{"a table for a value", "[profiles.p]\nextends = \"acme\"\n[profiles.p.client_ids]\n", "", "user.toml:3: client_ids: unknown key; did you mean client_id?"},
		{"in a step", "[profiles.p]\nextends = \"acme\"\n[profiles.p.exchange]\nulr = \"x\"\n", "", "user.toml:4: exchange.ulr: unknown key; did you mean url?"},
		{"in an inherited step's member", "[profiles.p]\nextends = \"acme\"\nexchange.query = { x = \"{cod}\" }\n", "", "user.toml:3: exchange.query.x: unknown placeholder {cod}; did you mean code?"},
		{"in a refusal", "[profiles.p]\nextends = \"acme\"\n[[profiles.p.refusals]]\ncode = 9\nkind = \"x\"\nen = \"y\"\n", "", "user.toml:5: refusals.kind: unknown kind \"x\": expected one of " + lang.List(profile.Kinds).EN},
		{"project's", "[profiles.q]\n", "[profiles.p]\nextends = \"acme\"\nclient_i = \"x\"\n", "ssoctl.toml:3: client_i: the profile has no such input; did you mean client_id?"},
		{"unused input", "[profiles.p]\nextends = \"acme\"\n[profiles.p.inputs]\nmore = {}\n", "", "user.toml:4: inputs.more: this input is never used"},
		{"an inherited input that is not used any more", "[profiles.p]\nextends = \"acme\"\nnot_offered.authorize.en = \"x\"\n", "", ""},
		{"unknown base", "[profiles.p]\ntitle = \"x\"\nextends = \"acm\"\n", "", "user.toml:3: extends: unknown profile acm; did you mean acme?"},
		{"unknown base of the project's", "[profiles.p]\ntitle = \"x\"\n", "[profiles.p]\nextends = \"acm\"\n", "ssoctl.toml:2: extends: unknown profile acm; did you mean acme?"},
		{"unknown base of a built-in one", "[profiles.p]\nextends = \"bad\"\n", "", "profiles/bad.toml:1: extends: there is no built-in profile acm; did you mean acme?"},
		{"extends itself", "[profiles.p]\nextends = \"p\"\n", "", "user.toml:2: extends: there is no built-in profile p"},
		{"a cycle", "[profiles.p]\nextends = \"q\"\n[profiles.q]\nextends = \"r\"\n[profiles.r]\nextends = \"q\"\n", "", "user.toml:6: extends: extends itself: p → q → r → q"},
		{"a cycle over both files", "[profiles.p]\nextends = \"q\"\n", "[profiles.q]\nextends = \"p\"\n", "ssoctl.toml:2: extends: extends itself: p → q → p"},
		{"a built-in cycle", "[profiles.p]\nextends = \"loop\"\n", "", "profiles/loop.toml:1: extends: extends itself: p → loop → built-in pool → built-in loop → built-in pool"},
		{"an address without a scheme", "[profiles.p]\nextends = \"acme\"\nbase_url = \"api.example\"\n", "", "user.toml:3: base_url: \"api.example\" is not an address: it must begin with https:// or http://"},
		{"a reference to an address", "[profiles.p]\nextends = \"acme\"\nbase_url = \"env:X\"\n", "", ""},
		{"an address in capitals", "[profiles.p]\nextends = \"acme\"\nbase_url = \"HTTPS://api.example\"\n", "", ""},
		{"a scheme alone", "[profiles.p]\nextends = \"acme\"\nscheme = \"https\"\ninputs.scheme = {}\nexchange.url = \"{scheme}://api.example\"\n", "", ""},
		{"no such profile", "[profiles.pp]\n", "", "unknown profile p; did you mean pp?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 3 {
				if diff := cmp.Diff(tt.want, faults(t, "p", sources(t, builtin, tt.user, tt.project))); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
	if got := faults(t, "", sources(t, builtin, "", "")); got != "no profile is selected" {
		t.Error(got)
	}
	if got := faults(t, "../acme", sources(t, builtin, "", "")); got != "unknown profile ../acme" {
		t.Error(got)
	}
}

// TestCheckFindsAll: unknown keys and wrong types neither hide other errors nor cause
// further ones.
func TestCheckFindsAll(t *testing.T) {
	for _, tt := range []struct{ name, user, want string }{
		{"nothing", "[profiles.p]\nextends = \"acme\"\n", ""},
		{"a key, a placeholder, an expression", `[profiles.p]
extends = "acme"
client_i = "x"
[profiles.p.exchange]
metod = "GET"
form = { code = "{cod}" }
read = { access_token = ".a |" }
`, `user.toml:3: client_i: the profile has no such input; did you mean client_id?
user.toml:5: exchange.metod: unknown key; did you mean method?
user.toml:6: exchange.form.code: unknown placeholder {cod}; did you mean code?
user.toml:7: exchange.read.access_token: jq ".a |": unexpected EOF`},
		{"a misspelt key does not count as missing", `[profiles.p]
[profiles.p.token]
metod = "POST"
ulr = "https://h.example"
`, `user.toml:2: token: missing key ok, here or in [reply]
user.toml:3: token.metod: unknown key; did you mean method?
user.toml:4: token.ulr: unknown key; did you mean url?`},
		{"a key of the wrong type does not count as missing", `[profiles.p]
refusals = [ { cod = 1, kind = "denied", en = 7 }, { code = 2, kind = "x" } ]
[profiles.p.token]
method = 1
url = ["https://h.example"]
ok = true
`, `user.toml:2: refusals: missing key en: what the refusal means and what to do
user.toml:2: refusals.cod: unknown key; did you mean code?
user.toml:2: refusals.en: expected a string, got a whole number
user.toml:2: refusals.kind: unknown kind "x": expected one of ` + lang.List(profile.Kinds).EN + `
user.toml:4: token.method: expected a string, got a whole number
user.toml:5: token.url: expected a string, got a list
user.toml:6: token.ok: expected a string, got true or false`},
		{"a misspelt table may supply anything", `[profiles.p]
[profiles.p.imputs]
client_id = {}
[profiles.p.userinfo]
ok = "true"
method = "get"
url = "https://h.example/{client_id}/{openid}"
`, `user.toml:2: imputs: unknown key; did you mean inputs?
user.toml:6: userinfo.method: unknown method "get": expected one of GET, POST, PUT, PATCH, DELETE; did you mean GET?`},
		{"a value", "[profiles.p]\nextends = \"acme\"\ninputs.redirect_uri.pattern = \"https://.*\"\nredirect_uri = \"http://127.0.0.1/\"\ntitel = \"x\"\n", `user.toml:4: redirect_uri: "http://127.0.0.1/" does not match https://.*
user.toml:5: titel: the profile has no such input; did you mean title?`},
		{"errors in inherited steps after a change", "[profiles.p]\nextends = \"acme\"\n[profiles.p.not_offered]\nexchange = { en = \"x\" }\n[profiles.p.userinfo]\nheaders = { o = \"{openid}\" }\n[profiles.p.authorize]\nstate = \"x\"\nquery = {}\n", `user.toml:6: userinfo.headers.o: unknown placeholder {openid}
user.toml:7: authorize: missing {state}: without it, anyone can slip their own code into a user's login; if the vendor has no such parameter, set state = "redirect"
user.toml:8: authorize.state: unknown state "x": expected redirect or optional`},
		{"an error in an inherited key, located in the user's file", "[profiles.p]\nextends = \"acme\"\n[profiles.p.inputs.client_id]\nsecret = true\ntype = \"int\"\n[profiles.p.reply]\nok = \"\"\n", `user.toml:1: exchange: missing key ok, here or in [reply] (inherited from acme)
user.toml:1: userinfo: missing key ok, here or in [reply] (inherited from acme)
user.toml:5: inputs.client_id.type: not allowed with secret: a secret is always a string`},
		{"client authentication without a secret", `[profiles.p]
inputs.client_id = {}
[profiles.p.token]
ok = "true"
method = "POST"
url = "https://h.example"
headers = { Authorization = "{basic_auth}" }
`, `user.toml:7: token.headers.Authorization: {basic_auth} needs an input named client_secret`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 3 {
				got := profile.Check("p", sources(t, files{"acme.toml": acme}, tt.user, ""))
				text := ""
				if got != nil {
					text = message(t, got)
				}
				if diff := cmp.Diff(tt.want, text); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

func TestErrorsAreFoundByAs(t *testing.T) {
	_, err := profile.Load("p", profile.Sources{Builtin: files{"p.toml": "a = []\nb = []\n"}})
	var all profile.Errors
	var first *profile.Error
	if !errors.As(fmt.Errorf("reading: %w", err), &all) || len(all) != 2 || !errors.As(err, &first) || first.Key != "a" || first.Line != 1 {
		t.Errorf("%v", err)
	}
}

func TestBuiltinsAreClean(t *testing.T) {
	for _, name := range (profile.Sources{Builtin: profiles.FS}).BuiltinNames() {
		if got := faults(t, name, profile.Sources{Builtin: profiles.FS}); got != "" {
			t.Error(got)
		}
		user := fmt.Sprintf("[profiles.mine]\nextends = %q\n[profiles.%s]\ntitle = \"mine\"\n", name, name)
		for _, mine := range []string{name, "mine"} {
			src := profile.Sources{Builtin: profiles.FS, User: parse(t, "user.toml", user)}
			if got := faults(t, mine, src); got != "" {
				t.Error(got)
			}
		}
	}
}
