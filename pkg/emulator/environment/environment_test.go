package environment_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/environment"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// crm is a profile with a value in the address of a step.
func crm() *profile.Profile {
	return &profile.Profile{
		Name:      "crm-2",
		Inputs:    map[string]profile.Input{"client_id": {}, "tenant": {}, "base_url": {}},
		Authorize: &profile.Step{Name: profile.StepAuthorize, Recipe: recipe.Recipe{URL: "{base_url}/authorize"}},
		Exchange:  &profile.Step{Name: profile.StepExchange, Recipe: recipe.Recipe{URL: "{base_url}/{tenant}/token"}},
		UserInfo:  &profile.Step{Name: profile.StepUserInfo, Recipe: recipe.Recipe{URL: "{base_url}/users/{code}"}}, // known only later
	}
}

func TestOf(t *testing.T) {
	ready := emulator.Ready{
		Address: "http://emulator:80", Local: "http://127.0.0.1:9", CAFile: "/tmp/ca.pem",
		Profiles: map[string]map[string]string{"crm-2": {"client_id": "mine", "tenant": "T"}},
		Browser:  map[string]string{"crm-2": "http://localhost:8/crm-2"},
	}
	asked := []string{"A=authorize_url", "X=crm-2.exchange_url", "AT=address", "ADMIN=admin_url", "CA=ca_file", "B=base_url"}
	got, err := environment.Of(ready, []*profile.Profile{crm()}, asked)
	want := []string{
		"SSOCTL_EMULATOR=http://127.0.0.1:9", "SSL_CERT_FILE=/tmp/ca.pem",
		"SSOCTL_PROFILE=crm-2", "SSOCTL_BASE_URL=http://emulator:80/crm-2", "SSOCTL_CLIENT_ID=mine", "SSOCTL_TENANT=T",
		"A=http://localhost:8/crm-2/authorize", "X=http://emulator:80/crm-2/T/token", "AT=http://emulator:80",
		"ADMIN=http://127.0.0.1:9/_", "CA=/tmp/ca.pem", "B=http://emulator:80/crm-2",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}

	// An input base_url is one variable.
	ready.Profiles["crm-2"] = map[string]string{"base_url": "http://emulator:80/crm-2"}
	got, err = environment.Of(ready, []*profile.Profile{crm()}, nil)
	want = []string{"SSOCTL_EMULATOR=http://127.0.0.1:9", "SSL_CERT_FILE=/tmp/ca.pem", "SSOCTL_PROFILE=crm-2", "SSOCTL_BASE_URL=http://emulator:80/crm-2"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}

	ready.Profiles["crm-2"] = map[string]string{"client_id": "mine", "tenant": "T"}
	other := crm()
	other.Name = "other"
	got, err = environment.Of(ready, []*profile.Profile{crm(), other}, nil)
	want = []string{"SSOCTL_EMULATOR=http://127.0.0.1:9", "SSL_CERT_FILE=/tmp/ca.pem", "SSOCTL_CRM_2_CLIENT_ID=mine", "SSOCTL_CRM_2_TENANT=T"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestOfUnknown(t *testing.T) {
	one, both := []*profile.Profile{crm()}, []*profile.Profile{crm(), {Name: "other"}}
	for _, test := range []struct {
		profiles    []*profile.Profile
		asked, want string
	}{
		{one, "A", "--env A: expected NAME=WHAT, such as ISSUER=issuer"},
		{one, "=address", "--env =address: expected NAME=WHAT, such as ISSUER=issuer"},
		{one, "1A=address", "--env 1A=address: expected NAME=WHAT, such as ISSUER=issuer"},
		{one, "A=ca_file", "--env A=ca_file: ca_file requires --tls"},
		{one, "A=base_ur", "--env A=base_ur: expected one of address, admin_url, authorize_url, base_url; did you mean base_url?"},
		{one, "A=userinfo_url", "--env A=userinfo_url: expected one of address, admin_url, authorize_url, base_url"},
		{both, "A=base_url", "--env A=base_url: expected one of address, admin_url, crm-2.authorize_url, crm-2.base_url, other.base_url"},
	} {
		ready := emulator.Ready{Address: "http://127.0.0.1:9", Profiles: map[string]map[string]string{"crm-2": {}}}
		_, err := environment.Of(ready, test.profiles, []string{test.asked})
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.asked, err, test.want)
		}
	}
}

// TestOfSameVariable checks that two inputs that would have the same variable are refused,
// even if the names of their profiles differ as variables.
func TestOfSameVariable(t *testing.T) {
	for _, test := range []struct {
		names  [2]string
		inputs [2]string
		want   string
	}{
		{[2]string{"a-b", "a_b"}, [2]string{"client_id", "client_id"}, "a-b.client_id and a_b.client_id would both be the variable SSOCTL_A_B_CLIENT_ID"},
		{[2]string{"a", "a_b"}, [2]string{"b_id", "id"}, "a.b_id and a_b.id would both be the variable SSOCTL_A_B_ID"},
		{[2]string{"a-b", "a_b"}, [2]string{"id", "secret"}, ""},
	} {
		ready := emulator.Ready{Profiles: map[string]map[string]string{}}
		var profiles []*profile.Profile
		for i, name := range test.names {
			profiles = append(profiles, &profile.Profile{Name: name})
			ready.Profiles[name] = map[string]string{test.inputs[i]: "value"}
		}
		_, err := environment.Of(ready, profiles, nil)
		if test.want == "" && err != nil || test.want != "" && (failure.Of(err) != failure.Usage || !strings.HasPrefix(err.Error(), test.want+":")) {
			t.Errorf("%v: got %v, want %q", test.names, err, test.want)
		}
	}
}
