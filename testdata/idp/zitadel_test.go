package idp_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var zitadel = stranger{
	name: "zitadel", start: startZitadel, scope: "openid profile email offline_access", subject: "test-user2",
	secret: secret, machine: "sid1", machineSecret: "verysecret",
}

// startZitadel serves the example of github.com/zitadel/oidc. Its codes do not expire, and its
// issuer ends in a slash.
func startZitadel(t *testing.T) running {
	clients := map[string]*storage.Client{
		publicID:  storage.NativeClient(publicID, "http://127.0.0.1/callback"),
		clientID:  storage.WebClient(clientID, secret, redirectURI),
		signingID: storage.WebClient(signingID, "", redirectURI),
		deviceID:  storage.DeviceClient(deviceID, secret),
	}
	base := serve(t, func(base string) http.Handler {
		store := zitadelStorage{storage.NewStorageWithClients(zitadelUsers{storage.NewUserStore(base)}, clients)}
		return exampleop.SetupServer(base+"/", store, slog.Default(), false)
	})
	return running{base: base + "/"}
}

// zitadelUsers has one person, whose id is the username: the example's pages for devices take
// the one for the other.
type zitadelUsers struct{ storage.UserStore }

func (u zitadelUsers) GetUserByID(id string) *storage.User { return u.GetUserByUsername(id) }

func (u zitadelUsers) GetUserByUsername(name string) *storage.User {
	found := u.UserStore.GetUserByUsername(name)
	if found == nil {
		return nil
	}
	user := *found
	user.ID = user.Username
	return &user
}

// zitadelStorage has one client that authenticates by a signed JWT, which the example's
// storage cannot have.
type zitadelStorage struct{ *storage.Storage }

func (s zitadelStorage) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	client, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil || id != signingID {
		return client, err
	}
	return signingClient{client}, nil
}

func (s zitadelStorage) GetKeyByIDAndClientID(ctx context.Context, keyID, id string) (*jose.JSONWebKey, error) {
	if id != signingID || keyID != signingKeyID {
		return s.Storage.GetKeyByIDAndClientID(ctx, keyID, id)
	}
	return &jose.JSONWebKey{KeyID: keyID, Use: "sig", Key: signingKey.Public()}, nil
}

type signingClient struct{ op.Client }

func (signingClient) AuthMethod() oidc.AuthMethod { return oidc.AuthMethodPrivateKeyJWT }
