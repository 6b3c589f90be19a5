#!/bin/sh
# Builds the last commit in two folders and compares the programs byte for byte: twice.sh PLATFORM...
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
# One set of tools for both, in a folder of its own: they are not what is compared.
RELEASE_TOOLS=${CARGO_TARGET_DIR:-$root/target}/shipped/tools
export RELEASE_TOOLS
unset CARGO_TARGET_DIR
for copy in "$folder/one" "$folder/another/much-deeper"; do
    git clone --quiet "$root" "$copy"
    sh "$copy/tests/release/build.sh" "$@"
done
diff -r "$folder/one/target/shipped/programs" "$folder/another/much-deeper/target/shipped/programs"
echo "Two folders, the same bytes: $*"
