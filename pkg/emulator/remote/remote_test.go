package remote_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/emulator/remote"
	"ssoctl/pkg/failure"
)

// TestHealth finds an emulator by its ready file and trusts its CA, as another process does.
func TestHealth(t *testing.T) {
	l, err := emulator.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at, err := emulator.AddressesOf(l, true, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ca, file := filepath.Join(t.TempDir(), "ca.pem"), filepath.Join(t.TempDir(), "ready.json")
	made, err := at.MakeCertificate(time.Now(), rand.Reader)
	if err == nil {
		err = os.WriteFile(ca, made.CA, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	emu, err := emulator.New(emulator.Options{Address: at.Public, Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	s := emulator.Serve(l, emulator.ServeOptions{Handler: emu, Certificate: &made.TLS})
	t.Cleanup(s.Close)
	ready, err := emulator.NewReady(at, ca, nil)
	if err != nil {
		t.Fatal(err)
	}
	line, err := ready.Line()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WriteReady(file, line); err != nil {
		t.Fatal(err)
	}
	var got emulator.Ready
	if err := remote.Read(file, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ready, got); diff != "" {
		t.Error(diff)
	}
	address, h, err := remote.Reach(&http.Client{}, got, "URL")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Health(t.Context(), h, address, time.Minute); err != nil {
		t.Error(err)
	}
	if err := remote.Health(t.Context(), &http.Client{}, got.Address, time.Minute); failure.Of(err) != failure.Network {
		t.Errorf("without its CA, got %v, want an error of the network", err)
	}
	s.Close()
	if _, err := os.Stat(file); err == nil {
		t.Error("the ready file is still there")
	}
	if err := remote.Health(t.Context(), h, address, time.Minute); failure.Of(err) != failure.Network {
		t.Errorf("after the end, got %v, want an error of the network", err)
	}
}

// TestOtherServers checks the errors about servers that are not emulators.
func TestOtherServers(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":"ok"}`:    "",
		`{"status":"tired"}`: "the server there is not an emulator",
		"<html>":             "the server there is not an emulator",
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }))
		err := remote.Health(t.Context(), s.Client(), s.URL, time.Minute)
		if got := cause(err); got != want || err != nil && failure.Of(err) != failure.Network {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
		if _, err := remote.Scan(t.Context(), s.Client(), s.URL, remote.Phone{Action: "scan"}, time.Minute, time.Minute); body == "<html>" && cause(err) != want {
			t.Errorf("%s: scan: got %v, want %q", body, err, want)
		}
		s.Close()
	}
}

// cause returns the text of the error that a [client.NetworkError] wraps.
func cause(err error) string {
	if e, ok := err.(interface{ Unwrap() error }); ok {
		return e.Unwrap().Error()
	}
	return ""
}

// TestNoScan checks that Scan waits for a QR code, and that a wrong action is refused.
func TestNoScan(t *testing.T) {
	s := emulator.Start(t)
	_, err := remote.Scan(t.Context(), http.DefaultClient, s.URL, remote.Phone{Action: "confirm"}, time.Millisecond, time.Minute)
	if failure.Of(err) != failure.Timeout || err.Error() != "emulate scan: no QR code and no device appeared within 1ms" {
		t.Error(err)
	}
	for action, want := range map[string]string{"eat": "--action eat: expected scan, confirm, cancel or expire"} {
		_, err := remote.Scan(t.Context(), http.DefaultClient, s.URL, remote.Phone{Action: action}, time.Minute, time.Minute)
		if failure.Of(err) != failure.Usage || err.Error() != want {
			t.Errorf("%s: %v", action, err)
		}
	}
}
