.PHONY: build install check test race bench load

GOFUMPT     = go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Without cgo, which net would take for names: the loader and a C library's threads
# are a fifth of a short command's time, and the program runs in any container.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ssoctl .

# With completions, and manual pages that a program of its own makes. bash, fish and man
# find them below ~/.local by themselves; zsh needs the folder in fpath.
PREFIX = $(HOME)/.local
SHARE  = $(DESTDIR)$(PREFIX)/share
install: build
	install -D -m 755 ssoctl $(DESTDIR)$(PREFIX)/bin/ssoctl
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d $(SHARE)/man/man1
	./ssoctl --lang en completion bash >$(SHARE)/bash-completion/completions/ssoctl
	./ssoctl --lang en completion zsh >$(SHARE)/zsh/site-functions/_ssoctl
	./ssoctl --lang en completion fish >$(SHARE)/fish/vendor_completions.d/ssoctl.fish
	go run ./cmd/man $(SHARE)/man/man1

check:
	@unformatted=$$($(GOFUMPT) -l .); if [ -n "$$unformatted" ]; then echo "not gofumpt-ed:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(STATICCHECK) ./...
	go mod tidy -diff

# -count=1: Go's cache does not know the processes and ports that the tests use.
# Most of them wait for processes, so more run at once than there are cores.
test:
	@testdata/tools
	go test -count=1 -parallel 6 -timeout 10m ./...

# The race detector, where there is concurrency. It needs a C compiler.
race:
	go test -race -count=1 -parallel 6 -timeout 10m -run 'TestScript/(callback|listen.*|login|paste|qrlogin_(link|page)|emulate.*)$$|TestPage|TestForged' ./cmd
	go test -race -count=1 -parallel 6 -timeout 10m $(addprefix ./pkg/,cache capture client emulator jq keyboard login loopback mirror pending record render scanpage secret)

# The emulator's token endpoint against a bare handler, in turn (the aim is a ratio
# of 0.6); and how soon it is ready (30 ms) with how much memory (20 MiB). Short
# commands against a hello world (aim: 2), curl (0.65) and a bare program (1.3).
bench:
	go test -run '^$$' -bench AgainstBare -benchtime 200x ./pkg/emulator
	go test -run '^$$' -bench EmulateReady -benchtime 20x ./cmd
	go test -run '^$$' -bench ShortCommands -benchtime 100x ./cmd

# Responses, logs and folders of growing size. Each line says how much more a byte, a file
# or a number costs than with the smallest one: the aim is a ratio below 3.
	go test -run '^$$' -bench . -benchtime 100x ./pkg/expiring ./pkg/jq
	go test -run '^$$' -bench . -benchtime 20x ./pkg/printable ./pkg/exactjson
	go test -run '^$$' -bench Read -benchtime 3x ./pkg/explain
	go test -run '^$$' -bench 'Hostile|Suspects|Members' -benchtime 3x ./pkg/secret ./pkg/capture ./pkg/client ./pkg/record

# Load by wrk, and the memory before and after: make load SECONDS=3600
SECONDS = 30
load: build
	testdata/load/run ./ssoctl $(SECONDS)
