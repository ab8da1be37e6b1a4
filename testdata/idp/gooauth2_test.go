package idp_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	"github.com/go-oauth2/oauth2/v4/store"
)

var goOAuth2 = stranger{
	name: "go-oauth2", start: startGoOAuth2, subject: "test-user2",
	noDiscovery: map[string]string{"authorize_url": "/authorize", "token_url": "/token", "userinfo_url": "/userinfo"},
	noPublic:    "its server reads the client from Basic alone",
	secret:      plainSecret, machine: clientID, machineSecret: plainSecret,
}

// plainSecret is without the characters that Basic encodes, because the server does not decode
// them.
const plainSecret = "s3cret"

// startGoOAuth2 serves github.com/go-oauth2/oauth2 with a login form.
func startGoOAuth2(t *testing.T) running {
	clients := store.NewClientStore()
	if err := clients.Set(clientID, &models.Client{ID: clientID, Secret: plainSecret, Domain: "http://127.0.0.1:27412"}); err != nil {
		t.Fatal(err)
	}
	memory, err := store.NewMemoryTokenStore()
	if err != nil {
		t.Fatal(err)
	}
	tokens := &aging{TokenStore: memory}
	manager := manage.NewDefaultManager()
	manager.MapTokenStorage(tokens)
	manager.MapClientStorage(clients)
	s := server.NewDefaultServer(manager)
	s.SetUserAuthorizationHandler(func(w http.ResponseWriter, r *http.Request) (string, error) {
		if name := r.FormValue("username"); r.Method == http.MethodPost && r.FormValue("password") == answers["password"] {
			return name, nil
		}
		fmt.Fprint(w, `<form method="post"><input name="username"><input name="password" type="password"></form>`)
		return "", nil
	})
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		if err := s.HandleAuthorizeRequest(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { _ = s.HandleTokenRequest(w, r) })
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		token, err := s.ValidationBearerToken(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		write(w, map[string]string{"id": token.GetUserID()})
	})
	return running{base: serve(t, func(string) http.Handler { return mux }), expire: func() { tokens.old.Store(true) }}
}

// aging is a store whose codes can be made an hour older.
type aging struct {
	oauth2.TokenStore
	old atomic.Bool
}

func (s *aging) GetByCode(ctx context.Context, code string) (oauth2.TokenInfo, error) {
	info, err := s.TokenStore.GetByCode(ctx, code)
	if err == nil && info != nil && s.old.Load() {
		info.SetCodeCreateAt(info.GetCodeCreateAt().Add(-time.Hour))
	}
	return info, err
}
