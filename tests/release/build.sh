#!/bin/sh
# Builds the programs of a release: build.sh PLATFORM... with platforms such as linux_amd64. Each ends up in a folder of
# that name below target/shipped/programs.
#
# Linux and Windows are cross-compiled with zig, so that neither a C compiler for the target nor the machine's own C library
# plays a part; macOS is built on a Mac. Paths of this machine are mapped away, so that the same commit, compiled by the same
# Rust and the same zig, makes the same bytes in any folder: twice.sh compares.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
mkdir -p "${CARGO_TARGET_DIR:-target}"
target_folder=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
shipped=$target_folder/shipped
tools=${RELEASE_TOOLS:-$shipped/tools}

install_tools() {
    [ -f "$tools/installed" ] && cmp -s tests/release/tools.txt "$tools/installed" && return
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement tests/release/tools.txt
    cp tests/release/tools.txt "$tools/installed"
}

# Rust's own sources, where they are installed, are named as in a compiler that comes without them.
sysroot=$(rustc --print sysroot)
commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
cargo_home=${CARGO_HOME:-$HOME/.cargo}
separator=$(printf '\037')
CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$commit"
CARGO_ENCODED_RUSTFLAGS="$CARGO_ENCODED_RUSTFLAGS$separator--remap-path-prefix=$cargo_home=/cargo"
CARGO_ENCODED_RUSTFLAGS="$CARGO_ENCODED_RUSTFLAGS$separator--remap-path-prefix=$target_folder=/target"
CARGO_ENCODED_RUSTFLAGS="$CARGO_ENCODED_RUSTFLAGS$separator--remap-path-prefix=$root=/src"
CFLAGS="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$target_folder=/target -ffile-prefix-map=$root=/src"
export CFLAGS
# C code may hold the time at which it is compiled: this is the commit's.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# It knows the targets; packing and checking need it later.
echo "Building the packer"
cargo build --quiet --locked --package release-packer
for platform in "$@"; do
    target=$(cargo run --quiet --locked --package release-packer -- target "$platform")
    ! command -v rustup >/dev/null 2>&1 || rustup --quiet target add "$target"
    case $platform in
        darwin_*) command=build ;;
        *)
            install_tools
            PATH=$tools/bin:$PATH
            command=zigbuild
            ;;
    esac
    echo "Building for $platform ($target)"
    (
        export CARGO_ENCODED_RUSTFLAGS
        cargo "$command" --profile dist --locked --target "$target" \
            --package terraform-provider-kibana --package kibana-emulator --bins
    )
    mkdir -p "$shipped/programs/$platform"
    for program in terraform-provider-kibana kibana-emulator; do
        case $platform in windows_*) program=$program.exe ;; esac
        cp "$target_folder/$target/dist/$program" "$shipped/programs/$platform/"
    done
done
