.PHONY: build check test cover

GOFUMPT     = go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

build:
	go build -trimpath -ldflags '-s -w' -o ssoctl .

check:
	@unformatted=$$($(GOFUMPT) -l .); if [ -n "$$unformatted" ]; then echo "not gofumpt-ed:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(STATICCHECK) ./...
	go mod tidy -diff

# -count=1: what the tests run (processes, ports) is not what Go's cache knows of.
test:
	go test -race -count=1 -timeout 10m ./...
