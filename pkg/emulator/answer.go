package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
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
	made, err := e.madeFor(c)
	if err != nil {
		c.findings = append(c.findings, finding{text: err.Error()})
		write(w, http.StatusInternalServerError, plainText, "The emulator has no randomness.\n")
		return http.StatusInternalServerError
	}
	text, _ := c.s.Example.Expand(func(name string) (string, bool) {
		v, ok := c.value(name, made)
		return jsonEscape(v), ok
	})
	e.remember(c, text)
	write(w, http.StatusOK, contentType(text), text)
	return http.StatusOK
}

// madeFor makes the values that only this answer holds.
func (e *Emulator) madeFor(c *call) (map[string]string, error) {
	made := map[string]string{
		"id_token":     "",
		"expires_in":   strconv.FormatInt(int64(c.s.lasts().Seconds()), 10),
		"timestamp":    strconv.FormatInt(c.now.Unix(), 10),
		"timestamp_ms": strconv.FormatInt(c.now.UnixMilli(), 10),
	}
	for _, ph := range c.s.Example.Placeholders() {
		switch ph.Name {
		case "uuid":
			made[ph.Name] = e.uuid()
		case "access_token", "refresh_token":
			e.mu.Lock()
			text, err := e.fresh()
			e.mu.Unlock()
			if err != nil {
				return nil, err
			}
			made[ph.Name] = text
		}
	}
	return made, nil
}

// value is what a placeholder of an example stands for: something made for this
// answer, a field of the user, an input, or what the request held under it.
func (c *call) value(name string, made map[string]string) (string, bool) {
	if v, ok := made[name]; ok {
		return v, true
	}
	if v, ok := c.user.field(name); ok {
		return v, true
	}
	if v, ok := c.v.inputs.Text(name); ok {
		return v, true
	}
	v, ok := c.seen.Values[name]
	return v.Reveal(), ok
}

// remember reads the answer as the client will, since an example may decorate a
// value, and keeps what the client may send back.
func (e *Emulator) remember(c *call, text string) {
	decoded, _, err := profile.Decode([]byte(text))
	if err != nil {
		return // the example is no UTF-8, which TOML does not allow
	}
	ctx := context.Background()
	if !c.s.reader.Judge(ctx, decoded).OK {
		c.findings = append(c.findings, finding{text: c.s.Name + ": by the profile's own ok its example is a refusal"})
	}
	read := c.s.reader.Read(ctx, decoded)
	e.mu.Lock()
	defer e.mu.Unlock()
	name, until := c.v.p.Name, c.now.Add(c.s.lasts())
	if t := profile.Text(read["access_token"]); t != "" {
		kind, shelf := "access_token", &e.state.access
		if c.s.Name == "token" {
			kind, shelf = profile.AppToken, &e.state.apps
		}
		shelf.put(key{name, kind, t}, token{expires: until, login: c.login}, c.now, until.Add(memory))
	}
	if t := profile.Text(read["refresh_token"]); t != "" {
		until := c.now.Add(refreshLifetime)
		e.state.refresh.put(key{name, "refresh_token", t}, token{expires: until, login: c.login}, c.now, until.Add(memory))
	}
	for known := range maps.Keys(read) {
		if c.v.handed[known] {
			e.state.handed.put(key{name, known, profile.Text(read[known])}, c.user, c.now, c.now.Add(refreshLifetime))
		}
	}
}

// jsonEscape writes text as it stands between the quotes of a JSON string.
func jsonEscape(text string) string {
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
