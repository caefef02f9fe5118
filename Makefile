# `make` lists the targets. Each brings what it needs; nothing asks a question.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve build binary test hostile fuzz sanitize soak contracts test-clients docker-check scale-check bench \
  bench-control conformance readme readme-check figures man lint format clean setup toolchain

HOST ?= 127.0.0.1
PORT ?= 4020
SERVER := .build/release/intercom-mock
# Fully static: it starts in a third of the time, in two thirds of the memory, and needs nothing where it runs.
RELEASE := -c release --product intercom-mock -Xswiftc -static-executable
# The same without symbols: what is shipped.
BINARY := .build/intercom-mock
FIXTURES := fixtures/default
BENCH := ../shared/bench/compare.py
INTERCOM_YARDSTICK ?= ../shared/conformance
INTERCOM_DESCRIPTIONS ?= ../shared/openapi
MINUTES ?= 3
RATE ?= 0

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

serve: build ## serve fixtures/default on 127.0.0.1:4020 until Ctrl-C (HOST=, PORT=)
	@exec $(SERVER) --fixtures $(FIXTURES) --host $(HOST) --port $(PORT)

build: setup ## build the release executable
	@swift build $(RELEASE) >&2

binary: build ## one stripped, fully static executable: .build/intercom-mock
	@.ci/setup binutils curl
	@strip -s -o $(BINARY) $(SERVER)
	@Tests/empty-root $(BINARY)
	@ls -lh $(BINARY) | awk '{print $$NF ": " $$5}'

test: toolchain ## all tests: Swift, then the official Python SDK against the release executable
	@.ci/setup python3-venv
	swift build --build-tests
	swift test --skip-build
	swift build $(RELEASE)
	Tests/SDK/run

hostile: build ## what no decent client sends: spoiled requests beside h11, JSON beside Python's, slow and rude clients
	@.ci/setup python3-venv
	@Tests/Hostile/run

soak: build ## mixed traffic for some minutes (MINUTES=3, RATE=): memory, descriptors, answers, and leaving under load
	@.ci/setup python3
	@Tests/Soak/soak.py --minutes $(MINUTES) --rate $(RATE) $(ARGS)

contracts: build ## schemathesis over every description: no 5xx, no undescribed shape (VERSIONS=, INTERCOM_DESCRIPTIONS=)
	@.ci/setup python3-venv
	@Tests/Contracts/run $(INTERCOM_DESCRIPTIONS) $(INTERCOM_YARDSTICK)

fuzz: setup ## look for input that crashes, is misread or takes too long (SECONDS= for each harness, HARNESS=)
	@Tests/Fuzz/run $(or $(SECONDS),20) $(HARNESS)

sanitize: setup ## the Swift tests under AddressSanitizer and ThreadSanitizer (SANITIZER=address|thread)
	@Tests/sanitize $(SANITIZER)

test-clients: build ## the recipes for pytest, node:test, RSpec, PHPUnit, JUnit and Go
	@Tests/Clients/run

docker-check: ## build the image without an engine, and run it
	@docker/check

scale-check: build ## several instances behind nginx, as docker/compose.scale.yaml has them
	@Tests/scale

bench: build ## growth, searches, latency beside them, start; and beside the C reference, when it is there (ARGS=)
	@.ci/setup wrk gcc python3
	@Tests/Benchmarks/bench.py $(ARGS)
	@test -f $(BENCH) || { echo "bench: no ratios to C, there is no $(BENCH)"; exit 0; } && \
	  python3 $(BENCH) --server '$(SERVER) --port {port} --fixtures $(FIXTURES)'

bench-control: build ## what resets, snapshots, tokens and the journal cost, at 10 and at 100,000 records
	@.ci/setup wrk python3
	@Tests/Benchmarks/control.py $(SERVER) $(ARGS)

conformance: build ## hold every answer against the published descriptions (ARGS=, INTERCOM_YARDSTICK=)
	@.ci/setup python3-venv
	@Tests/conformance $(INTERCOM_YARDSTICK) $(ARGS)

readme: build ## rewrite the tables in README.md
	@$(SERVER) routes --format markdown >.build/operations.md
	@Tests/readme flags >.build/flags.md
	@for table in operations flags; do \
	  awk -v table=$$table '$$0 ~ table ": end" { while ((getline row < (".build/" table ".md")) > 0) print row; inside = 0 } \
	    !inside; $$0 ~ table ": begin" { inside = 1 }' README.md >.build/README.md && cp .build/README.md README.md; \
	done

readme-check: binary ## run every command of the README, from a fresh clone and in the container's root
	@.ci/setup python3-venv curl git
	@Tests/readme check
	@CHECK_ROOT=1 INTERCOM_MOCK_BINARY=$(BINARY) Tests/readme check

figures: binary ## measure what the README says of size, start and memory
	@Tests/figures $(BINARY)

man: build ## a man page, and completions for bash, zsh and fish, in .build/man
	@mkdir -p .build/man
	@.ci/manual $(SERVER) >.build/man/intercom-mock.1
	@for shell in bash zsh fish; do $(SERVER) --generate-completion-script $$shell >.build/man/intercom-mock.$$shell; done
	@ls .build/man

lint: toolchain ## what `make format` would change, and more
	swift format lint --strict -r Sources Tests Package.swift
	.ci/check-labels
	.ci/check-imports

format: toolchain ## lay out the Swift code
	swift format --in-place -r Sources Tests Package.swift

clean: ## remove what the other targets made
	rm -rf .build .venv-hostile .venv-sdk .venv-conformance .venv-contracts

setup: toolchain
	@.ci/setup

toolchain:
	@command -v swift >/dev/null || \
	  { echo 'Swift 6.2 or later is not on the PATH: see https://www.swift.org/install' >&2; exit 1; }
