#!/bin/sh
# Fails with a word on where to get terraform when there is none: tests are never skipped for lack of it.
set -eu
terraform=${TERRAFORM:-terraform}
if ! command -v "$terraform" >/dev/null 2>&1; then
    echo "The tests run the real terraform, and there is no \"$terraform\" here." >&2
    echo "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu" >&2
    echo "(https://opentofu.org/docs/intro/install), or say where it is: TERRAFORM=/path/to/terraform make test" >&2
    exit 1
fi
