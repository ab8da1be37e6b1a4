module ssoctl/testdata/clients

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/markbates/goth v1.82.0
)

require golang.org/x/oauth2 v0.27.0 // indirect
