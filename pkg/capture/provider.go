package capture

import (
	"slices"

	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
)

// document says which document an OpenID provider publishes at an address:
// [profile.StepDiscovery], [profile.StepKeys], or "" for none. The proxy forwards these documents
// and does not keep them, because they are public.
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

// withOurEndpoints replaces the endpoints in a provider's metadata with the proxy's, so that the
// client sends its requests to the proxy. The issuer stays, because the id_tokens name it. Data that
// is not a JSON object is returned unchanged.
func (r *Proxy) withOurEndpoints(data []byte) []byte {
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
