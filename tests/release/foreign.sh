#!/bin/sh
# Runs the tests that start the provider with a build for another machine: foreign.sh linux_arm64|windows_amd64 [FILTER]
#
# The tests and terraform are this machine's own; a script in the provider's place starts the other build under qemu-user or
# wine. Terraform reaches a Windows provider over TCP, so the protocol tests, which speak over Unix sockets, leave it out.
set -eu
platform=$1
filter=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
sh tests/terraform.sh
mkdir -p "${CARGO_TARGET_DIR:-target}"
shipped=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/shipped
folder=$shipped/foreign/$platform
left_out=
need() { command -v "$1" >/dev/null 2>&1 || { echo "This needs $1, which Debian and Ubuntu have in the package $2." >&2; exit 1; }; }

case $platform in
    linux_arm64) need qemu-aarch64 qemu-user; tests="--test protocol --test acceptance" ;;
    windows_amd64) need wine wine64; tests="--test acceptance" ;;
    *) echo "foreign.sh: unknown platform $platform" >&2; exit 1 ;;
esac
sh tests/release/build.sh "$platform"
rm -rf "$folder"
mkdir -p "$folder"
PROVIDER=$folder/terraform-provider-kibana
case $platform in
    linux_arm64)
        printf '#!/bin/sh\nexec qemu-aarch64 "%s" "$@"\n' "$shipped/programs/$platform/terraform-provider-kibana" >"$PROVIDER"
        ;;
    windows_amd64)
        cp "$shipped/programs/$platform/terraform-provider-kibana.exe" "$folder/terraform-provider-kibana.exe"
        # Wine before version 9 lacks a library that Rust's own takes random numbers from.
        "${RELEASE_TOOLS:-$shipped/tools}/bin/python-zig" cc -target x86_64-windows-gnu -shared -s \
            -o "$folder/bcryptprimitives.dll" tests/release/bcryptprimitives.c -ladvapi32
        WINEPREFIX=$folder/wine
        WINEDEBUG=-all
        export WINEPREFIX WINEDEBUG
        printf '#!/bin/sh\nexec wine "%s" "$@"\n' "$folder/terraform-provider-kibana.exe" >"$PROVIDER"
        # Wine ends at a signal to the whole group, which Windows does not know, and its check of certificates takes none in
        # addition to the system's.
        left_out="--skip a_termination_of_the_process_group_waits_for_the_write_that_is_under_way"
        left_out="$left_out --skip a_certificate_that_nobody_vouches_for"
        # Wine's own processes keep the standard error of whoever starts them first open for seconds, and Terraform waits for its
        # end before it believes that a provider has ended ("plugin failed to exit gracefully"). So they are started here.
        mkdir "$WINEPREFIX"
        wineserver -p </dev/null >"$folder/wine.log" 2>&1 || { cat "$folder/wine.log" >&2; exit 1; }
        trap 'wineserver -k' EXIT
        trap 'exit 130' INT TERM
        wine wineboot --init </dev/null >"$folder/wine.log" 2>&1 || { cat "$folder/wine.log" >&2; exit 1; }
        ;;
esac
chmod +x "$PROVIDER"
"$PROVIDER" -version
export PROVIDER
# shellcheck disable=SC2086 # more than one word on purpose
cargo test --locked $tests -- $left_out $filter
[ -z "$left_out" ] || echo "Left out, since wine cannot do it: $left_out"
