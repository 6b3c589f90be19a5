#!/bin/sh
# Runs fuzz targets: run.sh SECONDS [TARGET...], all of them if none is named. Needs a nightly compiler and g++, and no
# cargo-fuzz, which would do the same with these targets. What is found is kept below fuzz/artifacts.
set -eu
cd "$(dirname "$0")"
seconds=$1
shift
[ $# -gt 0 ] || set -- msgpack state_json type_json import answer environment private_data

host=$(rustc +nightly -vV | sed -n 's/^host: //p')
# Coverage as libFuzzer reads it. Without the address sanitizer: there is no unsafe code of ours to watch.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
RUSTFLAGS="$RUSTFLAGS -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
export RUSTFLAGS
cargo +nightly build --release --locked --target "$host" --bins
programs=${CARGO_TARGET_DIR:-target}/$host/release

for target in "$@"; do
    mkdir -p "artifacts/$target" "target/corpus/$target"
    echo "Fuzzing $target for $seconds s"
    # New inputs and the seeds go to the first folder; the second is kept in the repository.
    FUZZ_SEEDS=target/corpus/$target "$programs/$target" "target/corpus/$target" "corpus/$target" -max_total_time="$seconds" -max_len=65536 -timeout=30 \
        -rss_limit_mb=2048 -artifact_prefix="artifacts/$target/" -print_final_stats=1
done
