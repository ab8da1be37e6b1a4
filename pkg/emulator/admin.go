package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"ssoctl/pkg/printable"
)

// adminName is the first segment of the administration's paths.
const adminName = "_"

// handler answers one path of the administration. It writes its answer and
// returns the status, or returns a status and the error to be told.
type handler func(http.ResponseWriter, *http.Request) (int, error)

// handlers are the administration's, by path below /_/ and by method.
func (e *Emulator) handlers() map[string]map[string]handler {
	const get, head, post, put, del = http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete
	return map[string]map[string]handler{
		"health":       {get: e.health, head: e.health},
		"codes":        {post: e.codes},
		"clock":        {get: e.showClock, post: e.changeClock},
		"faults":       {get: e.listFaults, put: e.replaceFaults, del: e.removeFaults},
		"requests":     {get: e.listRequests, del: e.removeRequests},
		"requests.har": {get: e.exportHAR},
		"assert":       {get: e.assert},
		"events":       {get: e.events},
		"profiles":     {get: e.profiles},
		"users":        {get: e.listUsers},
		"scan":         {post: e.scanAsked},
		"":             {get: e.live},
	}
}

// admin answers what is under /_/. It hands out codes, so a page of another
// origin, or one whose name was rebound to this address, gets nothing from it.
func (e *Emulator) admin(w http.ResponseWriter, r *http.Request, ev *Event) {
	deny := func(status int, problem string) {
		ev.Status, ev.Diagnosis = status, problem
		writeJSON(w, status, map[string]string{"error": problem})
	}
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, e.root), "/"+adminName+"/")
	methods := e.handlers()[path]
	serve, ok := methods[r.Method]
	if len(methods) == 0 {
		ev.Path = e.maskPath(r)
	}
	switch {
	case !e.ownHost(r):
		deny(http.StatusForbidden, "host: "+shown(r.Host)+" is not this emulator's")
	case !sameOrigin(r):
		deny(http.StatusForbidden, "origin: pages of "+shown(cmp.Or(r.Header.Get("Origin"), "another site"))+" may not call this emulator")
	case len(methods) == 0:
		e.lost(w, ev)
	case !ok:
		allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		w.Header().Set("Allow", allowed)
		deny(http.StatusMethodNotAllowed, "method: expected "+allowed+", got "+shown(r.Method))
	default:
		status, err := serve(w, r)
		if ev.Status = status; err != nil {
			deny(status, strings.TrimPrefix(err.Error(), "emulator: "))
		}
	}
}

// readJSON reads the body, one JSON value with no members but those of into.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := readBody(w, r)
	if err != nil {
		return errors.New("body: " + err.Error())
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err = dec.Decode(into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("body: %s is a JSON %s, expected %s", cmp.Or(wrong.Field, "it"), wrong.Value, jsonName(wrong.Type))
	}
	if err != nil {
		return errors.New("body: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("body: expected one JSON value and nothing behind it")
	}
	return nil
}

// jsonName is how JSON calls what a Go type holds.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	}
	return "a whole number"
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
		User          string `json:"user"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	v, err := e.vendor(in.Profile)
	if err != nil {
		return http.StatusNotFound, err
	}
	out, err := e.issueCode(v, Grant{RedirectURI: in.RedirectURI, State: in.State, CodeChallenge: in.CodeChallenge, User: in.User})
	if err != nil {
		return http.StatusBadRequest, err
	}
	writeJSON(w, http.StatusOK, map[string]string{"code": out.code, "redirect_uri": out.redirectURI, "callback": out.callback})
	return http.StatusOK, nil
}

// writeJSON writes v, which has to be a value that JSON has.
func writeJSON(w http.ResponseWriter, status int, v any) {
	write(w, status, jsonText, string(encode(v))+"\n")
}

// encode writes v on one line.
func encode(v any) []byte {
	text, err := printable.MarshalJSON(v)
	if err != nil {
		panic(err)
	}
	return text
}
