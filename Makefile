# What a newcomer runs: make demo, make test. TERRAFORM=/path/to/binary takes another terraform, or tofu.

TERRAFORM ?= terraform
export TERRAFORM

# What `make dist` builds. macOS is built on a Mac, by the release workflow.
PLATFORMS ?= linux_amd64 linux_arm64 windows_amd64
STATIC = $(or $(CARGO_TARGET_DIR),target)/x86_64-unknown-linux-musl/dist/terraform-provider-kibana
SHIPPED = $(abspath $(or $(CARGO_TARGET_DIR),target))/shipped

.PHONY: help demo build test chaos test-live test-live-emulated test-arm64 test-windows live lint docs install release clean
.PHONY: bench bench-full fuzz check-static dist dist-programs dist-files dist-check dist-twice check-docs check-workflows
.PHONY: check-dependencies check-oldest-rust release-notes

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-20s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Create, change, import and destroy connectors in an emulated Kibana, with the real terraform.
	@sh tests/demo/demo.sh

build: ## Build the release provider for this machine, in target/release.
	cargo build --release --locked --bin terraform-provider-kibana

test: ## Run every test, those with the real terraform included.
	@sh tests/terraform.sh
	cargo test --workspace --locked

chaos: ## Let a third of all requests fail, and kill processes: make chaos SEEDS=20 for more than three seeds.
	@sh tests/terraform.sh
	SEEDS=$(or $(SEEDS),3) cargo test --locked --test acceptance -- chaos:: kill:: --nocapture

lint: ## Check the format and the lints.
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

docs: ## Rewrite the generated pages and examples.
	UPDATE=1 cargo test --locked --test docs

install: build ## Install the provider for terraform of this user, from a local mirror.
	@sh tests/demo/install.sh

bench: ## Measure start-up, calls and a fleet beside their budgets (minutes). PEER=/folder compares with another provider.
	@sh tests/terraform.sh
	cargo bench --locked --bench bench

bench-full: ## The same with state in a local file as well, and with ten thousand connectors (half an hour).
	@sh tests/terraform.sh
	FULL=1 cargo bench --locked --bench bench

fuzz: ## Fuzz each place where bytes from outside come in, for a minute (needs a nightly Rust and g++). FUZZ_SECONDS=600 is longer.
	sh fuzz/run.sh $(or $(FUZZ_SECONDS),60)

release: ## Build a static binary as it is shipped, without zig (needs musl-tools and the Rust target).
	cargo build --profile dist --locked --target x86_64-unknown-linux-musl --bin terraform-provider-kibana

dist: ## Build, pack and check a release for the PLATFORMS, in target/shipped/files (needs Python 3).
	$(MAKE) dist-programs
	$(MAKE) dist-files
	$(MAKE) dist-check

dist-programs: ## Only build the programs of a release (needs Python 3; zig comes from PyPI).
	sh tests/release/build.sh $(PLATFORMS)

dist-files: ## Only pack what was built: archives, manifest, sums; signed if GPG_KEY names a key.
	sh tests/release/pack.sh $(PLATFORMS)

dist-check: ## Only install what was packed, from mirrors, with the real terraform; from a registry, too, if GPG_KEY is set.
	@sh tests/terraform.sh
	RELEASE_FILES="$(SHIPPED)/files" cargo test --locked --test release

release-notes: ## Print the release's text for TAG=v1.2.3, which must be the version and have its section in the changelog.
	cargo run --quiet --locked --package release-packer -- notes "$(TAG)"

dist-twice: ## Build the last commit for the PLATFORMS in two folders and compare the bytes.
	sh tests/release/twice.sh $(PLATFORMS)

test-arm64: ## Run the protocol and acceptance tests with an arm64 build (needs qemu-user).
	sh tests/release/foreign.sh linux_arm64

test-windows: ## Run the acceptance tests with a Windows build (needs wine).
	sh tests/release/foreign.sh windows_amd64

test-live: ## Run the live tests against the Kibana of KIBANA_ENDPOINT, which they change and clean up.
	@sh tests/terraform.sh
	LIVE=real cargo test --locked --test live -- --nocapture the_examples_live

test-live-emulated: ## Run the live tests against the emulated Kibana, in each release that it plays.
	@sh tests/terraform.sh
	LIVE=emulated cargo test --locked --test live -- --nocapture the_examples_live

live: ## Start Elasticsearch and Kibana in containers, run the live tests, and remove them (needs Docker).
	sh tests/live/live.sh

check-docs: ## Check the pages with HashiCorp's own validator (needs Go).
	sh tests/docs/validate.sh

check-workflows: ## Lint the workflows (needs Go).
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

check-dependencies: ## Check the dependencies: make check-dependencies CHECKS="bans licenses sources" (needs cargo-deny).
	cargo deny check $(CHECKS)

check-oldest-rust: ## Compile everything with the oldest Rust that Cargo.toml claims (needs rustup).
	sh tests/release/oldest-rust.sh

check-static: release ## Run what `make release` built in an empty root file system (Linux, as root or with user namespaces).
	@sh tests/terraform.sh
	cargo build --locked --package kibana-emulator
	sh tests/release/empty-root.sh "$(STATIC)" "$(or $(CARGO_TARGET_DIR),target)/debug/kibana-emulator"

clean: ## Remove everything that was built.
	cargo clean
