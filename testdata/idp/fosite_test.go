package idp_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	josev3 "github.com/go-jose/go-jose/v3"
	"github.com/go-jose/go-jose/v4"
	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	"github.com/ory/fosite/handler/openid"
	"github.com/ory/fosite/storage"
	"github.com/ory/fosite/token/jwt"
	"golang.org/x/crypto/bcrypt"
)

var fositeServer = stranger{
	name: "fosite", start: startFosite, scope: "openid offline", subject: "peter",
	secret: secret, machine: clientID, machineSecret: secret,
}

// fositeProvider is an OpenID provider made with fosite, which has no pages and no metadata.
type fositeProvider struct {
	fosite.OAuth2Provider
	base string
	key  *rsa.PrivateKey
}

func startFosite(t *testing.T) running {
	hash, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	scopes := []string{"openid", "offline", "profile", "email"}
	grants := []string{"authorization_code", "refresh_token", "client_credentials"}
	store := storage.NewMemoryStore()
	store.Clients[clientID] = &fosite.DefaultClient{
		ID: clientID, Secret: hash, RedirectURIs: []string{redirectURI}, ResponseTypes: []string{"code"}, GrantTypes: grants, Scopes: scopes,
	}
	store.Clients[publicID] = &fosite.DefaultClient{
		ID: publicID, Public: true, RedirectURIs: []string{"http://127.0.0.1/callback"}, ResponseTypes: []string{"code"}, GrantTypes: grants, Scopes: scopes,
	}
	store.Clients[signingID] = &fosite.DefaultOpenIDConnectClient{
		DefaultClient:           &fosite.DefaultClient{ID: signingID, RedirectURIs: []string{redirectURI}, ResponseTypes: []string{"code"}, GrantTypes: grants, Scopes: scopes},
		TokenEndpointAuthMethod: "private_key_jwt", TokenEndpointAuthSigningAlgorithm: "RS256",
		JSONWebKeys: &josev3.JSONWebKeySet{Keys: []josev3.JSONWebKey{{KeyID: signingKeyID, Use: "sig", Key: signingKey.Public()}}},
	}
	config := &fosite.Config{GlobalSecret: []byte("0123456789abcdef0123456789abcdef"), EnforcePKCEForPublicClients: true}
	base := serve(t, func(base string) http.Handler {
		config.IDTokenIssuer, config.TokenURL = base, base+"/token"
		return fositeProvider{OAuth2Provider: compose.ComposeAllEnabled(config, store, key), base: base, key: key}.handler()
	})
	return running{base: base, expire: func() {
		for _, code := range store.AuthorizeCodes {
			code.GetSession().SetExpiresAt(fosite.AuthorizeCode, time.Now().Add(-time.Second))
		}
	}}
}

func (p fositeProvider) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		write(w, map[string]any{
			"issuer": p.base, "authorization_endpoint": p.base + "/auth", "token_endpoint": p.base + "/token",
			"userinfo_endpoint": p.base + "/userinfo", "jwks_uri": p.base + "/keys",
			"introspection_endpoint": p.base + "/introspect", "revocation_endpoint": p.base + "/revoke",
			"response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /auth", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	mux.HandleFunc("POST /introspect", func(w http.ResponseWriter, r *http.Request) {
		found, err := p.NewIntrospectionRequest(r.Context(), r, openid.NewDefaultSession())
		if err != nil {
			p.WriteIntrospectionError(r.Context(), w, err)
			return
		}
		p.WriteIntrospectionResponse(r.Context(), w, found)
	})
	mux.HandleFunc("POST /revoke", func(w http.ResponseWriter, r *http.Request) {
		p.WriteRevocationResponse(r.Context(), w, p.NewRevocationRequest(r.Context(), r))
	})
	return mux
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// authorize logs in one person at once, who agrees to each scope.
func (p fositeProvider) authorize(w http.ResponseWriter, r *http.Request) {
	request, err := p.NewAuthorizeRequest(r.Context(), r)
	if err != nil {
		p.WriteAuthorizeError(r.Context(), w, request, err)
		return
	}
	for _, scope := range request.GetRequestedScopes() {
		request.GrantScope(scope)
	}
	session := openid.NewDefaultSession()
	session.Claims = &jwt.IDTokenClaims{Subject: "peter", RequestedAt: time.Now(), AuthTime: time.Now()}
	session.Headers.Add("kid", "1")
	session.Subject, session.Username = "peter", "peter"
	response, err := p.NewAuthorizeResponse(r.Context(), request, session)
	if err != nil {
		p.WriteAuthorizeError(r.Context(), w, request, err)
		return
	}
	p.WriteAuthorizeResponse(r.Context(), w, request, response)
}

func (p fositeProvider) token(w http.ResponseWriter, r *http.Request) {
	request, err := p.NewAccessRequest(r.Context(), r, openid.NewDefaultSession())
	if err != nil {
		p.WriteAccessError(r.Context(), w, request, err)
		return
	}
	if request.GetGrantTypes().ExactOne("client_credentials") {
		for _, scope := range request.GetRequestedScopes() {
			request.GrantScope(scope)
		}
	}
	response, err := p.NewAccessResponse(r.Context(), request)
	if err != nil {
		p.WriteAccessError(r.Context(), w, request, err)
		return
	}
	p.WriteAccessResponse(r.Context(), w, request, response)
}

func (p fositeProvider) userinfo(w http.ResponseWriter, r *http.Request) {
	_, request, err := p.IntrospectToken(r.Context(), fosite.AccessTokenFromRequest(r), fosite.AccessToken, openid.NewDefaultSession())
	if err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	write(w, map[string]string{"sub": request.GetSession().GetSubject()})
}
