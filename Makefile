# One command for each thing people do with this project. `make` alone lists them.

CARGO ?= cargo
NEXTEST_PROFILE ?= default
SECONDS ?= 600
KILLS ?= 200
DAYS ?= 92
LOG_FOLDER ?= target/log-bench

# Programs that tests drive, each with the Debian package that brings it.
CLIENTS = curl:curl wget:wget git:git pip3:python3-pip npm:npm javac:openjdk-17-jdk-headless chromium:chromium openssl:openssl certutil:libnss3-tools firefox-esr:firefox-esr ffmpeg:ffmpeg gnutls-serv:gnutls-bin \
  /usr/sbin/slapd:slapd ldapmodify:ldap-utils radclient:freeradius-utils /usr/sbin/nginx:nginx-light h2load:nghttp2-client nghttpd:nghttp2-server /usr/sbin/krb5kdc:krb5-kdc /usr/sbin/kadmin.local:krb5-admin-server kinit:krb5-user /usr/sbin/dnsmasq:dnsmasq-base minisign:minisign
FUZZ_TARGETS = $(basename $(notdir $(wildcard tests/fuzz/fuzz_targets/*.rs)))

# Root can bring the browser, Playwright and axe: where one of them is missing then, its tests fail instead of being skipped (0: skipped).
ifeq ($(shell id -u),0)
export LIFEGUARD_NEEDS_CLIENTS ?= 1
clients: export PIP_BREAK_SYSTEM_PACKAGES = 1
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint docs bench log-bench console-load log-cost sign-in-cost forward fuzz browser kill clients nextest

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## proxy on 3128, console on 8642, with config/lifeguard.toml
	$(CARGO) run --release -- run

test: clients nextest ## every test; installs the programs they drive when it may
	$(CARGO) test --doc --quiet
	$(CARGO) nextest run --profile $(NEXTEST_PROFILE) --no-tests fail

lint: ## format and lints, warnings refused
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings

docs: ## the manual and the map of the code, in target/doc/lifeguard
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --no-deps --document-private-items

bench: ## a verdict's time, memory, allocations and instructions
	$(CARGO) bench --bench judge

log-bench: ## the log at full length: DAYS (92) of a million requests in LOG_FOLDER, its size, and how fast it answers
	LIFEGUARD_LOG_DAYS=$(DAYS) LIFEGUARD_LOG_FOLDER=$(LOG_FOLDER) $(CARGO) bench --bench log

console-load: ## the console on the log in LOG_FOLDER: each page's time, first rows of questions, and what 50 people on it cost the proxy
	LIFEGUARD_LOG_FOLDER=$(LOG_FOLDER) $(CARGO) bench --bench console

log-cost: ## what the log costs the proxy: requests per second with it and without it, the proxy and the load on a core each
	LIFEGUARD_LOG_FOLDER=$(LOG_FOLDER) $(CARGO) bench --bench log -- serve

sign-in-cost: ## what it costs to know who asks: requests per second of nobody, of people with a password each, and with 100,000 sessions of the network
	LIFEGUARD_LOG_FOLDER=$(LOG_FOLDER) $(CARGO) bench --bench log -- sign-in

fuzz: ## each fuzz target for SECONDS (600) each; FUZZ_TARGETS="canonicaliser" for one
	@command -v cargo-fuzz >/dev/null || $(CARGO) install cargo-fuzz --locked
	@command -v clang >/dev/null || command -v g++ >/dev/null || apt-get install -y -qq --no-install-recommends clang
	RUSTC_BOOTSTRAP=1 $(CARGO) fuzz build --fuzz-dir tests/fuzz
	@set -e; for target in $(FUZZ_TARGETS); do \
	  echo "== fuzz $$target for $(SECONDS) s"; mkdir -p target/fuzz-corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --fuzz-dir tests/fuzz $$target target/fuzz-corpus/$$target tests/fuzz/corpus/$$target -- \
	    -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 2>&1 | tail -n 12; \
	done

browser: clients ## a real browser through the proxy; pictures in target/pictures
	$(CARGO) nextest run --test clients --no-capture -E 'test(/^real_clients::.*chromium/)'

kill: ## KILLS (200) times kill -9, and as many power cuts, under load, the origin counting; and the same of the log alone
	LIFEGUARD_KILLS=$(KILLS) $(CARGO) nextest run --test kill --no-capture -E 'test(/^kill9::/)'
	LIFEGUARD_POWER_CUTS=$(KILLS) LIFEGUARD_TEST_KILLS=$(KILLS) $(CARGO) nextest run --lib --test kill --no-capture \
	  -E 'test(store::tests::power) | test(/^store_kill::/)'

clients:
	@need=""; for pair in $(CLIENTS); do command -v "$${pair%%:*}" >/dev/null 2>&1 || need="$$need $${pair##*:}"; done; \
	python3 -c 'import requests' 2>/dev/null || /usr/bin/python3 -c 'import requests' 2>/dev/null || need="$$need python3-requests"; \
	/usr/bin/python3 -c 'import gssapi' 2>/dev/null || need="$$need python3-gssapi"; \
	python3 -c 'import cryptography' 2>/dev/null || /usr/bin/python3 -c 'import cryptography' 2>/dev/null || need="$$need python3-cryptography"; \
	if [ -n "$$need" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing for the tests:$$need"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need >/dev/null || true; \
	fi; \
	if command -v pip3 >/dev/null && command -v npm >/dev/null; then \
	  python3 -c 'import aiosmtpd' 2>/dev/null || pip3 install -q aiosmtpd >/dev/null 2>&1 || echo "not here, so no letter is sent to a real mail server: pip3 install aiosmtpd"; \
	  python3 -c 'import openapi_spec_validator, jsonschema' 2>/dev/null || pip3 install -q openapi-spec-validator jsonschema >/dev/null 2>&1 || echo "not here, so the API is not held against its description: pip3 install openapi-spec-validator jsonschema"; \
	  python3 -c 'import playwright' 2>/dev/null || pip3 install -q playwright >/dev/null 2>&1 || echo "not here, so the console is not seen in a browser: pip3 install playwright"; \
	  { test -e target/axe/node_modules/axe-core/axe.min.js && test -e target/axe/node_modules/playwright-core/index.mjs; } || \
	    { mkdir -p target/axe && for try in 1 2 3; do npm install --silent --no-save --prefix target/axe axe-core@4 playwright-core@1.65.1 >/dev/null 2>&1 && break; done; test -e target/axe/node_modules/playwright-core/index.mjs; } || echo "not here: axe-core and playwright-core"; \
	fi; \
	for pair in $(CLIENTS); do \
	  command -v "$${pair%%:*}" >/dev/null 2>&1 || echo "not here, so the tests that drive it are skipped: $${pair%%:*} (Debian package $${pair##*:})"; \
	done

nextest:
	@$(CARGO) nextest --version >/dev/null 2>&1 || $(CARGO) install cargo-nextest --locked
