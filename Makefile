# What a newcomer runs: make demo, make test. TERRAFORM=/path/to/binary takes another terraform, or tofu.

TERRAFORM ?= terraform
export TERRAFORM

.PHONY: help demo build test lint docs install bench release clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: ## Create, change, import and destroy connectors in an emulated Kibana, with the real terraform.
	@sh tests/demo/demo.sh

build: ## Build the release provider for this machine, in target/release.
	cargo build --release --locked --bin terraform-provider-kibana

test: ## Run every test, those with the real terraform included.
	@sh tests/terraform.sh
	cargo test --workspace --locked

lint: ## Check the format and the lints.
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

docs: ## Rewrite the generated pages and examples.
	UPDATE=1 cargo test --locked --test docs

install: build ## Install the provider for terraform of this user, from a local mirror.
	@sh tests/demo/install.sh

bench: ## Time a start of the provider, from launch to handshake line.
	cargo bench --locked --bench handshake

release: ## Build the static binary that is shipped (needs musl-tools and the Rust target).
	cargo build --profile dist --locked --target x86_64-unknown-linux-musl --bin terraform-provider-kibana

clean: ## Remove everything that was built.
	cargo clean
