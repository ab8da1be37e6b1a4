package profile

// Kind is the kind of a refusal. Programs decide by kind, never by message.
type Kind string

// The kinds of refusals.
const (
	KindBadRequest       Kind = "bad_request"
	KindMissingParameter Kind = "missing_parameter"
	KindInvalidClient    Kind = "invalid_client"
	KindInvalidCode      Kind = "invalid_code" // a code or a refresh token
	KindExpiredCode      Kind = "expired_code"
	KindUsedCode         Kind = "used_code"
	KindInvalidToken     Kind = "invalid_token"
	KindExpiredToken     Kind = "expired_token"
	KindDenied           Kind = "denied" // by the user
	KindNoPermission     Kind = "no_permission"
	KindRateLimited      Kind = "rate_limited"
	KindQuota            Kind = "quota"
	KindNotFound         Kind = "not_found"
	KindServerError      Kind = "server_error"
)

// Kinds are all kinds of refusals.
var Kinds = []Kind{
	KindBadRequest, KindMissingParameter, KindInvalidClient, KindInvalidCode, KindExpiredCode,
	KindUsedCode, KindInvalidToken, KindExpiredToken, KindDenied, KindNoPermission, KindRateLimited, KindQuota,
	KindNotFound, KindServerError,
}
