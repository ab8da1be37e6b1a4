package failure_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/child"
	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
)

var (
	refused = &client.Refusal{
		Profile: "crm", Step: "exchange", Kind: "expired_code", Code: "20010", Message: "too late", Status: 200, TraceID: "T", RequestID: "R",
	}
	senseless  = &client.ProtocolError{Profile: "crm", Step: "userinfo", Status: 502, RequestID: "R"}
	silent     = &client.NetworkError{Profile: "crm", Step: "token", Err: errors.New("refused")}
	incomplete = &client.ArgumentError{Profile: "crm", Step: "exchange", Needs: []string{"code"}}
	busy       = &client.BusyError{Profile: "crm", Step: "token"}
	late       = &login.TimeoutError{Profile: "crm"}
	denied     = &loopback.CallbackError{Code: "access_denied"}
	stray      = &loopback.StrayError{}
	notOffered = &profile.NotOfferedError{Profile: "crm", Step: "userinfo"}
	missing    = &profile.MissingError{Profile: "crm"}
	wrong      = &profile.Error{Key: "token.url"}
	locked     = &keyring.Error{Err: errors.New("locked")}
	foreign    = &private.Error{Path: "logins"}
	usage      = failure.Usagef(lang.Text{EN: "--code is empty", ZH: "--code 的值是空的"})
	full       = &fs.PathError{Op: "write", Path: "trace.har", Err: errors.New("no space")}
)

// TestKinds checks the exit code, the word and the details of each type of error, and of
// errors that wrap or join others. Scripts depend on them.
func TestKinds(t *testing.T) {
	type end struct {
		Exit    int
		Kind    string
		Details failure.Details
	}
	crm := failure.Details{Profile: "crm"}
	at := func(step string) failure.Details { return failure.Details{Profile: "crm", Step: step} }
	said := failure.Details{
		Profile: "crm", Step: "exchange", Refusal: "expired_code", VendorCode: "20010", VendorMessage: "too late", HTTPStatus: 200, TraceID: "T", RequestID: "R",
	}
	response := failure.Details{Profile: "crm", Step: "userinfo", HTTPStatus: 502, RequestID: "R"}
	none := failure.Details{}
	join := errors.Join
	for i, test := range []struct {
		err  error
		want end
	}{
		{errors.New("disk full"), end{1, "internal", none}},
		{context.DeadlineExceeded, end{1, "internal", none}},
		{&failure.TemporaryError{Dir: "/tmp", Err: full}, end{1, "internal", none}},
		{usage, end{2, "usage", none}},
		{&render.UsageError{}, end{2, "usage", none}},
		{&render.JQError{}, end{2, "usage", none}},
		{&loopback.ListenError{}, end{2, "usage", none}},
		{&mirror.NoBrowserError{}, end{2, "usage", none}},
		{incomplete, end{2, "usage", at("exchange")}},
		{wrong, end{3, "profile", none}},
		{profile.Errors{wrong, wrong}, end{3, "profile", none}},
		{missing, end{3, "profile", crm}},
		{locked, end{3, "profile", none}},
		{foreign, end{3, "profile", none}},
		{refused, end{4, "refused", said}},
		{notOffered, end{5, "not_offered", at("userinfo")}},
		{silent, end{6, "network", at("token")}},
		{senseless, end{7, "protocol", response}},
		{&mirror.NoCodeError{}, end{7, "protocol", none}},
		{&render.EnvError{}, end{7, "protocol", none}},
		{denied, end{8, "callback", none}},
		{stray, end{8, "callback", none}},
		{late, end{9, "timeout", crm}},
		{busy, end{9, "timeout", at("token")}},
		{context.Canceled, end{130, "interrupted", none}},

		{fmt.Errorf("reading: %w", wrong), end{3, "profile", none}},
		{lang.Errorf(lang.Text{EN: "%v", ZH: "%v"}, refused), end{4, "refused", said}},
		{&client.UnfinishedError{Err: refused}, end{4, "refused", said}},
		{&failure.UsageError{Err: locked}, end{3, "profile", none}},
		{&client.NetworkError{Profile: "crm", Step: "token", Err: context.Canceled}, end{130, "interrupted", at("token")}},

		// a command that failed, and then could not write what it keeps
		{join(refused, full), end{4, "refused", said}},
		{join(late, full), end{9, "timeout", crm}},
		{join(usage, full), end{2, "usage", none}},
		{join(errors.New("disk full"), foreign), end{3, "profile", none}},
		{join(incomplete, foreign), end{3, "profile", at("exchange")}},
		{join(silent, foreign), end{6, "network", at("token")}},
		{join(context.Canceled, full), end{130, "interrupted", none}},

		// the highest exit code, but the details of what the vendor said
		{join(silent, refused), end{6, "network", said}},
		{join(refused, silent), end{6, "network", said}},
		{join(notOffered, senseless, refused), end{7, "protocol", said}},
		{join(silent, senseless), end{7, "protocol", response}},
		{join(incomplete, silent), end{6, "network", at("token")}},
		{join(notOffered, incomplete), end{5, "not_offered", at("exchange")}},
		{join(missing, notOffered), end{5, "not_offered", at("userinfo")}},
		{join(late, missing), end{9, "timeout", crm}},
		{join(busy, late), end{9, "timeout", at("token")}},
		{join(late, busy), end{9, "timeout", crm}},
		{join(denied, late), end{9, "timeout", crm}},
		{join(wrong, join(usage, denied)), end{8, "callback", none}},

		// the exit code of a program comes before all others
		{join(&child.ExitError{Program: "test", Code: 1}, usage), end{1, "internal", none}},
		{join(wrong, fmt.Errorf("run: %w", &child.ExitError{Program: "test", Code: 2})), end{2, "usage", none}},
		{join(&child.StartError{Program: "test", Err: fs.ErrPermission}, full), end{126, "", none}},
	} {
		kind := failure.Of(test.err)
		if diff := cmp.Diff(test.want, end{int(kind), kind.String(), failure.DetailsOf(test.err)}); diff != "" {
			t.Errorf("%d: %#v: -want +got\n%s", i, test.err, diff)
		}
	}
}

// TestKindsAreDocumented checks that docs/output.md lists each kind with its exit code.
func TestKindsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/output.md")
	if err != nil {
		t.Fatal(err)
	}
	for code := 1; code <= 130; code++ {
		if word := failure.Kind(code).String(); word != "" && !strings.Contains(string(page), fmt.Sprintf("| %d | `%s` | ", code, word)) {
			t.Errorf("docs/output.md does not list %s with exit code %d", word, code)
		}
	}
}
