# Thin targets: each is a command that can as well be typed.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  = -s -w -X main.version=$(VERSION)

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 30s
INTEROP    ?= ./...

# Nothing here needs C, but for the race detector.
export CGO_ENABLED = 0

.PHONY: build demo test race fuzz leaks lint tidy-check cover interop bench bench-targets golden

build: ## one static binary, bin/drtxt
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/drtxt ./cmd/drtxt

demo: build ## the whole job on an embedded name server
	bin/drtxt drill

# The packages with coverage, so that what cover asks for is known already. Not the command:
# it starts itself again and again, and instrumented programs talk to standard error.
test: ## everything that needs no other program
	@failed=; $(GO) test ./cmd/... & command=$$!; \
	$(GO) test -cover ./txtrecord/... ./keygen/... ./verify/... ./internal/... || failed=yes; \
	wait $$command && test -z "$$failed"

# Short, and of the command only what does several things at once: the detector sees nothing
# more in walks through many processes, one after the other. Nor in kits and their runbook,
# and in calibration, where nothing runs at once and much is signed.
CONCURRENT = Board|Progress|Interrupt|SecondSignal|Watch|Many|Publi|Undo|Probe|Signer|Typed|Typing|Endless|Blocked|Fault|Curve|Whom
race: ## the packages under the race detector, and what the command does at once; needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -short $$($(GO) list ./txtrecord/... ./keygen/... ./verify/... ./internal/... | grep -vE '/(kit|runbook|calibration)$$')
	CGO_ENABLED=1 $(GO) test -race -short -run '$(CONCURRENT)' ./cmd/...

# A run that ends as its time does can fail without having found anything (golang/go#75804);
# only then it is run again.
fuzz: ## every fuzz target for FUZZTIME
	@mkdir -p bin; set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    fuzz() { $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package; }; \
	    if fuzz >bin/fuzz-output.txt 2>&1; then cat bin/fuzz-output.txt; continue; fi; \
	    cat bin/fuzz-output.txt; \
	    grep -q '^ *context deadline exceeded$$' bin/fuzz-output.txt || exit 1; \
	    if grep -q 'Failing input' bin/fuzz-output.txt; then exit 1; fi; \
	    echo "once more, because that found nothing"; fuzz; \
	  done; \
	done

# Runs tests, keeps all that they print, shows what failed, and searches the whole for
# test passphrases and private test keys: $(call searched,file,arguments of go test).
define searched
	@mkdir -p bin
	failed=; $(GO) test -count 1 -v $(2) >$(1) 2>&1 || failed=yes; $(GO) run ./internal/failedtests $(1) && test -z "$$failed"
	$(GO) run ./internal/leaks/leakscan $(1) testdata/keys testdata/keys/malformed
endef

leaks: ## no secret of the tests in what those print that need no other program; interop looks as well
	$(call searched,bin/test-output.txt,./...)

lint: ## format, vet on every system we build for, staticcheck
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags interop ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	$(GO) run $(STATICCHECK) -tags interop ./...

tidy-check: ## go.mod and go.sum are as the code needs them
	$(GO) mod tidy -diff
	$(GO) mod verify

cover: ## statements covered, and the least that is accepted
	@for row in ./txtrecord:95 ./txtrecord/dnsupdate:95 ./txtrecord/export:95 ./txtrecord/zonefile:90 ./verify:95 ./keygen:90 ./keygen/signer:90 ./internal/configuration:90 ./internal/calibration:90 ./internal/kit:85 ./internal/runbook:95 ./internal/propagation:95 ./internal/apiexport:90 ./internal/edges:90 ./internal/reach:90 ./internal/appprofiles:90 ./internal/vendorstatus:90 ./internal/readiness:90 ./internal/cachingresolver:85 ./internal/clients:90 ./internal/drill:85; do \
	  line=$$($(GO) test -cover $${row%:*} | grep 'coverage:') || exit 1; \
	  echo "$$line (least: $${row#*:}%)"; \
	  echo "$$line" | sed 's/.*coverage: \([0-9]*\).*/\1/' | { read -r percent; [ "$$percent" -ge $${row#*:} ]; } || exit 1; \
	done

interop: ## against openssl, dig, BIND, NSD, Knot, PowerDNS, Unbound, the zone checkers, Chromium and others; no secret of the tests in what is printed
	$(call searched,bin/interop-output.txt,-tags interop $(INTEROP))

bench: ## the operations beside what the standard library takes
	$(GO) test -run '^$$' -bench . -benchmem ./txtrecord ./txtrecord/export ./txtrecord/zonefile ./verify ./keygen

bench-targets: ## CPU time and memory of long lists; needs NSD
	$(GO) test -tags interop -run '^$$' -bench Targets -benchtime 1x ./internal/interop

golden: ## write the golden files and the manual pages again; look at the difference
	$(GO) test ./txtrecord/export ./txtrecord/zonefile -update
	$(GO) test ./cmd/drtxt -run '^TestManPages$$' -update
