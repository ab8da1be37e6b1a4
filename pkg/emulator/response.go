package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
)

// answer writes the step's example with values filled in, and remembers what
// the client will read from it. It returns the HTTP status.
func (e *Emulator) answer(w http.ResponseWriter, c *call) int {
	if c.s.Example == "" {
		c.findings = append(c.findings, finding{text: c.s.Name + ": the profile has no example of an answer: add one to [" + c.s.Name + "]"})
		write(w, http.StatusNotImplemented, plainText, "The profile has no example of this answer.\n")
		return http.StatusNotImplemented
	}
	how := c.s.reading()
	made, err := e.madeFor(how.made)
	if err != nil {
		c.findings = append(c.findings, finding{text: err.Error()})
		write(w, http.StatusInternalServerError, plainText, "The emulator has no randomness.\n")
		return http.StatusInternalServerError
	}
	value := func(name string) (string, bool) { return c.value(name, made) }
	text, _ := how.example.Expand(func(name string) (string, bool) {
		v, ok := value(name)
		return jsonEscape(v), ok
	})
	read, ok := how.of(text, value)
	if !ok {
		c.findings = append(c.findings, finding{text: c.s.Name + ": by the profile's own ok its example is a refusal"})
	}
	e.remember(c, read)
	write(w, http.StatusOK, how.contentType(text), text)
	return http.StatusOK
}

// made are the values that only one answer holds, by placeholder.
type made struct{ uuid, access, refresh string }

// madeFor makes those of these placeholders.
func (e *Emulator) madeFor(names []string) (made, error) {
	var m made
	var err error
	for _, name := range names {
		switch name {
		case "uuid":
			m.uuid = e.uuid()
		case "access_token":
			m.access, err = e.token()
		case "refresh_token":
			m.refresh, err = e.token()
		}
		if err != nil {
			return made{}, err
		}
	}
	return m, nil
}

func (e *Emulator) token() (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fresh()
}

// value is what a placeholder of an example stands for: something made for this
// answer, a field of the user, an input, or what the request held under it.
func (c *call) value(name string, m made) (string, bool) {
	switch name {
	case "uuid":
		return m.uuid, true
	case "access_token":
		return m.access, true
	case "refresh_token":
		return m.refresh, true
	case "id_token":
		return "", true
	case "expires_in":
		return strconv.FormatInt(int64(c.s.lasts().Seconds()), 10), true
	case "timestamp":
		return strconv.FormatInt(c.now.Unix(), 10), true
	case "timestamp_ms":
		return strconv.FormatInt(c.now.UnixMilli(), 10), true
	}
	if v, ok := c.user.field(name); ok {
		return v, true
	}
	if v, ok := c.v.inputs.Text(name); ok {
		return v, true
	}
	return c.seen.Text(name)
}

// remember keeps what the client reads from the answer and may send back.
func (e *Emulator) remember(c *call, read []keptText) {
	e.mu.Lock()
	defer e.mu.Unlock()
	name, until := c.v.p.Name, c.now.Add(c.s.lasts())
	for _, k := range read {
		known, text := k.name, k.text
		if c.login != nil && (known == "access_token" || known == "refresh_token") {
			c.login.gave = true
		}
		switch {
		case known == "access_token" && c.s.Name == "token":
			e.state.apps.put(key{name, profile.AppToken, text}, token{expires: until, issued: c.now, by: c.id, login: c.login}, c.now, until.Add(memory))
		case known == "access_token":
			e.state.access.put(key{name, known, text}, token{expires: until, issued: c.now, by: c.id, login: c.login}, c.now, until.Add(memory))
		case known == "refresh_token":
			until := c.now.Add(refreshLifetime)
			e.state.refresh.put(key{name, known, text}, token{expires: until, issued: c.now, by: c.id, login: c.login}, c.now, until.Add(memory))
		}
		if c.v.handed[known] {
			e.state.handed.put(key{name, known, text}, c.user, c.now, c.now.Add(refreshLifetime))
		}
	}
}

// jsonEscape writes text as it stands between the quotes of a JSON string.
func jsonEscape(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
		return text
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		return "" // a string always encodes
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}

// contentType returns the media type of an answer's text.
func contentType(text string) string {
	if json.Valid([]byte(text)) {
		return jsonText
	}
	return plainText
}
