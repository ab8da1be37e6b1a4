package profile_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// planned is a [profile.Plan] as names of steps and inputs; optional inputs end in ?.
type planned struct {
	Steps           []profile.StepName
	Inputs, Lacking []string
}

func plan(p *profile.Profile, targets []profile.StepName, given ...string) (planned, error) {
	values := recipe.Values{}
	for _, name := range given {
		values[name] = "x"
	}
	got, err := p.Plan(targets, values)
	if err != nil {
		return planned{}, err
	}
	out := planned{Lacking: got.Lacking}
	for _, s := range got.Steps {
		out.Steps = append(out.Steps, s.Name)
	}
	for _, in := range got.Inputs {
		if in.Optional {
			in.Name += "?"
		}
		out.Inputs = append(out.Inputs, in.Name)
	}
	return out, nil
}

type steps []profile.StepName

func TestPlan(t *testing.T) {
	const text = `[inputs]
base_url = { default = "https://h.example" }
client_id = {}
client_secret = { secret = true }
token_endpoint_auth_method = { default = "client_secret_basic" }
scope = {}
[authorize]
url = "{base_url}/a"
query = { s = "{state}", c = "{code_challenge}", n = "{nonce}", id = "{client_id}", scope = "{scope?}" }
[exchange]
url = "{base_url}/e"
headers = { A = "{basic_auth?}" }
form = { code = "{code}", v = "{code_verifier}", id = "{client_id}" }
read = { access_token = ".a", refresh_token = ".r", subject = ".s" }
[token]
url = "{base_url}/t"
form = { s = "{client_secret}", scope = "{scope}" }
read = { access_token = ".a", "tenant.id" = ".t" }
[refresh]
url = "{base_url}/r"
form = { r = "{refresh_token}" }
read = { access_token = ".a" }
[userinfo]
url = "{base_url}/u"
headers = { A = "Bearer {access_token}", T = "{uuid}", O = "{other?}" }
read = { "open.id" = ".o" }
[details]
url = "{base_url}/{open.id}"
form = { app = "{app_token}", t = "{tenant.id}", s = "{subject}", more = "{unknown}" }
`
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": text}})
	for _, tt := range []struct {
		name    string
		targets []profile.StepName
		given   []string
		want    planned
	}{
		{"authorize", steps{"authorize"}, nil, planned{steps{"authorize"}, []string{"base_url", "client_id", "scope?"}, nil}},
		{"a code is needed", steps{"exchange"}, nil, planned{steps{"exchange"}, []string{"base_url", "client_id", "client_secret?", "token_endpoint_auth_method?"}, []string{"code"}}},
		{"a code is given", steps{"exchange"}, []string{"code"}, planned{steps{"exchange"}, []string{"base_url", "client_id", "client_secret?", "token_endpoint_auth_method?"}, nil}},
		{"the exchange comes first", steps{"userinfo"}, []string{"code"}, planned{steps{"exchange", "userinfo"}, []string{"base_url", "client_id", "client_secret?", "token_endpoint_auth_method?"}, nil}},
		{"a token is given", steps{"userinfo"}, []string{"access_token"}, planned{steps{"userinfo"}, []string{"base_url"}, nil}},
		{"a given value is not in Inputs", steps{"userinfo"}, []string{"access_token", "base_url"}, planned{steps{"userinfo"}, nil, nil}},
		{"refresh takes no code", steps{"refresh"}, []string{"refresh_token"}, planned{steps{"refresh"}, []string{"base_url"}, nil}},
		{"everything", steps{"userinfo", "details"}, []string{"code"}, planned{
			steps{"exchange", "userinfo", "token", "details"},
			[]string{"base_url", "client_id", "client_secret", "scope", "token_endpoint_auth_method?"},
			[]string{"unknown"},
		}},
		{"details alone", steps{"details"}, []string{"access_token", "subject", "unknown"}, planned{
			steps{"token", "userinfo", "details"}, []string{"base_url", "client_secret", "scope"}, nil,
		}},
		{"once each", steps{"userinfo", "userinfo", "exchange"}, []string{"code"}, planned{
			steps{"exchange", "userinfo"}, []string{"base_url", "client_id", "client_secret?", "token_endpoint_auth_method?"}, nil,
		}},
		{"an empty value counts as missing", steps{"userinfo"}, []string{}, planned{steps{"exchange", "userinfo"}, []string{"base_url", "client_id", "client_secret?", "token_endpoint_auth_method?"}, []string{"code"}}},
	} {
		got, err := plan(p, tt.targets, tt.given...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}

	p.Token = nil
	_, err := plan(p, steps{"details"}, "subject")
	var notOffered *profile.NotOfferedError
	if !errors.As(err, &notOffered) || notOffered.Step != "token" {
		t.Error(err)
	}
}

func TestPlanOfTheApplicationsToken(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": `[exchange]
url = "https://h.example"
form = { c = "{code}" }
read = { account = ".a" }
[token]
url = "https://h.example"
read = { access_token = ".a", account = ".c" }
[userinfo]
url = "https://h.example"
form = { a = "{account}", t = "{app_token}" }
[details]
url = "https://h.example"
form = { t = "{access_token}" }
`}})
	// The application's token comes first, so values in its response need not come from a step
	// that needs a code.
	got, err := plan(p, steps{"userinfo"})
	if diff := cmp.Diff(planned{Steps: steps{"token", "userinfo"}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	// The application's token is not a user's access token.
	got, err = plan(p, steps{"details"})
	if diff := cmp.Diff(planned{Steps: steps{"details"}, Lacking: []string{"access_token"}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestPlanOfStepsThatNeedEachOther(t *testing.T) {
	p := load(t, "p", profile.Sources{Builtin: files{"p.toml": `[exchange]
url = "https://h.example"
form = { s = "{subject}", t = "{app_token}" }
read = { access_token = ".a" }
[userinfo]
url = "https://h.example"
form = { t = "{access_token}" }
read = { subject = ".s" }
[token]
url = "https://h.example"
form = { t = "{app_token}", s = "{subject}" }
read = { access_token = ".a" }
`}})
	for _, target := range profile.StepNames {
		if p.Step(target) == nil {
			continue
		}
		got, err := plan(p, []profile.StepName{target})
		if err != nil || !slices.Contains(got.Steps, target) || len(got.Lacking) == 0 {
			t.Errorf("%s: %+v, %v", target, got, err)
		}
	}
}

// TestPlansOfBuiltins: with the values that a command line can supply, every step of every
// profile can run after the steps that supply its values.
func TestPlansOfBuiltins(t *testing.T) {
	for _, p := range builtins(t) {
		for _, name := range profile.StepNames {
			got, err := p.Plan([]profile.StepName{name}, recipe.Values{"code": "C", "refresh_token": "R"})
			var notOffered *profile.NotOfferedError
			if p.Step(name) == nil {
				if !errors.As(err, &notOffered) || notOffered.Profile != p.Name || notOffered.Step != name {
					t.Errorf("%s %s: %v", p.Name, name, err)
				}
				continue
			}
			if err != nil || len(got.Lacking) > 0 {
				t.Errorf("%s %s: %v, lacks %v", p.Name, name, err, got.Lacking)
				continue
			}
			if last := got.Steps[len(got.Steps)-1]; last.Name != name && last.With != name {
				t.Errorf("%s %s: ends with %s", p.Name, name, last.Name)
			}
			have := []string{"code", "refresh_token", "state", "nonce", "code_challenge", "code_verifier"}
			for _, in := range got.Inputs {
				have = append(have, in.Name)
			}
			for _, s := range got.Steps {
				for _, ph := range s.Placeholders() {
					if !ph.Optional && !slices.Contains(have, ph.Name) && !slices.Contains(recipe.Made, ph.Name) && !makes(s, ph.Name) {
						t.Errorf("%s %s: %s runs without %s", p.Name, name, s.Name, ph.Name)
					}
				}
				for read := range s.Read {
					if s.Name == "token" && read == "access_token" {
						read = profile.AppToken
					}
					have = append(have, read)
				}
			}
			if name != "userinfo" || !p.UserInfo.Uses("access_token") {
				continue
			}
			given := recipe.Values{"access_token": "A"} // and other values in the exchange's response, such as the user's id
			for _, ph := range p.UserInfo.Placeholders() {
				if _, isInput := p.Inputs[ph.Name]; !isInput && p.Exchange != nil && p.Exchange.Read[ph.Name] != "" {
					given[ph.Name] = "V"
				}
			}
			withToken, err := p.Plan([]profile.StepName{name}, given)
			if err != nil || len(withToken.Steps) != 1 || len(withToken.Lacking) > 0 {
				t.Errorf("%s: with a token %+v, %v", p.Name, withToken, err)
			}
		}
	}
}
