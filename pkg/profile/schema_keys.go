package profile

import (
	"slices"

	"ssoctl/pkg/key"
	"ssoctl/pkg/recipe"
)

// schemaKeys returns what [Schema] says about each key, by the name of the struct in lower
// case and the key.
func schemaKeys() map[string]schemaKey {
	unset := func(values []string) []string { return slices.Concat(values, []string{""}) } // "" is the same as no key
	const again = `only for [token], for the emulator: what happens when the same request fetches it again: "same" returns the valid token, "5m" says how long the old one still works`
	return map[string]schemaKey{
		"configuration.cache":           {text: "where application tokens are cached for many machines: redis://HOST, rediss://HOST, unix:///PATH, or env:NAME or file:PATH with such an address"},
		"configuration.default_profile": {text: "the profile if neither -p nor SSOCTL_PROFILE is given"},
		"configuration.profiles":        {text: "the profiles, by name"},
		"configuration.trusted":         {text: "folders, absolute or below ~/, whose projects are trusted; only in your own file"},

		"profile.extends":     {text: "the name of the profile that this one builds on"},
		"profile.title":       {text: `the title in lists, such as "Vendor: product"`},
		"profile.title_zh":    {text: "the title in Chinese"},
		"profile.docs":        {text: "addresses of the vendor's documents; the one that lists error codes comes last"},
		"profile.inputs":      {text: "the values that the user supplies, by name"},
		"profile.reply":       {text: "how to judge every response"},
		"profile.authorize":   {text: "the address that the browser opens"},
		"profile.exchange":    {text: "the request that exchanges a code for the user's token"},
		"profile.token":       {text: "the request for the application's own token"},
		"profile.refresh":     {text: "the request that exchanges a refresh token for a new token"},
		"profile.userinfo":    {text: "the request that says who logged in"},
		"profile.details":     {text: "the request for more about the user"},
		"profile.make":        {text: "how the values of placeholders are made for each request, by name"},
		"profile.step":        {text: "the vendor's own steps, by name"},
		"profile.scan":        {text: "the vendor's script that shows its QR code in a page"},
		"profile.not_offered": {text: "why a step is missing, by step; removes an inherited step", values: words(KnownSteps)},
		"profile.refusals":    {text: "the vendor's error codes"},

		"input.default":  {text: "the value if none is given; may contain other inputs as {name}"},
		"input.required": {text: "whether it must have a value when a step uses it"},
		"input.secret":   {text: "whether it is masked in all output"},
		"input.type":     {text: "its type if it is the whole value of a JSON member; a string by default", values: unset(typeValues)},
		"input.pattern":  {text: "a regular expression (RE2) that the whole value must match"},
		"input.vendor":   {text: "the vendor's name for it"},
		"input.help":     {text: "what it is"},
		"input.help_zh":  {text: "what it is, in Chinese"},
		"input.guess":    {text: "why the default is not certain"},
		"input.guess_zh": {text: "why the default is not certain, in Chinese"},
		"input.example":  {text: "the emulator's value; may contain inputs and {base_url}"},

		"reply.ok":              {text: "jq that yields anything but false or null for a success"},
		"reply.code":            {text: "jq that yields the code of a refusal"},
		"reply.message":         {text: "jq that yields the message of a refusal"},
		"reply.trace":           {text: "jq that yields the vendor's id of the call"},
		"reply.refusal_example": {text: "a refusal as the emulator sends it, a body or a whole HTTP/1.1 response; may contain {code} and {message}; in [authorize]: the parameters of the redirect, as a query"},

		"recipe.method":  {text: "the HTTP method", values: methods},
		"recipe.url":     {text: "an absolute http or https address; may contain {placeholders}"},
		"recipe.query":   {text: "the members of the query; a list is a repeated member", repeats: true},
		"recipe.headers": {text: "header fields"},
		"recipe.form":    {text: "the members of a body of type application/x-www-form-urlencoded; a list is a repeated member; cannot be combined with json", repeats: true},
		"recipe.json":    {text: "a body of type application/json, in which each string may contain {placeholders}; cannot be combined with form"},
		"recipe.sign":    {text: "how {sign} is made"},
		"recipe.yields":  {text: "the values of one of the vendor's own steps that sends nothing, by name"},

		"make.time":     {text: "a time, in the notation of GNU date, such as %Y-%m-%d %H:%M:%S"},
		"make.zone":     {text: "the time zone of time, such as Asia/Shanghai; UTC by default"},
		"make.random":   {text: "the number of random letters and digits"},
		"make.text":     {text: "the text to hash or encode"},
		"make.hash":     {text: "the hash; without it the text itself is the value", values: unset(recipe.Hashes)},
		"make.encoding": {text: "how the value is written: hex by default; without a hash, the text as it is", values: unset(recipe.Encodings)},
		"make.key":      {text: "the key, only for hashes that take one: a secret for an hmac, a private key for a signature"},
		"make.jwt":      {text: "a signed token (JWT)"},
		"make.type":     {text: "its type if it is the whole value of a JSON member; a string by default", values: unset([]string{recipe.TypeInt})},

		"jwt.alg":    {text: "the algorithm of the signature", values: words(key.Algorithms)},
		"jwt.key":    {text: "the private key, or the secret of an HMAC"},
		"jwt.kid":    {text: "the id of the key, in the header"},
		"jwt.header": {text: "further members of the header, in which each string may contain {placeholders}"},
		"jwt.claims": {text: "the claims, in which each string may contain {placeholders}; iat, nbf and exp are relative to now, such as 0s and 5m"},

		"step.also":     {text: "other requests that the vendor accepts for this step, for the emulator; a key that an entry leaves out comes from the step"},
		"step.with":     {text: "only in the vendor's own steps: the step that this one always runs with", values: unset(words(besideSteps))},
		"step.read":     {text: "by the name of a value, such as access_token or subject: the jq that reads it; in [authorize]: from the parameters of the redirect, with the code as code"},
		"step.lifetime": {text: `how long the token lasts if the response does not say, such as "10m" or "2h"; in [authorize]: how long the login is remembered`},
		"step.again":    {text: again},
		"step.example":  {text: "a response, for the emulator: a body, or a whole HTTP/1.1 response; in [authorize]: the parameters of the redirect, as a query"},
		"step.response": {text: "how to read a response that is neither JSON nor XML, whatever its media type: as a form or as text", values: unset(responseValues)},
		"step.source":   {text: "where the step comes from: the vendor's page, recorded calls, public client code, or a guess", values: unset(Known)},
		"step.guess":    {text: "what is uncertain about the step"},
		"step.guess_zh": {text: "what is uncertain about the step, in Chinese"},
		"step.scan":     {text: "only in [authorize]: whether a phone may scan the address"},
		"step.state":    {text: "only in [authorize]: redirect if the vendor has no state parameter, optional if some callbacks lack it", values: unset(stateValues)},
		"step.callback": {text: "only in [authorize]: the vendor's redirect to the redirect_uri; false if nothing comes back"},

		"also.again":           {text: again},
		"also.example":         {text: "the response to this request, if it differs from the step's"},
		"also.refusal_example": {text: "a refusal of this request, if it differs from the step's"},

		"callback.code":     {text: `names under which the code may come back; by default only "code"`},
		"callback.lifetime": {text: "how long a code lasts in the emulator; 10m by default"},
		"callback.once":     {text: "whether a refused request uses the code up, too, in the emulator"},
		"callback.first":    {text: "the parameters of the redirect that come only with a user's first login, in the emulator"},

		"scan.sdk":      {text: "the address of the vendor's script"},
		"scan.class":    {text: "the class or function that the page calls: new Class({…})"},
		"scan.options":  {text: "the first and second argument of that class or function; may contain inputs, {state}, {element}, {width}, {height}, {escaped_redirect_uri} and {authorize_url}"},
		"scan.message":  {text: "the members, with their values, that every message has", types: scalarTypes},
		"scan.event":    {text: "the member that says what happened"},
		"scan.events":   {text: "the value of that member for each event", types: scalarTypes, values: ScanEvents},
		"scan.code":     {text: "the member with the code"},
		"scan.redirect": {text: "instead of code: where the page goes when confirmed; placeholders that are not inputs are members of the message"},
		"scan.origin":   {text: "where the messages come from: scheme and host; the first label of the host may be *"},

		"sentence.en": {text: "in English"},
		"sentence.zh": {text: "in Chinese"},

		"refusal.code":     {text: "the vendor's code", types: []string{"string", "integer"}, required: true},
		"refusal.message":  {text: "a part of the vendor's message, if the code means something else with other messages"},
		"refusal.kind":     {text: "what the code means to a program", values: words(Kinds), required: true},
		"refusal.member":   {text: "the member of the request that the code is about; leave it out if it can be any"},
		"refusal.en":       {text: "what it means and what to do", required: true},
		"refusal.zh":       {text: "what it means and what to do, in Chinese"},
		"refusal.status":   {text: "the HTTP status in the emulator; by default that of refusal_example, or 200"},
		"refusal.guess":    {text: "why the code is not certain"},
		"refusal.guess_zh": {text: "why the code is not certain, in Chinese"},
	}
}
