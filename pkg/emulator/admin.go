package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// adminName is the first segment of the administration's paths.
const adminName = "_"

// admin answers what is under /_/. It hands out codes, so a page of another
// origin, or one whose name was rebound to this address, gets nothing from it.
func (e *Emulator) admin(w http.ResponseWriter, r *http.Request, ev *Event) {
	deny := func(status int, problem string) {
		ev.Status, ev.Diagnosis = status, problem
		writeJSON(w, status, map[string]string{"error": problem})
	}
	handlers := map[string]struct {
		method string
		serve  func(http.ResponseWriter, *http.Request) (int, error)
	}{
		"health": {http.MethodGet, e.health},
		"codes":  {http.MethodPost, e.codes},
	}
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, e.root), "/"+adminName+"/")
	h, ok := handlers[path]
	switch {
	case !e.ownHost(r.Host):
		deny(http.StatusForbidden, "host: "+shown(r.Host)+" is not this emulator's")
	case !sameOrigin(r):
		deny(http.StatusForbidden, "origin: pages of "+shown(r.Header.Get("Origin"))+" may not call this emulator")
	case !ok:
		e.lost(w, ev)
	case r.Method != h.method:
		w.Header().Set("Allow", h.method)
		deny(http.StatusMethodNotAllowed, "method: expected "+h.method+", got "+shown(r.Method))
	default:
		status, err := h.serve(w, r)
		if ev.Status = status; err != nil {
			deny(status, err.Error())
		}
	}
}

// ownHost reports whether a Host is one under which this emulator is reached.
func (e *Emulator) ownHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	return host == e.host || loopback(name)
}

// sameOrigin reports whether the request is no page's, or one's from here.
func sameOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host == r.Host
}

func (e *Emulator) health(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	return http.StatusOK, nil
}

// codes hands out a code without a browser.
func (e *Emulator) codes(w http.ResponseWriter, r *http.Request) (int, error) {
	var in struct {
		Profile       string `json:"profile"`
		RedirectURI   string `json:"redirect_uri"`
		State         string `json:"state"`
		CodeChallenge string `json:"code_challenge"`
	}
	body, err := readBody(w, r)
	if err != nil {
		return http.StatusBadRequest, errors.New("body: " + err.Error())
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return http.StatusBadRequest, errors.New("body: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); err != io.EOF {
		return http.StatusBadRequest, errors.New("body: expected one JSON object")
	}
	v, err := e.vendor(in.Profile)
	if err != nil {
		return http.StatusNotFound, err
	}
	out, err := e.issueCode(v, Grant{in.RedirectURI, in.State, in.CodeChallenge})
	if err != nil {
		return http.StatusBadRequest, err
	}
	writeJSON(w, http.StatusOK, map[string]string{"code": out.code, "redirect_uri": out.redirectURI, "callback": out.callback})
	return http.StatusOK, nil
}

func writeJSON(w http.ResponseWriter, status int, v map[string]string) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // a callback holds &
	if err := enc.Encode(v); err != nil {
		panic(err) // a map of strings always encodes
	}
	write(w, status, jsonText, b.String())
}
