package cmd_test

import (
	"cmp"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

// TestEmulatorMeetsDocument sends each documented request to the emulator. The emulator
// has to accept it and respond with the documented members, of the documented types. If
// the document shows a refusal, the emulator's refusal has to have the same shape.
//
// The emulator may differ from a fixture with a guess (guess: …). But for each step, and for
// the refusals of each step, it has to play at least one fixture exactly.
func TestEmulatorMeetsDocument(t *testing.T) {
	t.Parallel()
	all := fixtures(t)
	played, guesses := map[string]bool{}, map[string][]string{}
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) {
			problems := emulatorPlays(t, f)
			played[f.group()] = played[f.group()] || len(problems) == 0
			if f.guess != "" {
				guesses[f.group()] = append(guesses[f.group()], problems...)
				return
			}
			for _, problem := range problems {
				t.Error(problem)
			}
		})
	}
	for _, group := range slices.Sorted(maps.Keys(guesses)) {
		if !played[group] {
			t.Errorf("%s: the emulator plays none of the fixtures exactly:\n%s", group, strings.Join(guesses[group], "\n"))
		}
	}
}

// emulatorPlays returns how the emulator's response differs from the documented one.
func emulatorPlays(t *testing.T, f *documented) []string {
	e := emulate(t, f.profile, f.given, f.now)
	req := e.documentedRequest(t, f)
	want, refused := f.refusal()
	if refused {
		kind := cmp.Or(fmt.Sprint(want["kind"]), string(e.vendor.Refusals[0].Kind)) // the vendor may publish no codes
		code := fmt.Sprint(want["code"])
		_, listed := e.vendor.Refusal(code, "")
		if isKind := slices.Contains(profile.Kinds, profile.Kind(code)); listed && !isKind { // it may be one of several of this kind
			kind = code
		}
		if err := e.AddFault(emulator.Fault{Profile: f.profile, Step: f.step, Kind: kind, Times: 1}); err != nil {
			return []string{err.Error()}
		}
	}
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, req)
	got := message{Header: rec.Result().Header, Body: rec.Body.String()}
	ev := e.last()
	if len(ev.Problems) > 0 || (ev.Refusal != "") != refused {
		t.Fatalf("the documented request: got HTTP %d, refusal %q, want refused %t: %s\n%s", rec.Code, ev.Refusal, refused, ev.Diagnosis, got.Body)
	}
	if f.step == "authorize" {
		return e.compareCallback(t, f, rec)
	}
	problems := compareAnswer(f, got)
	if rec.Code != f.status {
		problems = append(problems, fmt.Sprintf("got HTTP %d, the document has HTTP %d", rec.Code, f.status))
	}
	return problems
}

// compareAnswer looks for the documented members in an emulated response. The response may
// have more, because a document may leave some out.
func compareAnswer(f *documented, got message) []string {
	var problems []string
	want, have := f.response.Shape(), got.Shape()
	maps.DeleteFunc(want, func(key string, _ any) bool { return slices.Contains(f.optional, key) })
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if have[key] != want[key] {
			problems = append(problems, fmt.Sprintf("%s: got %v, the document has %v: %s", key, have[key], want[key], got.Body))
		}
	}
	for name, values := range f.response.Header {
		// For WWW-Authenticate, compare the scheme and the error; for other headers, the
		// value without its parameters.
		first := func(list []string) string {
			text := strings.Join(list, "")
			if name == "Www-Authenticate" {
				scheme, params, _ := strings.Cut(text, " ")
				_, why, _ := strings.Cut(params, `error="`)
				why, _, _ = strings.Cut(why, `"`)
				return scheme + " " + why
			}
			word, _, _ := strings.Cut(text, ";")
			return word
		}
		if !slices.Contains(f.optional, "headers."+name) && first(got.Header[name]) != first(values) {
			problems = append(problems, fmt.Sprintf("the header %s: got %q, the document has %q", name, got.Header[name], values))
		}
	}
	return problems
}

// callbackOf returns the address and the parameters of an emulated callback: of a redirect
// or, for response_mode=form_post, of the form that the page posts.
func callbackOf(rec *httptest.ResponseRecorder) (target, query string) {
	if rec.Code == http.StatusFound {
		target, query, _ = strings.Cut(rec.Result().Header.Get("Location"), "?")
		return target, query
	}
	return postedForm(rec.Body.String())
}

// postedForm returns the address and the parameters of the form that a page posts; "" if it
// has none.
func postedForm(page string) (target, query string) {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<form method="post" action="([^"]*)"|type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if m[1] != "" {
			target = html.UnescapeString(m[1])
		} else {
			form.Add(html.UnescapeString(m[2]), html.UnescapeString(m[3]))
		}
	}
	return target, form.Encode()
}

// compareCallback compares the emulator's redirect with the documented callback.
func (e *emulation) compareCallback(t *testing.T, f *documented, rec *httptest.ResponseRecorder) []string {
	target, query := callbackOf(rec)
	if target != f.given["redirect_uri"] {
		t.Fatalf("got HTTP %d to %q, want a callback to %s", rec.Code, target, f.given["redirect_uri"])
	}
	got, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	want, err := url.ParseQuery(f.callback)
	if err != nil {
		t.Fatal(err)
	}
	if f.noState {
		got.Del("state") // the emulator always returns the state
	}
	if e.vendor.Authorize.Example == "" && !want.Has("iss") {
		got.Del("iss") // the emulator adds it (RFC 9207), unless the profile says what the callback has
	}
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) || got.Get("state") != want.Get("state") {
		return []string{fmt.Sprintf("the callback: got %s, the document has %s", query, f.callback)}
	}
	return nil
}
