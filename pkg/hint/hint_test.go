package hint_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/handoff"
	"ssoctl/pkg/hint"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// machine is a [hint.Machine] without a proxy, where a server listens on every address. It
// counts the questions.
type machine map[string]int

func (m machine) Proxy(scheme, host string) (*url.URL, string) {
	m["Proxy "+scheme+" "+host]++
	return nil, ""
}

func (m machine) OtherLoopback(hostport string) string {
	m["OtherLoopback "+hostport]++
	return "[::1]:8080"
}

func (m machine) IsOwn(profile string) bool {
	m["IsOwn "+profile]++
	return profile == "crm"
}

func (m machine) IsEmpty(variable string) bool {
	m["IsEmpty "+variable]++
	return false
}

func (machine) Takes(command, flag string) bool {
	return command == "ssoctl exchange" && flag == "code"
}

var (
	refused = &client.Refusal{Profile: "crm", Step: "exchange", Kind: profile.KindRateLimited, Status: 429}
	silent  = &client.NetworkError{Profile: "crm", Step: "token", Scheme: "http", Host: "localhost:8080", Err: syscall.ECONNREFUSED}
	page    = &client.ProtocolError{Profile: "crm", Step: "userinfo", Scheme: "http", Host: "crm.example.com", Foreign: true}
	missing = &profile.MissingError{Profile: "crm", Missing: []profile.MissingInput{{Name: "client_id"}}}
	needy   = &client.ArgumentError{Profile: "crm", Step: "exchange", Needs: []string{"code"}, TakesLogin: true}
	late    = &login.TimeoutError{Profile: "crm"}
	stray   = loopback.NewStray(loopback.NoState)
	foreign = &private.Error{Path: "logins"}
	locked  = &keyring.Error{Err: errors.New("locked")}
	full    = &fs.PathError{Op: "write", Path: "trace.har", Err: syscall.ENOSPC}
	usage   = failure.Usagef(lang.Text{EN: "--code is empty", ZH: "--code 的值是空的"})
)

const (
	tooMany   = "Too many calls. Wait a minute and try again."
	nothing   = "Nothing is listening there. But something is listening at [::1]:8080: use that address."
	somebody  = "Somebody else could have written it."
	fullDisk  = "Check for a full disk"
	waits     = "Start again; --wait 10m waits longer."
	dropped   = "The vendor or a proxy in between dropped it, or this login was not started here. Start the login again"
	give      = "Give --code C (- reads it from standard input), or log in: ssoctl login -p crm"
	resumable = "The code has been used, but the responses so far are kept for 10 minutes. To run the remaining steps: RESUME"
	earlier   = "This code was sent 2m ago by ssoctl login, and a code works only once."
)

// TestWhichHint checks which hint an error has that wraps or joins others. A hint is the one
// about the first error that has one.
func TestWhichHint(t *testing.T) {
	unfinished := func(err error) error { return &handoff.CodeSpentError{Err: err, How: "RESUME"} }
	sent := func(err error) error {
		return &handoff.SentBeforeError{Err: err, Sent: pending.Sent{Command: "ssoctl login"}, Ago: 2 * time.Minute}
	}
	join := errors.Join
	for i, test := range []struct {
		err  error
		want string // the start of the hint; "" for none
	}{
		{refused, tooMany},
		{silent, nothing},
		{missing, "Give them by flag (--set client_id=…), by environment (SSOCTL_CLIENT_ID), or in [profiles.crm] of your configuration."},
		{&profile.MissingError{Profile: "oauth2", Missing: []profile.MissingInput{{Name: "corp-id"}}}, "Give them by flag (--set corp-id=…), by environment (SSOCTL_CORP_ID), or in a profile of your own: ssoctl profile new --from oauth2"},
		{&profile.MissingError{Profile: "oauth2", Missing: missing.Missing}, "Give them by flag (--set client_id=…), by environment (SSOCTL_CLIENT_ID), or in a profile of your own: ssoctl profile new --from oauth2"},
		{needy, give},
		{stray, dropped},
		{loopback.NewStray(loopback.KnownNoState), "This vendor is known to leave state out; --no-state accepts that. Start the login again"},
		{&loopback.CallbackError{Code: "strange"}, "Look this error up in the vendor's documentation"},
		{&profile.Error{File: "ssoctl.toml"}, "See all its faults: ssoctl profile lint"},
		{&profile.Error{File: "ssoctl.toml", Hint: lang.Text{EN: "Rename it."}}, "Rename it."},
		{&profile.NotOfferedError{Profile: "crm"}, "See what it offers: ssoctl profile show crm"},
		{&profile.NotOfferedError{Profile: "crm", Why: lang.Text{EN: "It has no users."}}, "It has no users."},
		{late, waits + " If the browser"},
		{&login.TimeoutError{Last: stray}, "The vendor or a proxy in between dropped it, or this login was not started here. " + waits},
		{usage, "See ssoctl exchange --help"},
		{&failure.UsageError{Advice: lang.Text{EN: "Decode it."}}, "Decode it."},
		{&failure.UsageError{Err: syscall.EADDRINUSE}, "Another process uses this port"},
		{syscall.EADDRINUSE, "Another process uses this port"},
		{&loopback.ListenError{Errs: []error{syscall.EADDRINUSE}}, "Choose another address"},
		{&loopback.ListenError{Errs: []error{syscall.EADDRINUSE, &loopback.TakenError{Err: syscall.EADDRINUSE}}}, "Stop that process"},
		{locked, "Servers and containers usually have no keyring."},
		{foreign, somebody},
		{full, fullDisk},
		{context.Canceled, ""},
		{fmt.Errorf("jq: %w", context.Canceled), ""},
		{&client.NetworkError{Err: context.Canceled}, ""},

		{fmt.Errorf("reading: %w", foreign), somebody},
		{lang.Errorf(lang.Text{EN: "%v", ZH: "%v"}, locked), "Servers and containers"},
		{profile.Errors{{File: "ssoctl.toml"}, {Hint: lang.Text{EN: "Rename it."}}}, "See all its faults"},
		{&client.UnfinishedError{Err: silent}, nothing},
		{unfinished(refused), tooMany + " " + resumable},
		{unfinished(full), fullDisk},
		{unfinished(context.Canceled), resumable},
		{unfinished(&client.UnfinishedError{Err: silent}), nothing + " " + resumable},
		{sent(refused), tooMany + " " + earlier},
		{sent(stray), earlier + " " + dropped},
		{unfinished(sent(refused)), tooMany + " " + earlier + " " + resumable},

		// a command that failed, and then could not write what it keeps
		{join(refused, full), tooMany},
		{join(late, full), waits},
		{join(full, full), fullDisk},
		{join(full, foreign), somebody},
		{join(refused, foreign), tooMany},
		{join(silent, foreign), nothing},
		{join(usage, foreign), "See ssoctl exchange --help"},
		{join(needy, foreign), give},
		{join(unfinished(refused), full), tooMany + " " + resumable},
		{unfinished(join(silent, foreign)), nothing + " " + resumable},
	} {
		a := hint.Adviser{Command: "ssoctl exchange", Machine: machine{}}
		got := a.Hint(test.err)
		if !strings.HasPrefix(got.EN, test.want) || test.want == "" && !got.IsZero() {
			t.Errorf("%d: %v: %q, want %q", i, test.err, got.EN, test.want)
		}
	}
}

// TestAskedOnce checks what a hint asks the machine: nothing twice, and nothing that it does
// not need.
func TestAskedOnce(t *testing.T) {
	p, err := profile.Load("oauth2", profile.Sources{Builtin: profiles.FS})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err  error
		want machine
	}{
		{silent, machine{"Proxy http localhost:8080": 1, "OtherLoopback localhost:8080": 1}},
		{page, machine{"Proxy http crm.example.com": 1}},
		{&client.NetworkError{Scheme: "https", Host: "crm.example.com", Err: context.DeadlineExceeded}, machine{"Proxy https crm.example.com": 1}},
		{&client.Refusal{Scheme: "https", Host: "crm.example.com", Status: 407}, machine{"Proxy https crm.example.com": 1}},
		{&client.Refusal{Scheme: "https", Host: "crm.example.com", Status: 404}, machine{"Proxy https crm.example.com": 1}},
		{&client.Refusal{Scheme: "https", Host: "crm.example.com", Status: 400, Code: "20010"}, machine{}},
		{missing, machine{"IsOwn crm": 1, "IsEmpty SSOCTL_CLIENT_ID": 1}},
		{needy, machine{}},
		{locked, machine{}},
	} {
		asked := machine{}
		hint.Adviser{Profile: p, Command: "ssoctl exchange", Machine: asked}.Hint(test.err)
		if diff := cmp.Diff(test.want, asked); diff != "" {
			t.Errorf("%v: -want +got\n%s", test.err, diff)
		}
	}
}

// TestVerifierHint checks that only a refusal of the code mentions a missing code_verifier.
func TestVerifierHint(t *testing.T) {
	for _, test := range []struct {
		refusal client.Refusal
		want    bool
	}{
		{client.Refusal{Code: "20010", Kind: profile.KindInvalidCode}, true},
		{client.Refusal{Code: "20010", Kind: profile.KindExpiredCode}, true},
		{client.Refusal{Code: "20010", Kind: profile.KindBadRequest}, true},
		{client.Refusal{Code: "20010", Kind: profile.KindServerError}, true},
		{client.Refusal{Status: 502, Kind: profile.KindServerError}, false},
		{client.Refusal{Code: "20010", Kind: profile.KindInvalidClient}, false},
	} {
		for _, missing := range []bool{true, false} {
			a := hint.Adviser{NoVerifier: missing, Machine: machine{}}
			got := a.Hint(&test.refusal)
			if strings.Contains(got.EN, "lacks the verifier") != (test.want && missing) {
				t.Errorf("%s %q, without verifier %t: %s", test.refusal.Kind, test.refusal.Code, missing, got.EN)
			}
		}
	}
}
