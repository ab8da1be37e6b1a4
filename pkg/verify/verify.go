// Package verify compares a profile with fixtures, recorded or transcribed. It reports where
// a client would send another request, and which values it would not find in the vendor's
// response.
//
// Set up a [Verifier] and call [Verifier.Compare] for each fixture. [Outcome] returns the
// values that a client reads from one response, and [Feeds] the fields they come from. A
// [Report] shows the differences of several fixtures.
package verify

import (
	"context"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// Difference is one way in which a fixture does not match the profile.
type Difference struct {
	Where  string // [InRequest], [InResponse] or [InCallback]
	Member string // such as json.appId in a request, or access_token in a response
	Kind   Kind
	// Expected comes from the profile, Got from the fixture; either may be empty. The
	// only secrets in them are values of the fixture.
	Expected, Got string
	// expectedZH and gotZH are Expected and Got in Chinese; "" if they are not words.
	expectedZH, gotZH string
	// Minor marks a difference that may be correct: a field that not every response has.
	Minor bool
}

// The values of Difference.Where.
const (
	InRequest  = "request"
	InResponse = "answer"
	InCallback = "callback"
)

// Kind says what is wrong with a member.
type Kind string

// The kinds of difference.
const (
	Missing   Kind = "missing"   // in the profile, not in the fixture
	Added     Kind = "added"     // in the fixture, but nothing in the profile reads it
	Differs   Kind = "differs"   // the values differ
	Malformed Kind = "malformed" // not in the form that the profile expects
	Renamed   Kind = "renamed"   // not found, but the response has a field with a similar name
	Retyped   Kind = "type"      // the JSON type differs
	Unlisted  Kind = "unlisted"  // a refusal with a code that the profile does not list
	Unknown   Kind = "unknown"   // the profile has no step for this request
	Unusable  Kind = "unusable"  // a response that no client can read
)

// String returns the English of [Difference.Line].
func (d Difference) String() string { return d.Line().EN }

// Line describes the difference in one line.
func (d Difference) Line() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s: %s: %s", ZH: "%s：%s：%s"}, where()[d.Where], d.Member, d.Text())
}

// Text describes the difference, without Where and Member.
func (d Difference) Text() lang.Text {
	expected, got := lang.Text{EN: d.Expected, ZH: d.expectedZH}, lang.Text{EN: d.Got, ZH: d.gotZH}
	switch {
	case d.Kind == Missing && d.Expected == "":
		return lang.Text{EN: "is missing", ZH: "缺少"}
	case d.Kind == Missing && d.Expected == noExpression:
		return lang.Text{EN: "is missing; the profile has " + noExpression, ZH: "缺少；接入配置里没有读取它的表达式"}
	case d.Kind == Missing:
		return lang.Sprintf(lang.Text{EN: "is missing; the profile has %s", ZH: "缺少；接入配置里是 %s"}, d.Expected)
	case d.Kind == Added:
		return lang.Text{EN: "is in the recording, but nothing in the profile reads it", ZH: "录制里有，接入配置没有用到"}
	case d.Kind == Renamed:
		return lang.Sprintf(lang.Text{EN: "is not found by %s; the response has %s", ZH: "用 %s 找不到；响应里是 %s"}, d.Expected, d.Got)
	case d.Kind == Retyped:
		return lang.Sprintf(lang.Text{EN: "is a %s; the profile's example has a %s", ZH: "类型是 %s；接入配置的示例里是 %s"}, d.Got, d.Expected)
	case d.Kind == Unlisted:
		return lang.Sprintf(lang.Text{EN: "is %s, which the profile does not list among its refusals", ZH: "是 %s，接入配置没有列出这个错误码"}, d.Got)
	case d.Kind == Malformed && d.Got == "":
		return lang.Sprintf(lang.Text{EN: "is malformed: expected %s", ZH: "格式不对：应为 %s"}, expected)
	case d.Kind == Malformed:
		return lang.Sprintf(lang.Text{EN: "is malformed: expected %s, got %s", ZH: "格式不对：应为 %s，实际为 %s"}, expected, got)
	case d.Kind == Unknown, d.Kind == Unusable:
		return got
	}
	return lang.Sprintf(lang.Text{EN: "differs: expected %s, recorded %s", ZH: "不同：应为%s，录制的是%s"}, orNothing(expected), orNothing(got))
}

// noExpression is the Expected of a member that the profile does not read.
const noExpression = "no expression for it"

// orNothing returns t, with a space before the Chinese, or the word "nothing" if t is empty.
func orNothing(t lang.Text) lang.Text {
	if t.IsZero() {
		return lang.Text{EN: "nothing", ZH: "空"}
	}
	t.ZH = " " + t.In(lang.ZH) // a space between Chinese and a value
	return t
}

// Verifier verifies fixtures against one profile.
type Verifier struct {
	// Profile is not changed: each fixture gives the inputs of a copy their values.
	Profile *profile.Profile
	// Refs resolves references among the profile's values.
	Refs reference.Resolver
}

// Compare returns the differences between the profile and x; nil if there are none. The
// error says what is wrong with the profile or with a value given in x.
func (v Verifier) Compare(ctx context.Context, x *fixture.Fixture) ([]Difference, error) {
	p := v.Profile.Copy()
	s := p.Step(profile.StepName(x.Step))
	if s == nil || !s.Sends() {
		if slices.Contains(profile.StepNames, profile.StepName(x.Step)) {
			return []Difference{{Where: InRequest, Member: "step", Kind: Unknown, Got: p.Name + " does not offer the step " + x.Step, gotZH: p.Name + " 不提供 " + x.Step + " 步骤"}}, nil
		}
		return []Difference{{
			Where: InRequest, Member: "path", Kind: Unknown, Expected: places(p),
			Got:   p.Name + " has no step for this request; its steps are " + places(p),
			gotZH: p.Name + " 没有与这个请求对应的步骤，已有的是：" + places(p),
		}}, nil
	}
	judge, err := client.NewJudge(p, s)
	if err != nil {
		return nil, err
	}
	differences, err := v.request(p, s, x)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Name == profile.StepAuthorize:
		differences = append(differences, callback(p, s, x)...)
	case x.Response.Start != "":
		c := comparison{p: p, s: s, judge: judge, reader: judge.Reader(), x: x}
		differences = append(differences, c.differences(ctx)...)
	}
	return differences, nil
}

// places lists the methods and URLs of all steps.
func places(p *profile.Profile) string {
	var out []string
	for _, s := range p.Requests() {
		if place := s.Method + " " + string(s.URL); !slices.Contains(out, place) { // several grants share one
			out = append(out, place)
		}
	}
	return strings.Join(out, ", ")
}
