# Quittance. Everything that happens here is a script in .ci/; this file only names them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev test rust soak e2e bench screens fmt lint build tools clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## install what is missing, build, load the demo company, serve on http://127.0.0.1:3000
	@.ci/serve.sh

test: ## every check and test (an hour the first time, 25 minutes after an edit); some: make test STEPS="rust e2e"
	@.ci/test.sh $(STEPS)

dev: ## serve a debug build on http://127.0.0.1:3000 and reload on every change
	@.ci/dev.sh

bench: ## measure speeds on the release build; prints figures, never fails on time
	@.ci/bench.sh $(STEPS)

screens: ## pictures of every page in three widths, light and dark, into /tmp/quittance-screens
	@.ci/screens.sh

fmt: ## format the Rust code
	@. .ci/env.sh && cargo fmt --all

lint: ## formatting, lints for server and browser, what the browser part depends on
	@.ci/test.sh fmt fence clippy clippy-web types

rust: ## only the Rust tests, on both databases; some: make rust FILTER=text
	@.ci/test.sh rust

soak: ## the Rust tests with everything of what `make test` samples
	@TEST_SOAK=1 .ci/test.sh tools rust

e2e: ## only the browser tests, on the release build; some: make e2e FILTER=text
	@.ci/test.sh tools build e2e

build: ## the release build
	@.ci/tools.sh build && .ci/build.sh

tools: ## install what building and testing needs
	@.ci/tools.sh test

clean: ## remove build output and demo database; tools stay
	@.ci/clean.sh
