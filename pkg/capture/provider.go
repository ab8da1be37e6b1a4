package capture

import (
	"slices"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
)

// document returns the name of a document that an OpenID provider publishes about itself, by
// its address: [profile.StepDiscovery] or [profile.StepKeys]. It is "" for any other address. The
// proxy passes documents on and does not keep them, because everybody can read them.
func (r *Proxy) document(address string) profile.StepName {
	if keys, ok := r.known.Text(oidc.KeysInput); ok && address == keys {
		return profile.StepKeys
	}
	if issuer, ok := r.known.Text(oidc.IssuerInput); ok {
		if at, err := oidc.Addresses(issuer); err == nil && slices.Contains(at, address) {
			return profile.StepDiscovery
		}
	}
	return ""
}

// redirected returns metadata with the endpoints of the proxy, so that the client that reads it
// is recorded. The issuer stays the provider's, because it is that of the id_tokens.
func (r *Proxy) redirected(data []byte) []byte {
	decoded, err := exactjson.Decode(data)
	members, isObject := decoded.(map[string]any)
	if err != nil || !isObject {
		return data
	}
	for _, e := range oidc.Endpoints {
		known, _ := r.known.Text(e.Input)
		if text, _ := members[e.Member].(string); text == "" || text != known {
			continue
		}
		if ours, ok := r.opts.Ours.Text(e.Input); ok {
			members[e.Member] = ours
		}
	}
	changed, err := exactjson.Encode(members)
	if err != nil {
		return data
	}
	return changed
}
