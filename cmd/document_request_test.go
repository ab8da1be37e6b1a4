package cmd_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// compareRequest compares a request that was sent with the documented one. Headers that
// every client sends need not be documented.
func compareRequest(t *testing.T, f *documented, step *profile.Step, sent message) {
	t.Helper()
	want, err := f.request.Members()
	if err != nil {
		t.Fatal(err)
	}
	got := sentMembers(t, sent)
	for name, usual := range map[string]string{"User-Agent": userAgent, "Accept": "application/json", "Accept-Encoding": "gzip", "Content-Length": strconv.Itoa(len(sent.Body))} {
		key := "headers." + name
		if _, documented := want[key]; !documented && got[key] == usual || name == "Content-Length" && sent.Body == "" {
			delete(got, key)
		}
	}
	for key, value := range want {
		if value != "*" {
			continue
		}
		if made, _ := step.Make(placeholderAt(step, key)); made.JWT != nil {
			checkJWT(t, builtinProfile(t, f.profile), *made.JWT, fmt.Sprint(got[key]), f.signed)
		} else if problem := madeAnew(step, key, got[key]); problem != "" {
			t.Errorf("%s must not be * in the fixture: %s", key, problem)
		}
		got[key] = "*"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the request (-document +client):\n%s", diff)
	}
}

// compareFresh checks that generated values differ between two requests. It skips
// timestamps, because the clock stands still here.
func compareFresh(t *testing.T, f *documented, step *profile.Step, first, second message) {
	t.Helper()
	want, err := f.request.Members()
	if err != nil {
		t.Fatal(err)
	}
	a, b := sentMembers(t, first), sentMembers(t, second)
	for key, value := range want {
		if value == "*" && !strings.HasPrefix(placeholderAt(step, key), "timestamp") && a[key] == b[key] {
			t.Errorf("%s: got %v in two requests, want a new value in each", key, a[key])
		}
	}
}

func sentMembers(t *testing.T, sent message) map[string]any {
	t.Helper()
	out, err := sent.Members()
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(fmt.Sprint(out["path"]), basePath)
	if !ok {
		t.Errorf("path: got %s, want one below %s, the path of base_url", out["path"], basePath)
	}
	out["path"] = path
	return out
}

// anew contains, for each placeholder whose value is generated, the format of the value. No
// document can give these values.
var anew = map[string]string{
	"uuid":           `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	"timestamp":      `\d{10}`,
	"timestamp_ms":   `\d{13}`,
	"state":          `[0-9a-z]{32}`,
	"nonce":          `[0-9a-z]{32}`,
	"code_challenge": `[0-9A-Za-z_-]{43}`,
}

// madeAnew returns why * must not stand for the value, "" if it may.
func madeAnew(step *profile.Step, key string, value any) string {
	name := placeholderAt(step, key)
	form, ok := anew[name]
	if !ok {
		return fmt.Sprintf("its value comes from {%s}, which is not generated for each request", name)
	}
	if text, _ := value.(string); !regexp.MustCompile(`\A` + form + `\z`).MatchString(text) {
		return fmt.Sprintf("%v does not have the format of {%s}", value, name)
	}
	return ""
}

// placeholderAt returns the name of the placeholder that is the whole template of a member,
// "" if there is none.
func placeholderAt(step *profile.Step, key string) string {
	var name string
	step.EachTemplate(func(k string, template recipe.Template) {
		if strings.EqualFold(k, key) {
			only, _ := template.Only()
			name = only.Name
		}
	})
	return name
}
