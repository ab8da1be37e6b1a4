package profile_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"ssoctl/pkg/profile"
)

// TestSchemaAgreesWithDecoder changes a valid file, one value at a time, to a value of
// another type, and adds unknown keys. The schema must refuse what [profile.Load] refuses,
// and accept files in which lint finds no error. Dates are left out, because JSON has none.
func TestSchemaAgreesWithDecoder(t *testing.T) {
	if !isClean(everyKey) {
		t.Fatal(lintErrors(everyKey))
	}
	schema := compileSchema(t)
	if err := schema.Validate(asJSON(t, everyKey)); err != nil {
		t.Error(err)
	}
	root := decodeTOML(t, everyKey)
	seen := coverage{schema: decodedSchema(t), keys: map[string]bool{}}
	seen.visit("", seen.schema, root)
	for _, key := range seen.missing() {
		t.Errorf("the file of this test does not have %s", key)
	}
	refused := 0
	eachMutation(root, nil, func(path []string) {
		data, err := toml.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		fault, invalid := loadError(string(data)), schema.Validate(asJSON(t, string(data)))
		switch {
		case fault != nil && isInputValue(path):
		case fault != nil && invalid == nil:
			t.Errorf("%s: the schema accepts what Load refuses: %v", strings.Join(path, "."), fault)
		case fault != nil:
			refused++
		case invalid != nil && isClean(string(data)):
			t.Errorf("%s: the schema refuses what lint accepts: %v", strings.Join(path, "."), invalid)
		}
	})
	if refused < 800 {
		t.Errorf("only %d mutations were refused", refused)
	}
}

// isInputValue reports whether a mutation adds an unknown key to a profile, with a value that
// an input could have. The schema does not know the inputs that a profile inherits.
func isInputValue(path []string) bool {
	return path[0] == "profiles" && (len(path) == 2 || len(path) == 3 && path[2] == "zzz scalar")
}

// everyKey is a configuration file with every key of the format.
const everyKey = `default_profile = "p"
cache = "redis://cache.example.com"
trusted = ["/projects"]
[profiles.p]
title = "P"
title_zh = "某"
docs = ["https://p.example/docs"]
extends = "oauth2"
client_id = "C"
auth_type = 1
secure = true
[profiles.p.inputs.auth_type]
type = "int"
pattern = "[0-9]+"
example = "1"
guess = "not documented"
guess_zh = "没有文档"
help = "how"
help_zh = "方式"
vendor = "authType"
[profiles.p.inputs.secure]
type = "bool"
[profiles.p.inputs.again]
default = "1"
[profiles.p.inputs.salt]
required = true
secret = true
[profiles.p.reply]
ok = ".code | not"
code = ".code"
message = ".message"
trace = ".trace"
refusal_example = '{"code":"{code}","message":"{message}"}'
[profiles.p.authorize]
method = "GET"
url = "https://p.example/a"
state = "redirect"
scan = true
lifetime = "1h30m"
callback = { code = ["ticket"], lifetime = "90s", once = true, first = ["name"] }
query = { back = "{redirect_uri}", scope = ["a", "b"] }
[profiles.p.exchange]
method = "POST"
url = "https://p.example/t"
headers = { s = "{sign}" }
json = { code = "{code}", n = 1, deep = [{ a = "{auth_type}", b = "{secure}", c = 1.5 }] }
sign = { text = "{body}{again}", hash = "hmac-sha256", encoding = "base64", key = "{salt}" }
ok = ".a"
code = ".b"
message = ".c"
trace = ".d"
refusal_example = '{"b":"{code}"}'
read = { access_token = ".t" }
lifetime = "2h"
example = '{"a":1,"t":"{access_token}"}'
source = "guess"
response = "form"
guess = "the page leaves this out"
guess_zh = "页面没有写"
[profiles.p.make.now]
time = "%s%3N"
zone = "Asia/Shanghai"
type = "int"
[profiles.p.make.ticket]
random = 16
[profiles.p.make.proof]
text = "{now}{ticket}{params_sorted}"
hash = "hmac-sha512"
encoding = "base64url"
key = "{salt}"
[profiles.p.make.assertion]
jwt = { alg = "HS256", key = "{salt}", kid = "{client_id}", header = { typ = "x" }, claims = { iss = "{client_id}", exp = "5m" } }
[profiles.p.token]
method = "POST"
url = "https://p.example/app"
json = { id = "{client_id}", now = "{now}", ticket = "{ticket}", proof = "{proof}", token = "{assertion}" }
read = { access_token = ".t" }
again = "5m"
also = [{ method = "GET", query = { id = "{client_id}" }, json = {}, again = "same", example = '{"t":"{access_token}"}' }]
[profiles.p.details]
method = "GET"
url = "https://p.example/d"
headers = { Authorization = "{app_token}" }
read = { subject = ".s" }
[profiles.p.step.ticket]
method = "GET"
url = "https://p.example/ticket"
query = { t = "{app_token}" }
read = { js_ticket = ".t" }
also = [{ method = "POST", url = "https://p.example/old/ticket", headers = { k = "{sign}" }, query = {}, json = { t = "{app_token}" }, sign = { text = "{body}", hash = "sha1" } }, { method = "POST", query = {}, form = { t = "{app_token}" }, example = '{"t":"{uuid}"}', refusal_example = '{"code":"{code}"}' }]
[profiles.p.step.more]
method = "GET"
url = "https://p.example/more"
with = "details"
query = { s = "{subject}" }
[profiles.p.step.js]
yields = { at = "{timestamp}", signature = "{sign}" }
sign = { text = "{js_ticket}{timestamp}", hash = "sha1" }
[profiles.p.scan]
sdk = "https://p.example/sdk.js"
class = "Login"
options = { id = "{element}" }
message = { type = "login", v = 1, ok = true }
event = "event"
events = { confirmed = 4, scanned = "s" }
code = "code"
origin = "https://*.p.example"
[profiles.p.refresh]
method = "PATCH"
url = "https://p.example/r"
form = { t = "{refresh_token}" }
read = { access_token = ".t" }
[profiles.p.not_offered]
userinfo = { en = "Tokens have the user.", zh = "令牌里已有用户。" }
[profiles.q]
extends = "p"
salt = "env:SALT"
[profiles.q.userinfo]
method = "GET"
url = "https://p.example/u"
headers = { Authorization = "Bearer {access_token}" }
read = { subject = ".s" }
[[profiles.p.refusals]]
code = 7
message = "Not you"
kind = "denied"
member = "grant_type"
status = 400
en = "No."
zh = "不行。"
guess = "seen once"
guess_zh = "见过一次"
[profiles.led]
title = "Led: a scan that leads to the redirect_uri"
[profiles.led.inputs]
redirect_uri = { required = true }
[profiles.led.authorize]
method = "GET"
url = "https://l.example/qr"
query = { back = "{redirect_uri}", state = "{state}" }
scan = true
[profiles.led.scan]
sdk = "https://l.example/sdk.js"
class = "Login"
options = { id = "{element}", back = "{escaped_redirect_uri}" }
event = "ok"
events = { confirmed = true }
redirect = "{to}"
origin = "https://l.example"
`

// eachMutation makes one change at a time to a table or list, calls f with the path of the
// change, and undoes it.
func eachMutation(v any, path []string, f func(path []string)) {
	switch x := v.(type) {
	case map[string]any:
		for key, value := range map[string]any{"zzz scalar": "x", "zzz table": map[string]any{"zzz": map[string]any{}}} {
			x[key] = value
			f(append(path, key))
			delete(x, key)
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			was, at := x[key], append(path, key)
			for _, other := range wrong(was) {
				x[key] = other
				f(at)
			}
			x[key] = was
			eachMutation(was, at, f)
		}
	case []any:
		for i, was := range x {
			at := append(path, fmt.Sprint(i))
			for _, other := range wrong(was) {
				x[i] = other
				f(at)
			}
			x[i] = was
			eachMutation(was, at, f)
		}
	}
}

// wrong returns values of other types than v, and lists and tables with members that hardly
// any key accepts.
func wrong(v any) []any {
	values := []any{"text", int64(7), true, 1.5, []any{int64(1)}, []any{}, map[string]any{"zzz": int64(1)}}
	return slices.DeleteFunc(values, func(other any) bool {
		scalar := reflect.TypeOf(v).Kind() != reflect.Map && reflect.TypeOf(v).Kind() != reflect.Slice
		return scalar && reflect.TypeOf(v) == reflect.TypeOf(other)
	})
}

// decodedSchemaNode is the part of a schema that tests look at.
type decodedSchemaNode struct {
	Description string
	Ref         string `json:"$ref"`
	Properties  map[string]*decodedSchemaNode
	Additional  json.RawMessage `json:"additionalProperties"`
	Items       *decodedSchemaNode
	Defs        map[string]*decodedSchemaNode `json:"$defs"`
}

func decodedSchema(t *testing.T) *decodedSchemaNode {
	t.Helper()
	var out decodedSchemaNode
	if err := json.Unmarshal(profile.Schema(), &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// coverage records which keys of the schema occur in files.
type coverage struct {
	schema *decodedSchemaNode
	keys   map[string]bool
}

// visit records the keys of a value. def is the name of its definition.
func (c coverage) visit(def string, s *decodedSchemaNode, v any) {
	if s == nil {
		return
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		def, s = name, c.schema.Defs[name]
	}
	switch x := v.(type) {
	case map[string]any:
		var others *decodedSchemaNode
		_ = json.Unmarshal(s.Additional, &others) // false is not a schema
		for key, member := range x {
			if property := s.Properties[key]; property != nil {
				c.keys[def+"."+key] = true
				c.visit(def+"."+key, property, member)
			} else {
				c.visit(def+".*", others, member)
			}
		}
	case []any:
		for _, element := range x {
			c.visit(def, s.Items, element)
		}
	}
}

func (c coverage) missing() []string {
	var out []string
	for name, def := range c.schema.Defs {
		for key := range def.Properties {
			if !c.keys[name+"."+key] {
				out = append(out, name+"."+key)
			}
		}
	}
	for key := range c.schema.Properties {
		if !c.keys["."+key] {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}
