package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

func TestChoose(t *testing.T) {
	type result struct {
		At       string
		Shared   bool
		Why, Err string
		Kind     failure.Kind // of Err
	}
	refs := reference.Resolver{LookupEnv: func(name string) (string, bool) { return "redis://u:p@cache", name == "CACHE" }}
	file := profile.Origin{File: "c.toml", Line: 3}
	for _, test := range []struct {
		set  profile.CacheAddress
		want result
	}{
		{profile.CacheAddress{}, result{}},
		{profile.CacheAddress{Text: "none"}, result{}},
		{profile.CacheAddress{Text: "redis://cache"}, result{At: "redis://cache:6379", Shared: true}},
		{profile.CacheAddress{Text: "env:CACHE"}, result{At: "redis://cache:6379", Shared: true}},
		{profile.CacheAddress{Text: "env:ABSENT"}, result{Why: "tokens are cached on this machine alone: cache = env:ABSENT: this environment variable is not set"}},
		{profile.CacheAddress{Text: "http://cache"}, result{Err: "SSOCTL_CACHE: " + fleet.ErrAddress.Error(), Kind: failure.Usage}},
		{profile.CacheAddress{Text: "http://cache", Origin: file}, result{Err: "c.toml:3: cache: " + fleet.ErrAddress.Error(), Kind: failure.Profile}},
	} {
		at, shared, why, err := fleet.Choose(test.set, refs)
		got := result{At: at.String(), Shared: shared, Why: why.EN}
		if err != nil {
			got.Err, got.Kind = err.Error(), failure.Of(err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q: -want +got:\n%s", test.set.Text, diff)
		}
	}
}
