.PHONY: build install image check test clients servers containers race bench load

GOFUMPT     = go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Without cgo, which package net would use to resolve names. The dynamic loader and the
# C library would take a fifth of a short command's time, and a static program runs in any
# container.
export CGO_ENABLED = 0

build:
	go build -trimpath -ldflags '-s -w' -o ssoctl .

# Installs the program with completions and manual pages. bash, fish and man find them
# below ~/.local; zsh needs the folder in fpath.
PREFIX = $(HOME)/.local
SHARE  = $(DESTDIR)$(PREFIX)/share
install: build
	install -D -m 755 ssoctl $(DESTDIR)$(PREFIX)/bin/ssoctl
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d $(SHARE)/man/man1
	./ssoctl --lang en completion bash >$(SHARE)/bash-completion/completions/ssoctl
	./ssoctl --lang en completion zsh >$(SHARE)/zsh/site-functions/_ssoctl
	./ssoctl --lang en completion fish >$(SHARE)/fish/vendor_completions.d/ssoctl.fish
	go run ./cmd/man $(SHARE)/man/man1

# Writes an image for containers, without a daemon: docs/containers.md. The same commit and the
# same Go give the same bytes.
PLATFORMS = linux/amd64 linux/arm64
image:
	for p in $(PLATFORMS); do GOOS=$${p%/*} GOARCH=$${p#*/} go build -trimpath -ldflags '-s -w' -o image/$$p/ssoctl . || exit; done
	go -C testdata/ci run ./image $(CURDIR)/ssoctl-image.tar $(foreach p,$(PLATFORMS),$(p)=$(CURDIR)/image/$(p)/ssoctl)

check:
	@unformatted=$$($(GOFUMPT) -l .); if [ -n "$$unformatted" ]; then echo "not gofumpt-ed:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	GOOS=windows go vet ./...
	$(STATICCHECK) ./...
	go mod tidy -diff

# -count=1, because Go's test cache does not track the processes and ports that tests use.
# Most tests wait for processes, so more of them run at once than there are cores. check
# vets the tests. Their heaps are small, so that at GOGC=100 a quarter of their time would go
# to garbage collection.
test:
	@testdata/tools
	GOGC=400 go test -count=1 -vet=off -p 4 -parallel 8 -timeout 10m ./...

# Has public client libraries log in at emulated platforms: testdata/clients/README.md. It
# downloads the libraries.
clients: export SSOCTL = $(CURDIR)/ssoctl
clients: build
	cd testdata/clients && go vet ./... && $(STATICCHECK) ./... && go mod tidy -diff && go test -count=1 -vet=off ./...
	@command -v npm >/dev/null || { echo 'skipped because a tool is missing: clients for Node (npm)'; [ "$$CI" != true ]; exit; }; \
	cd testdata/clients/node && npm ci --silent --ignore-scripts && node --test

# Has ssoctl log in at servers that other people wrote: testdata/idp/README.md. It downloads
# them. staticcheck would analyse them, too, which takes longer than the tests.
servers: export SSOCTL = $(CURDIR)/ssoctl
servers: build
	cd testdata/idp && go mod tidy -diff && go test -count=1 ./...

# Tests what is here for CI systems and containers: action.yml, docs/gitlab-ci.yml, the image,
# docs/containers.md. It downloads libraries and actionlint.
containers: export SSOCTL = $(CURDIR)/ssoctl
containers: build
	cd testdata/ci && go vet ./... && $(STATICCHECK) ./image && go mod tidy -diff && go test -count=1 -vet=off ./...

# Runs the race detector on code with concurrency. It needs cgo and a C compiler. The
# emulator's tests that send one request after another to many steps of profiles are left out:
# they share nothing between goroutines, and would take much of the time.
SEQUENTIAL = LedgerTellsNoSecret|Signature|TokenBound|UUIDBound|Bounds|Refuse|FaultsThatRefuse|RefusalIsOfTheKindAtFault|NoDiagnosisIsHalfEnglish|WrongBody|WrongInput|MissingMember|MalformedMember|ForeignToken|RefreshTokenAndResponseValueBounds
race: export CGO_ENABLED = 1
race:
	go test -race -count=1 -parallel 6 -timeout 10m -run 'TestScript/(authorize_url|callback|listen.*|login|paste|qrlogin_(link|page)|emulate.*)$$|TestPage|TestForged' ./cmd
	go test -race -count=1 -parallel 6 -timeout 10m -skip '^Test($(SEQUENTIAL))$$' $(addprefix ./pkg/,cache capture client emulator jq keyboard login loopback mirror pending record render scanpage scrub)

# Compares the emulator's token endpoint with a bare handler (target ratio: 0.6), measures
# its start (target: 30 ms) and its memory then, and compares short commands with a hello
# world (target: 2.2), curl (0.55) and a bare net/http program (1.6).
bench:
	go test -run '^$$' -bench AgainstBare -benchtime 200x ./pkg/emulator
	go test -run '^$$' -bench EmulateReady -benchtime 20x ./cmd
	go test -run '^$$' -bench ShortCommands -benchtime 100x ./cmd

# The other benchmarks process responses, logs and folders of growing size. Each line
# compares the cost of a byte, a file or a number with that in the smallest input
# (target: below 3 times).
	go test -run '^$$' -bench . -benchtime 100x ./pkg/expiring
	go test -run '^$$' -bench . -benchtime 100x ./pkg/jq
	go test -run '^$$' -bench . -benchtime 20x ./pkg/printable ./pkg/exactjson
	go test -run '^$$' -bench Read -benchtime 3x ./pkg/explain
	go test -run '^$$' -bench 'Hostile|Suspects|Members' -benchtime 3x ./pkg/scrub ./pkg/capture ./pkg/client ./pkg/record

# Puts the emulator under load with wrk and prints its memory: make load SECONDS=3600
SECONDS = 30
load: build
	testdata/load/run ./ssoctl $(SECONDS)
