package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// adminName is the first path segment of the administration API.
const adminName = "_"

// handler serves one path of the administration API. It either writes the response
// and returns its status, or returns a status and an error for the caller to write.
type handler func(http.ResponseWriter, *http.Request) (int, error)

// handlers returns the handlers of the administration API, by path below /_/ and
// by method.
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
		"scan":         {post: e.postScan},
		"":             {get: e.live},
	}
}

// admin serves the paths below /_/. Because they hand out codes, it refuses pages
// of other origins and host names that were rebound to this address.
func (e *Emulator) admin(w http.ResponseWriter, r *http.Request, ev *Event) {
	deny := func(status int, problem lang.Text) {
		ev.Status, ev.Diagnosis = status, problem.In(e.opts.Lang)
		writeJSON(w, status, map[string]string{"error": problem.EN})
	}
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, e.root), "/"+adminName+"/")
	methods := e.handlers()[path]
	serve, ok := methods[r.Method]
	if len(methods) == 0 {
		ev.Path = ledger.MaskPath(r, e.known)
	}
	switch {
	case !e.ownHost(r):
		deny(http.StatusForbidden, lang.Sprintf(lang.Text{EN: "host: %s is not an address of this emulator", ZH: "host：%s 不是本模拟器的地址"}, orNothing(r.Host)))
	case !sameOrigin(r):
		deny(http.StatusForbidden, lang.Sprintf(lang.Text{EN: "origin: pages from %s may not call this emulator", ZH: "origin：来自 %s 的页面不能调用本模拟器"}, orNothing(cmp.Or(r.Header.Get("Origin"), "another site"))))
	case len(methods) == 0:
		ev.Status, ev.Diagnosis = http.StatusNotFound, noProfile.In(e.opts.Lang)
		e.notFound(w)
	case !ok:
		allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		w.Header().Set("Allow", allowed)
		deny(http.StatusMethodNotAllowed, wrongMethod(allowed, r.Method))
	default:
		status, err := serve(w, r)
		if ev.Status = status; err != nil {
			deny(status, Text(err))
		}
	}
}

// readJSON decodes the body into into. It refuses unknown members and anything
// after the first JSON value.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := readBody(w, r)
	if err != nil {
		return lang.Errorf(lang.Text{EN: "body: %v", ZH: "body：%v"}, err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err = dec.Decode(into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return lang.Errorf(lang.Text{EN: "body: %s is a JSON %s, expected %s", ZH: "body：%s 是 JSON %s，应为 %s"}, field(wrong.Field), wrong.Value, jsonName(wrong.Type))
	}
	if err != nil {
		return lang.Errorf(lang.Text{EN: "body: %s", ZH: "body：%s"}, strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); err != io.EOF {
		return lang.Errorf(lang.Text{EN: "body: expected one JSON value and nothing after it", ZH: "body：应为一个 JSON 值，后面没有其他内容"})
	}
	return nil
}

// field returns the name of a member, or a word for the whole body.
func field(name string) lang.Text {
	if name == "" {
		return lang.Text{EN: "it", ZH: "它"}
	}
	return lang.Text{EN: name}
}

// jsonName returns the JSON name of a Go type, in English with its article.
func jsonName(t reflect.Type) lang.Text {
	switch t.Kind() {
	case reflect.Slice:
		return lang.Text{EN: "a list", ZH: "列表"}
	case reflect.Struct, reflect.Map:
		return lang.Text{EN: "an object", ZH: "对象"}
	case reflect.Bool:
		return lang.Text{EN: "true or false", ZH: "true 或 false"}
	case reflect.String:
		return lang.Text{EN: "text", ZH: "文本"}
	}
	return lang.Text{EN: "a whole number", ZH: "整数"}
}

func (e *Emulator) health(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	return http.StatusOK, nil
}

// codes issues a code without a browser.
func (e *Emulator) codes(w http.ResponseWriter, r *http.Request) (int, error) {
	var in struct {
		Profile       string `json:"profile"`
		RedirectURI   string `json:"redirect_uri"`
		State         string `json:"state"`
		CodeChallenge string `json:"code_challenge"`
		Nonce         string `json:"nonce"`
		User          string `json:"user"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return http.StatusBadRequest, err
	}
	s, err := e.find(in.Profile)
	if err != nil {
		return http.StatusNotFound, err
	}
	out, err := e.issueCode(s.vendor(), Grant{RedirectURI: in.RedirectURI, State: in.State, CodeChallenge: in.CodeChallenge, Nonce: in.Nonce, User: in.User})
	if err != nil {
		return http.StatusBadRequest, err
	}
	writeJSON(w, http.StatusOK, map[string]string{"code": out.code, "redirect_uri": out.callback.redirectURI, "callback": out.callback.address()})
	return http.StatusOK, nil
}

// writeJSON writes v as the response. It panics if v cannot be encoded.
func writeJSON(w http.ResponseWriter, status int, v any) {
	write(w, status, jsonText, string(printable.MustMarshalJSON(v))+"\n")
}
