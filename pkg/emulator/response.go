package emulator

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// writeExample writes the step's example with its placeholders filled in, remembers the
// values that the client will read from it, and returns the HTTP status.
func (e *Emulator) writeExample(w http.ResponseWriter, c *call) int {
	if c.s.Example == "" {
		c.findings = append(c.findings, finding{text: about(c.s.Name, lang.Sprintf(lang.Text{EN: "the profile has no example response: add one to [%s]", ZH: "接入配置里没有响应示例：请加到 [%s]"}, c.s.Name.Table()))})
		write(w, http.StatusNotImplemented, plainText, "The profile has no example of this response.\n")
		return http.StatusNotImplemented
	}
	r := c.s.reading()
	made, err := e.madeFor(r.made)
	if err != nil {
		c.findings = append(c.findings, finding{text: lang.Of(err)})
		write(w, http.StatusInternalServerError, plainText, "The emulator could not read randomness.\n")
		return http.StatusInternalServerError
	}
	if token, left := e.validToken(c); token != "" {
		made.access, made.lifetime = token, left
	}
	value := func(name string) (string, bool) { return c.value(name, made) }
	if forged, ok := c.s.forged[c.forgery()]; ok {
		r.example = forged
	}
	if c.isInactive() {
		r.example, _ = profile.ParseExample("", inactive)
	}
	response := signed(r.example, r.example.Fill(value))
	c.leaveOutIDToken(&response)
	read, ok := r.values(response, value)
	if !ok {
		c.findings = append(c.findings, finding{text: about(c.s.Name, lang.Text{EN: "the profile's ok reads this example as a refusal", ZH: "接入配置的 ok 把这个示例判为拒绝"})})
	}
	if c.v.isDocument(c.s.Name) {
		return c.writeDocument(w, response)
	}
	e.remember(c, read)
	e.rememberDevice(c, response)
	typeOf := r.contentType
	if c.signUserInfo(&response) {
		typeOf = func(string) string { return "application/jwt" }
	}
	writeFilled(w, response.Status, response, typeOf)
	return response.Status
}

// writeFilled writes an example with this status. typeOf returns the media type of the body;
// it is used if the example has no headers.
func writeFilled(w http.ResponseWriter, status int, response profile.Filled, typeOf func(text string) string) {
	if response.Header == nil {
		write(w, status, typeOf(response.Body), response.Body)
		return
	}
	setType(w.Header(), "")
	w.Header()["Content-Type"] = nil // none, unless the example has one
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, response.Body) // fails only if the client disconnected
}

// made holds the values made for one response.
type made struct {
	uuid, access, refresh string
	device, userCode      string
	lifetime              time.Duration // of the access token; zero for the step's lifetime
}

// madeFor makes the values of these placeholders.
func (e *Emulator) madeFor(names []string) (made, error) {
	var m made
	var err error
	for _, name := range names {
		switch name {
		case "uuid":
			m.uuid = e.uuid()
		case "access_token":
			m.access, err = e.newTokenWithLock()
		case "refresh_token":
			m.refresh, err = e.newTokenWithLock()
		case "device_code":
			m.device, err = e.newTokenWithLock()
		case "user_code":
			m.userCode, err = e.newUserCode()
		}
		if err != nil {
			return made{}, err
		}
	}
	return m, nil
}

// newTokenWithLock is [Emulator.newToken] for a caller that does not hold the lock.
func (e *Emulator) newTokenWithLock() (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.newToken()
}

// value returns the value of an example's placeholder. It is in m, a field of the user or
// token, an input, or a value in the request. It returns false if there is none.
func (c *call) value(name string, m made) (string, bool) {
	switch name {
	case "uuid":
		return m.uuid, true
	case "access_token":
		return m.access, true
	case "refresh_token":
		return m.refresh, true
	case "device_code":
		return m.device, true
	case "user_code":
		return m.userCode, true
	case "verification_uri":
		return c.v.browser + "/" + devicePath, true
	case "id_token":
		return c.idToken(m.access)
	case profile.ResponseSign:
		return profile.Unsigned, true
	case "expires_in":
		return strconv.FormatInt(int64(cmp.Or(m.lifetime, c.s.lifetime()).Seconds()), 10), true
	case "timestamp":
		return strconv.FormatInt(c.now.Unix(), 10), true
	case "timestamp_ms":
		return strconv.FormatInt(c.now.UnixMilli(), 10), true
	}
	if v, ok := c.user.Field(name); ok {
		return v, true
	}
	if v, ok := c.subject.field(name); ok {
		return v, true
	}
	if v, ok := c.v.inputs.Text(name); ok {
		return v, true
	}
	return c.seen.Text(name)
}

// remember stores those values of a response that the client may send back.
func (e *Emulator) remember(c *call, read []keptText) {
	e.mu.Lock()
	defer e.mu.Unlock()
	name, until, scope := c.v.p.Name, c.now.Add(c.s.lifetime()), c.scope()
	for _, k := range read {
		known, text := k.name, k.text
		if c.login != nil && (known == "access_token" || known == "refresh_token") {
			c.login.tokenIssued = true
		}
		switch {
		case known == "access_token" && c.s.Name == profile.StepToken:
			e.putApp(c, text)
		case known == "access_token":
			e.state.access.put(key{name, known, text}, token{expires: until, issued: c.now, by: c.id, login: c.login, scope: scope}, c.now, until.Add(memory))
		case known == "refresh_token":
			until := c.now.Add(refreshLifetime)
			e.state.refresh.put(key{name, known, text}, token{expires: until, issued: c.now, by: c.id, login: c.login, scope: scope}, c.now, until.Add(memory))
		}
		if c.v.fromResponse[known] {
			e.state.responseValues.put(key{name, known, text}, c.issuedFor(), c.now, c.now.Add(refreshLifetime))
		}
	}
}

// contentType returns the media type of a body. response is the step's key response.
func contentType(response, text string) string {
	if profile.IsFormExample(response, text) {
		return formText
	}
	switch (body.Body{Data: []byte(text)}).Form() {
	case body.JSON:
		return jsonText
	case body.Markup:
		return xmlText
	case body.Script:
		return scriptText
	}
	return plainText
}

// Media types of responses.
const (
	plainText  = "text/plain; charset=utf-8"
	jsonText   = "application/json;charset=utf-8"
	formText   = body.FormType + ";charset=utf-8"
	xmlText    = "application/xml;charset=utf-8"
	scriptText = "text/javascript;charset=utf-8"
)

func write(w http.ResponseWriter, status int, contentType, text string) {
	setType(w.Header(), contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // fails only if the client disconnected
}

// setType sets the Content-Type, and headers against caching (RFC 6749 §5.1) and
// against content sniffing.
func setType(h http.Header, contentType string) {
	h["Cache-Control"], h["Pragma"], h["X-Content-Type-Options"] = noStore, noCache, noSniff
	if contentType == jsonText {
		h["Content-Type"] = isJSON
		return
	}
	h["Content-Type"] = []string{contentType}
}

// Shared header values, which save allocations. They must not be modified.
var noStore, noCache, noSniff, isJSON = []string{"no-store"}, []string{"no-cache"}, []string{"nosniff"}, []string{jsonText}
