package idp_test

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	dex "github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/session"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/server/tokens"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"

	gosundheit "github.com/AppsFlyer/go-sundheit"
)

var dexServer = stranger{
	name: "dex", start: startDex, scope: "openid profile email offline_access",
	subject: "Cg0wLTM4NS0yODA4OS0wEgRtb2Nr", // Kilgore Trout, of the connector "mock"
	secret:  secret, machine: clientID, machineSecret: secret,
}

// startDex serves dex with its connector for tests, which logs in one person at once, below a path.
func startDex(t *testing.T) running {
	var later atomic.Int64 // how far its clock is ahead
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	base := serve(t, func(base string) http.Handler {
		handler, err := dex.NewServer(t.Context(), dexConfig(t, base+"/dex", now))
		if err != nil {
			t.Fatal(err)
		}
		return handler
	})
	return running{base: base + "/dex", expire: func() { later.Store(int64(time.Hour)) }}
}

func dexConfig(t *testing.T, issuer string, now func() time.Time) dex.Config {
	t.Helper()
	store := memory.New(slog.Default())
	for _, c := range []storage.Client{
		{ID: publicID, Public: true},
		{ID: deviceID, Public: true, RedirectURIs: []string{"/dex/device/callback"}},
		{ID: clientID, Secret: secret, RedirectURIs: []string{redirectURI}, PostLogoutRedirectURIs: []string{redirectURI}},
	} {
		if err := store.CreateClient(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.CreateConnector(t.Context(), storage.Connector{ID: "mock", Type: "mockCallback", Name: "Mock"}); err != nil {
		t.Fatal(err)
	}
	keys := signer.LocalConfig{KeysRotationPeriod: "6h"}
	sign, err := keys.Open(t.Context(), store, time.Hour, now, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	return dex.Config{
		Issuer: issuer, Storage: store, Signer: sign, Now: now, Logger: slog.Default(), HealthChecker: gosundheit.New(),
		SkipApprovalScreen: true, RefreshTokenPolicy: tokens.NewRefreshStrategy(true, 0, 0, 0, now),
		SessionConfig: &session.Config{
			CookieName: "session", CookieEncryptionKey: []byte("0123456789abcdef0123456789abcdef"),
			AbsoluteLifetime: time.Hour, ValidIfNotUsedFor: time.Hour,
		},
	}
}
