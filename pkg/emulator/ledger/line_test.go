package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

func TestLine(t *testing.T) {
	zh := ledger.Event{
		Method: "POST", Path: "/crm/token", Status: 400, Step: profile.StepExchange,
		Refusal: profile.KindInvalidClient, VendorCode: "2001", Diagnosis: "form.client_id：缺少",
	}
	if diff := cmp.Diff("POST /crm/token 400 exchange 拒绝：2001 invalid_client：form.client_id：缺少", zh.Line(lang.ZH)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for want, event := range map[string]ledger.Event{
		"POST /crm/token 400 exchange refused: 2001 invalid_client: form.client_id: is missing": {
			Method: "POST", Path: "/crm/token", Status: 400, Step: profile.StepExchange,
			Refusal: profile.KindInvalidClient, VendorCode: "2001", Diagnosis: "form.client_id: is missing",
		},
		`GET /crm/me 200 userinfo refused: "No such user" not_found`: {
			Method: "GET", Path: "/crm/me", Status: 200, Step: profile.StepUserInfo,
			Refusal: profile.KindNotFound, VendorCode: "No such user",
		},
		"GET /crm/x 404 refused: bad_request: path": {Method: "GET", Path: "/crm/x", Status: 404, Refusal: profile.KindBadRequest, Diagnosis: "path"},
		"GET /crm/me 200 userinfo":                  {Method: "GET", Path: "/crm/me", Status: 200, Step: profile.StepUserInfo},
	} {
		if diff := cmp.Diff(want, event.Line(lang.EN)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestParseRefused(t *testing.T) {
	var events []ledger.Event
	for _, code := range []string{"", "40029", "-1", "isv.code-invalid", "denied", "INVALID_TICKET", "invalid code: denied", `a"b`, "票根"} {
		for _, diagnosis := range []string{"", `form.client_id: expected a, got "b: c"`, "form.x: got denied", "denied: denied", "form.x：实际为 denied"} {
			events = append(
				events,
				ledger.Event{
					Method: "POST", Path: "/crm/token", Status: 400, Step: profile.StepExchange,
					Refusal: profile.KindInvalidClient, VendorCode: code, Diagnosis: diagnosis,
				},
				ledger.Event{Method: "GET", Path: "/crm/x", Status: 404, Refusal: profile.KindDenied, VendorCode: code, Diagnosis: diagnosis},
			)
		}
	}
	for _, event := range events {
		for _, l := range []lang.Lang{lang.EN, lang.ZH} {
			for _, before := range []string{"", "web-1  | "} {
				line := before + event.Line(l)
				got, ok := ledger.ParseRefused([]byte(line))
				if diff := cmp.Diff(event, got); diff != "" || !ok {
					t.Errorf("%s: %v (-want +got):\n%s", line, ok, diff)
				}
			}
		}
	}
	granted := ledger.Event{Method: "GET", Path: "/crm/token", Status: 200, Step: profile.StepExchange, Diagnosis: "refused: denied"}
	for _, line := range []string{granted.Line(lang.EN), granted.Line(lang.ZH), "GET /crm/x 400 refused: by the proxy", "GET /crm/x 400 refused: access was denied", "GET /crm?code=C 400 refused: denied", ""} {
		if got, ok := ledger.ParseRefused([]byte(line)); ok {
			t.Errorf("%s: read as %+v", line, got)
		}
	}
}

func TestIsAdmin(t *testing.T) {
	refused := ledger.Event{Method: "PUT", Path: "/_/faults", Status: 400, Diagnosis: "fault 1: kind \"40029\": no"}
	for line, want := range map[string]bool{
		refused.Line(lang.EN):               true,
		refused.Line(lang.ZH):               true,
		"web-1 | " + refused.Line(lang.EN):  true,
		"GET /base/_/requests 200":          true,
		"GET /crm/_scan/x 404: path":        false,
		"GET /crm/_/x 200 token: code 7":    false,
		`"GET /_/x HTTP/1.1" 400 code=7`:    false,
		"POST /crm/token 400: see GET /_/x": false,
	} {
		if got := ledger.IsAdmin([]byte(line)); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}
