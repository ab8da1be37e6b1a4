package idp_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

var zitadel = stranger{
	name: "zitadel", start: startZitadel, scope: "openid profile email offline_access", subject: "id2",
	secret: secret, machine: "sid1", machineSecret: "verysecret",
}

// startZitadel serves the example of github.com/zitadel/oidc. Its codes do not expire.
func startZitadel(t *testing.T) running {
	storage.RegisterClients(
		storage.NativeClient(publicID, "http://127.0.0.1/callback"),
		storage.WebClient(clientID, secret, redirectURI),
	)
	base := serve(t, func(base string) http.Handler {
		return exampleop.SetupServer(base, storage.NewStorage(storage.NewUserStore(base)), slog.Default(), false)
	})
	return running{base: base}
}
