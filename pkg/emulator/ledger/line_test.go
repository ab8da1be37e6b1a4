package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/profile"
)

func TestParseRefused(t *testing.T) {
	wrong := ledger.Event{
		Method: "POST", Path: "/crm/token", Status: 400, Step: profile.StepExchange,
		Refusal: profile.KindInvalidClient, Diagnosis: `form.client_id: expected a, got "b: c"`,
	}
	nowhere := ledger.Event{Method: "GET", Path: "/crm/x", Status: 404, Refusal: profile.KindBadRequest}
	for _, event := range []ledger.Event{wrong, nowhere} {
		for _, before := range []string{"", "web-1  | "} {
			got, ok := ledger.ParseRefused(before + event.Line())
			if diff := cmp.Diff(event, got); diff != "" || !ok {
				t.Errorf("%s%s: %v (-want +got):\n%s", before, event.Line(), ok, diff)
			}
		}
	}
	granted := ledger.Event{Method: "GET", Path: "/crm/token", Status: 200, Step: profile.StepExchange, Diagnosis: "refused: denied"}
	for _, line := range []string{granted.Line(), "GET /crm/x 400 refused: by the proxy", "GET /crm?code=C 400 refused: denied", ""} {
		if got, ok := ledger.ParseRefused(line); ok {
			t.Errorf("%s: read as %+v", line, got)
		}
	}
}
