# `make` lists the targets. Each target installs its requirements and runs without interaction.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve build binary test hostile browser-check fuzz sanitize soak contracts test-clients docker-check scale-check bench \
  bench-control bench-latency bench-engine conformance readme readme-check docs figures man documented-tables lint format clean setup toolchain

HOST ?= 127.0.0.1
PORT ?= 4020
SERVER := .build/release/intercom-mock
# Fully static: starts in a third of the time, uses two thirds of the memory, and has no runtime dependencies.
RELEASE := -c release --product intercom-mock -Xswiftc -static-executable
# The release executable without symbols.
BINARY := .build/intercom-mock
FIXTURES := fixtures/default
BENCH := ../shared/bench/compare.py
INTERCOM_YARDSTICK ?= ../shared/conformance
INTERCOM_DESCRIPTIONS ?= ../shared/openapi
MINUTES ?= 3
RATE ?= 0

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

serve: build ## serve fixtures/default on 127.0.0.1:4020 until Ctrl-C (HOST=, PORT=)
	@exec $(SERVER) --fixtures $(FIXTURES) --host $(HOST) --port $(PORT)

build: setup ## build the release executable
	@swift build $(RELEASE) >&2

binary: build ## build the stripped, fully static executable .build/intercom-mock
	@.ci/setup binutils curl
	@strip -s -o $(BINARY) $(SERVER)
	@Tests/empty-root $(BINARY)
	@ls -lh $(BINARY) | awk '{print $$NF ": " $$5}'

test: toolchain ## run all tests: Swift, then the stories, the official Python SDK, Singer and Airbyte with the release executable
	@.ci/setup python3-venv tzdata
	@test ! -f $(INTERCOM_YARDSTICK)/requirements.txt || .ci/venv .venv-conformance $(INTERCOM_YARDSTICK)/requirements.txt
	swift build --build-tests
	swift test --skip-build
	swift build $(RELEASE)
	INTERCOM_MOCK_BINARY=$(SERVER) swift test --skip-build --filter 'StoryTests.*executable'
	Tests/SDK/run
	Tests/Clients/run singer airbyte

hostile: build ## test malformed requests (compared with h11), JSON (compared with Python), slow and misbehaving clients
	@.ci/setup python3-venv
	@Tests/Hostile/run

browser-check: build ## attack the server from web pages of other origins in headless Chromium: nothing is read, nothing changes
	@Tests/Hostile/browser/run

soak: build ## check memory, descriptors, responses and shutdown under mixed traffic (MINUTES=3, RATE=)
	@.ci/setup python3
	@Tests/Soak/soak.py --minutes $(MINUTES) --rate $(RATE) $(ARGS)

contracts: build ## run schemathesis: no 5xx, no undescribed response (VERSIONS=, INTERCOM_DESCRIPTIONS=)
	@.ci/setup python3-venv
	@Tests/Contracts/run $(INTERCOM_DESCRIPTIONS) $(INTERCOM_YARDSTICK)

fuzz: setup ## fuzz parsers and server with libFuzzer (SECONDS= for each harness, HARNESS=)
	@Tests/Fuzz/run $(or $(SECONDS),20) $(HARNESS)

sanitize: setup ## run the Swift tests under AddressSanitizer and ThreadSanitizer (SANITIZER=address|thread)
	@Tests/sanitize $(SANITIZER)

test-clients: build ## run the recipes for pytest, node:test, RSpec, PHPUnit, JUnit and Go, and the syncs of Singer and Airbyte
	@Tests/Clients/run

docker-check: ## build the image without a container engine, and run it
	@docker/check

scale-check: build ## test several instances behind nginx, as in docker/compose.scale.yaml
	@Tests/scale

bench: build ## measure growth, searches, latency and start, and compare with the C reference if it exists (ARGS=)
	@.ci/setup wrk gcc python3
	@Tests/Benchmarks/bench.py $(ARGS)
	@test -f $(BENCH) || { echo "bench: no comparison with C, $(BENCH) not found"; exit 0; } && \
	  python3 $(BENCH) --server '$(SERVER) --port {port} --fixtures $(FIXTURES)'

bench-control: build ## measure resets, snapshots, tokens and the journal with 10 and with 100,000 records
	@.ci/setup wrk python3
	@Tests/Benchmarks/control.py $(SERVER) $(ARGS)

bench-latency: build ## measure how long other clients wait beside expensive requests (ARGS='--only REGEX')
	@.ci/setup python3
	@Tests/Benchmarks/latency.py $(ARGS)

bench-engine: setup ## compare the store's data structures with Dictionary and Array (ARGS=tables|names|...)
	@export INTERCOM_MOCK_ENGINE_BENCH=1 && \
	  swift build -c release --scratch-path .build/engine-bench --product engine-bench -Xswiftc -enable-testing >&2 && \
	  .build/engine-bench/release/engine-bench $(ARGS)

conformance: build ## compare every response with the published descriptions (ARGS=, INTERCOM_YARDSTICK=)
	@.ci/setup python3-venv
	@Tests/conformance $(INTERCOM_YARDSTICK) $(ARGS)

readme: build ## rewrite the generated tables of the documentation
	@Tests/readme write

readme-check: binary ## run every command of the documentation, from a fresh clone and in the container's root
	@.ci/setup python3-venv curl git
	@Tests/readme check
	@CHECK_ROOT=1 INTERCOM_MOCK_BINARY=$(BINARY) Tests/readme check

docs: toolchain ## render the documentation into .build/docs; a warning is an error
	@.ci/docs .build/docs

figures: binary ## measure the size, start time and memory that Containers.md documents
	@Tests/figures $(BINARY)

documented-tables: ## rewrite the tables of documented errors and parameters (INTERCOM_DESCRIPTIONS=)
	@.ci/setup python3-venv python3-yaml
	@.ci/documented-tables $(INTERCOM_DESCRIPTIONS)

man: build ## write a man page and completions for bash, zsh and fish to .build/man
	@mkdir -p .build/man
	@.ci/manual $(SERVER) >.build/man/intercom-mock.1
	@for shell in bash zsh fish; do $(SERVER) --generate-completion-script $$shell >.build/man/intercom-mock.$$shell; done
	@ls .build/man

lint: toolchain ## check format, argument labels, imports and citations
	swift format lint --strict -r Sources Tests Package.swift
	.ci/check-labels
	.ci/check-imports
	.ci/check-citations

format: toolchain ## format the Swift code
	swift format --in-place -r Sources Tests Package.swift

clean: ## remove the files of the other targets
	rm -rf .build .venv-hostile .venv-browser .venv-sdk .venv-conformance .venv-contracts .venv-singer .venv-airbyte

setup: toolchain
	@.ci/setup

toolchain:
	@command -v swift >/dev/null || \
	  { echo 'Swift 6.2 or later is not on the PATH: see https://www.swift.org/install' >&2; exit 1; }
