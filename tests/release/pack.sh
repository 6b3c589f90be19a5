#!/bin/sh
# Packs the programs of these platforms into target/shipped/files and checks what came out: pack.sh PLATFORM...
#
# GPG_KEY, the ID or fingerprint of a secret key that gpg has, signs the sums. The registry takes RSA and DSA keys. With
# MUST_SIGN=1, as for what is published, there has to be one.
set -eu
[ -n "${GPG_KEY:-}" ] || [ "${MUST_SIGN:-}" != 1 ] || { echo "A release is signed: set GPG_KEY." >&2; exit 1; }
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
mkdir -p "${CARGO_TARGET_DIR:-target}"
shipped=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/shipped
files=$shipped/files
packer() { cargo run --quiet --locked --package release-packer -- "$@"; }

for platform in "$@"; do
    shift
    set -- "$@" --platform "$platform"
done
rm -rf "$files"
packer pack "$shipped/programs" "$files" "$@"
if [ -n "${GPG_KEY:-}" ]; then
    for sums in "$files"/*_SHA256SUMS "$files"/*.sha256; do
        gpg --batch --yes --local-user "$GPG_KEY" --output "$sums.sig" --detach-sign "$sums"
        gpg --batch --verify "$sums.sig" "$sums"
    done
    set -- "$@" --signed
fi
packer check "$files" "$@"
