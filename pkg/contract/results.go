package contract

import (
	"slices"

	"ssoctl/pkg/oidc"
)

// Results returns all results, in the order of docs/output.md.
func Results() []Result {
	return slices.Concat(loginAndTokenResults(), failureResults(), emulatorResults(), setupResults())
}

func tenant() []Member { return nest(Object, "tenant", of(Text, "id", "code", "name")) }

func expiry() []Member {
	return slices.Concat(of(Number, "expires_in"), of(Moment, "expires_at"), of(Text, "expires_source"))
}

func ofStep() []Member { return always(Text, "profile", "step") }

func ofVendor() []Member { return slices.Concat(of(Object, "extra"), of(Any, "raw")) }

func tokenMembers() []Member {
	return slices.Concat(
		ofStep(), of(Text, "access_token", "token_type"), expiry(), of(Text, "refresh_token", "scope", "id_token"), of(Object, "id_token_claims"),
		of(Flag, "verified"), of(Text, "subject"), tenant(), of(Object, "extra"), of(Flag, "cached"), of(Any, "raw"),
	)
}

func userMembers() []Member {
	return slices.Concat(ofStep(), of(Text, oidc.UserFields()...), tenant(), ofVendor())
}

func loginAndTokenResults() []Result {
	return []Result{
		result("authorize-url", always(Text, "profile", "url"), of(Text, "redirect_uri", "state", "nonce", "code_verifier"), of(Moment, "expires_at")),
		{Name: "exchange, token", Commands: []string{"exchange", "token"}, Members: tokenMembers()},
		{Name: "userinfo", Commands: []string{"userinfo", "exchange"}, Members: userMembers()},
		{
			Name: "login, qrlogin", Commands: []string{"login", "qrlogin"},
			Members: slices.Concat(always(Text, "profile"), of(Text, "code"), nest(Object, "token", tokenMembers()), nest(Object, "user", userMembers())),
		},
		result("logout", always(Text, "profile", "url"), of(Text, "redirect_uri", "state")),
		variant("logout --listen", "logout", always(Text, "profile"), always(Flag, "logged_out"), of(Text, "post_logout_redirect_uri")),
		result("step", ofStep(), of(Object, "values"), expiry(), of(Flag, "cached"), of(Any, "raw")),
		variant("token --introspect", "token",
			ofStep(), always(Flag, "active"), of(Any, "scope", "client_id", "username", "token_type", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"), ofVendor()),
		variant("token --revoke", "token", ofStep(), always(Text, "revoked"), of(Any, "raw")),
		{
			Name: "--curl", Commands: []string{"exchange", "token", "userinfo", "step"},
			Members: slices.Concat(always(Text, "profile"), nest(Objects, "commands", always(Text, "step", "curl")), nest(Objects, "variables", always(Text, "name", "stands_for", "value")), always(Text, "script")),
		},
	}
}

func failureResults() []Result {
	reading := slices.Concat(
		always(Text, "answer", "meaning"), of(Texts, "profiles"), of(Text, "vendor_code", "vendor_message", "refusal", "guess"), of(Texts, "docs"),
		of(Number, "http_status", "line", "last_line", "lines"), of(Texts, "steps", "here"),
	)
	request := nest(Object, "request", always(Text, "method", "url"), of(TextMap, "headers"), of(Text, "body"))
	return []Result{
		result("jwt", of(Object, "header", "claims"), of(TextMap, "times"), of(Flag, "expired"), of(Text, "signature"), always(Flag, "verified"), of(Texts, "compared"), of(Text, "reason")),
		result("explain", nest(Objects, "found", reading)),
		variant("explain --list", "explain", nest(Objects, "refusals", reading)),
		result("doctor", nest(Objects, "findings", always(Text, "check", "status"), of(Text, "profile", "what", "do")), always(Number, "failed", "warned")),
		result("sign",
			ofStep(), of(Text, "hash", "encoding"), nest(Objects, "parts", always(Text, "part", "value")), of(Text, "text", "digest"), of(TextMap, "made"), request, of(Text, "guess")),
		variant("sign --expect", "sign",
			ofStep(), always(Text, "expected"), of(Text, "computed"), always(Flag, "as_the_profile"),
			nest(Objects, "recipes", always(Text, "how"), of(Text, "beyond_profiles", "text", "hash", "key", "encoding")), always(Number, "tried")),
		variant("sign --expect TOKEN", "sign", ofStep(), always(Flag, "as_the_profile"), always(Texts, "differences")),
	}
}

func emulatorResults() []Result {
	return []Result{
		result("emulate", always(Text, "address"), always(Object, "profiles"), of(TextMap, "browser"), of(Text, "local", "ca_file")),
		result("emulate scan", always(Text, "profile", "action"), of(Text, "user", "subject")),
		result("emulate healthcheck", always(Text, "status", "address")),
		result("demo", nest(Objects, "logins", always(Text, "profile", "login", "took"), of(Text, "subject", "name"))),
	}
}

func setupResults() []Result {
	input := slices.Concat(always(Text, "name", "vendor", "value", "from"), always(Flag, "required", "secret"), always(Text, "help", "guess"))
	step := slices.Concat(always(Text, "name", "method", "url"), always(Texts, "needs"), always(Text, "source", "guess"))
	member := slices.Concat(always(Text, "key"), always(Any, "value"), always(Text, "from"))
	record := slices.Concat(always(Text, "path", "sha256"), always(Moment, "trusted_at"))
	cached := slices.Concat(always(Text, "profile", "address"), always(Moment, "obtained_at", "expires_at"))
	differing := slices.Concat(of(Text, "file", "profile", "step", "where", "member", "kind", "expected", "got"), of(Flag, "minor"), of(Text, "text"))
	return []Result{
		result("profile list", nest(Objects, "profiles", always(Text, "name", "title"), always(Texts, "steps"), always(Flag, "own"), of(Text, "title_zh"))),
		result("profile show",
			always(Text, "profile"), of(Text, "title"), of(Texts, "docs", "extends"), nest(Objects, "inputs", input), nest(Objects, "steps", step),
			always(Number, "refusals"), nest(Objects, "members", member)),
		result("profile diff", always(Text, "a", "b"), nest(Objects, "differences", always(Text, "key"), of(Any, "a"), of(Text, "a_from"), of(Any, "b"), of(Text, "b_from"))),
		result("profile new", always(Text, "profile", "extends", "path"), of(TextMap, "inputs")),
		result("profile lint", always(Number, "profiles"), of(Texts, "files")),
		result("profile verify", always(Number, "exchanges", "different"), nest(Objects, "differences", differing)),
		result("config path", always(Text, "path"), always(Flag, "exists"), nest(Object, "project", always(Text, "path"), always(Flag, "trusted")), of(Text, "state", "cache")),
		{Name: "trust", Commands: []string{"trust"}, Members: record},
		variant("trust --list", "trust", nest(Objects, "trusted", record)),
		variant("trust --revoke", "trust", always(Text, "path"), always(Number, "revoked")),
		result("cache list", nest(Objects, "tokens", cached), nest(Objects, "documents", cached)),
		result("cache clear", always(Number, "dropped", "documents")),
		result("version", always(Text, "version")),
	}
}

// Error returns the members of an error, which is the value of the member "error" of the JSON
// line on stderr.
func Error() Result {
	return Result{Name: "error", Members: slices.Concat(
		always(Text, "kind"), always(Number, "exit"), always(Text, "message"), of(Text, "hint"),
		of(Text, "profile", "step", "refusal", "vendor_code", "vendor_message"), of(Number, "http_status"),
		of(Text, "trace_id", "request_id", "claim"), of(Flag, "resume"),
	)}
}

// openResults are the commands that print a JSON Schema, whose members are not listed here.
func openResults() []string { return []string{"profile schema", "help output"} }
