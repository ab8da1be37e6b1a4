// Package oidc reads what an OpenID provider publishes about itself. [Endpoints] says which
// inputs of a profile come from a provider's metadata.
package oidc
