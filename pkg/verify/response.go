package verify

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// byWant and byWantZH mark an expected value that comes from the recording's want.
const (
	byWant   = " (the recording's want)"
	byWantZH = "（录制中的 want）"
)

// comparison compares the response of a fixture with the step that the fixture belongs to.
type comparison struct {
	p      *profile.Profile
	s      *profile.Step
	judge  *client.Judge
	reader *profile.Reader // of judge
	x      *fixture.Fixture
}

// differences compares the response as a success, as a refusal, or as neither.
func (c comparison) differences(ctx context.Context) []Difference {
	unusable := func(format lang.Text, args ...any) []Difference {
		text := lang.Sprintf(format, args...)
		return []Difference{{Where: InResponse, Member: "body", Kind: Unusable, Got: text.EN, gotZH: text.ZH}}
	}
	status, r := c.x.Response.Status(), responseOf(c.judge, c.x.Response)
	got := c.judge.Judge(ctx, r)
	switch {
	case got.Outcome == client.Moved:
		return unusable(lang.Text{EN: "is a redirect (HTTP %d), which ssoctl does not follow", ZH: "是跳转（HTTP %d），ssoctl 不会跟随"}, status)
	case got.Outcome.Success():
		return append(c.reads(ctx, r.Decoded()), c.wants(Outcome(ctx, c.p, c.judge, c.x))...)
	case r.Err() == nil:
		return c.refusal(got)
	case r.Err().Reason == body.TooManyValues:
		return unusable(lang.Text{EN: "is more than %d JSON values", ZH: "无法解析：JSON 值超过 %d 个"}, r.Err().Limit)
	case r.Err().Reason == body.NotUTF8:
		return unusable(lang.Text{EN: "is not UTF-8", ZH: "无法解析：不是 UTF-8"})
	case r.Err().Reason != body.NotData:
		return unusable(lang.Text{EN: "cannot be read: %v", ZH: "无法读取：%v"}, r.Err())
	case r.Err().Form != body.Empty:
		return unusable(lang.Text{EN: "is HTML (HTTP %d)", ZH: "是 HTML（HTTP %d）"}, status)
	case got.Outcome == client.Unreadable:
		return unusable(lang.Text{EN: "is empty", ZH: "是空的"})
	}
	return c.refusal(got) // the status and WWW-Authenticate say enough
}

// refusal checks that the profile lists the code of a refusal, and compares the refusal
// with the recording's want.
func (c comparison) refusal(got client.Judgement) []Difference {
	v := got.Verdict
	want, refused := c.x.Want["refusal"].(map[string]any)
	switch {
	case c.x.Want != nil && !refused:
		return []Difference{{
			Where: InResponse, Member: "ok", Kind: Differs,
			Expected: "a success" + byWant, expectedZH: "成功" + byWantZH,
			Got:   fmt.Sprintf("a refusal by the profile's ok (code %q, %q)", v.Code, v.Message),
			gotZH: fmt.Sprintf("接入配置的 ok 判定的拒绝（错误码 %q，%q）", v.Code, v.Message),
		}}
	case got.Outcome == client.Neither || got.Outcome == client.Stopped:
		return []Difference{{Where: InResponse, Member: "body", Kind: Unusable, Got: "is neither a success nor a refusal with a code or message", gotZH: "既不是成功，也不是带错误码或错误信息的拒绝"}}
	}
	var out []Difference
	known, listed := c.p.Refusal(v.Code, v.Message)
	kind, says := want["kind"]
	if v.Code != "" && !listed && !(says && kind == "") { // want may say that the code is unlisted
		text := v.Code
		if v.Message != "" {
			text += " (" + v.Message + ")"
		}
		out = append(out, Difference{Where: InResponse, Member: "code", Kind: Unlisted, Got: text})
	}
	for name, got := range map[string]string{"code": v.Code, "kind": string(known.Kind)} {
		if expected, says := want[name]; says && profile.Text(expected) != got && (name == "code" || listed) {
			out = append(out, Difference{Where: InResponse, Member: name, Kind: Differs, Expected: profile.Text(expected) + byWant, expectedZH: profile.Text(expected) + byWantZH, Got: got})
		}
	}
	slices.SortFunc(out, func(a, b Difference) int { return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.Kind, b.Kind)) })
	return out
}

// reads compares the values that the profile reads from the response with those that it
// reads from its example.
func (c comparison) reads(ctx context.Context, r profile.Response) []Difference {
	got, _ := c.reader.Read(ctx, r) // an error means that ctx is done
	want := map[string]any{}
	var exampleFeeds map[string][]string
	if c.s.Example != "" {
		filled := c.example()
		if example, err := c.s.Decode(filled.Status, filled.Header, []byte(filled.Body)); err == nil {
			want, _ = c.reader.Read(ctx, example)
			if example.IsData() {
				exampleFeeds = Feeds(ctx, c.reader, example)
			}
		}
	}
	var out []Difference
	for _, name := range slices.Sorted(maps.Keys(c.s.Read)) {
		expr, _ := c.reader.Expr(name)
		_, wanted := c.x.Want[name]
		d := Difference{Where: InResponse, Member: name, Expected: expr}
		switch {
		case got[name] != nil && want[name] != nil && fixture.JSONType(got[name]) != fixture.JSONType(want[name]):
			d.Kind, d.Expected, d.Got = Retyped, fixture.JSONType(want[name]), fixture.JSONType(got[name])
		case got[name] != nil:
			continue
		case c.renamed(ctx, name, expr, r) != "":
			d.Kind, d.Got = Renamed, c.renamed(ctx, name, expr, r)
		case want[name] == nil && !wanted, c.optional(name, exampleFeeds):
			continue
		default:
			d.Kind, d.Minor = Missing, !wanted && name != c.s.Primary()
		}
		out = append(out, d)
	}
	return out
}

// optional reports whether the recording marks a field that feeds the name as optional.
func (c comparison) optional(name string, feeds map[string][]string) bool {
	for key, names := range feeds {
		if slices.Contains(names, name) && slices.Contains(c.x.Optional, key) {
			return true
		}
	}
	return false
}

// wants compares the values that the profile reads from the response with the recording's
// want. It skips names in read without a value, because reads reports them.
func (c comparison) wants(got map[string]any) []Difference {
	var out []Difference
	for _, name := range slices.Sorted(maps.Keys(c.x.Want)) {
		want := profile.Text(c.x.Want[name])
		d := Difference{Where: InResponse, Member: name, Kind: Differs, Expected: want + byWant, expectedZH: want + byWantZH, Got: profile.Text(got[name])}
		if name == "scope" {
			d.Got = profile.ScopeText(got[name])
		}
		_, read := c.s.Read[name]
		switch {
		case name == "refusal":
			d.Member, d.Expected, d.Got = "ok", "a refusal"+byWant, "a success by the profile's ok"
			d.expectedZH, d.gotZH = "拒绝"+byWantZH, "接入配置的 ok 判定的成功"
		case got[name] == nil && read, got[name] != nil && d.Got == want:
			continue
		case got[name] == nil:
			d.Kind, d.Expected = Missing, noExpression
		}
		out = append(out, d)
	}
	return out
}

// example returns the profile's example with a value for every placeholder.
func (c comparison) example() profile.Filled {
	example, _ := profile.ParseExample(c.s.Response, c.s.Example) // lint reports what is wrong
	return example.Fill(func(name string) (string, bool) {
		switch name {
		case "subject":
			return "9007199254740993", true
		case "expires_in":
			return "7200", true
		case "timestamp", "timestamp_ms":
			return "1700000000", true
		}
		if value, given := c.x.Given[name]; given {
			return value, true
		}
		return "emulated-" + name, true
	})
}

// renamed returns the key of a field that nothing reads and whose name resembles name or one
// in the expression; "" if there is none.
func (c comparison) renamed(ctx context.Context, name, expr string, r profile.Response) string {
	words := []string{name}
	if !strings.Contains(expr, "(") { // a call such as del(.x) may name a field that it does not read
		words = append(words, identifiers(expr)...)
	}
	leaves, feeds := map[string]any{}, Feeds(ctx, c.reader, r)
	fixture.Flatten(leaves, "json", r.Value, strconv.Itoa)
	best := ""
	for _, key := range slices.Sorted(maps.Keys(leaves)) {
		last := key[strings.LastIndexByte(key, '.')+1:]
		if len(feeds[key]) > 0 || leaves[key] == nil || leaves[key] == "" {
			continue
		}
		for _, word := range words {
			if alike(word, last) {
				best = cmp.Or(best, strings.TrimPrefix(key, "json"))
			}
		}
	}
	return best
}

// identifiers returns the last name of each path in a jq expression.
func identifiers(expr string) []string {
	var out []string
	for _, path := range strings.FieldsFunc(expr, func(r rune) bool {
		return r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		if i := strings.LastIndexByte(path, '.'); i >= 0 && i < len(path)-1 {
			out = append(out, path[i+1:])
		}
	}
	return out
}

// alike compares names, ignoring case, spaces, _ and -. Names are alike if they are equal, or if the
// longer one starts or ends with the shorter one, which has at least 4 bytes.
func alike(a, b string) bool {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	a, b = plain(a), plain(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) >= 4 && (strings.HasPrefix(b, a) || strings.HasSuffix(b, a))
}
