package cmd

import (
	"context"

	"ssoctl/pkg/fleet"
	"ssoctl/pkg/profile"
)

// sharedCache returns the address at which many machines cache tokens; ok is false if there is
// none. SSOCTL_CACHE wins over the configuration.
func (o *config) sharedCache(ctx context.Context) (at fleet.Address, ok bool, err error) {
	set := o.cache
	if text, _ := o.env("SSOCTL_CACHE"); text != "" {
		set = profile.CacheAddress{Text: text}
	}
	at, shared, why, err := fleet.Choose(set, o.refs(ctx).ForSecret()) // it may contain a password
	if ctx.Err() != nil {
		return fleet.Address{}, false, ctx.Err()
	}
	if !why.IsZero() {
		o.out.warn(why)
	}
	return at, shared, err
}
