#!/bin/bash
# Test accuracy over seeds: bench/seeds.sh EXPERIMENT.textproto COUNT
# Prints a CSV line for each seed (experiment, seed, train_seconds, test accuracy), then the mean
# and the standard deviation.
set -euo pipefail
experiment=$(realpath "$1") count=$2
cd "$(dirname "${BASH_SOURCE[0]}")/.."
./bazelw build //:mica
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
for seed in $(seq 1 "$count"); do
  bazel-bin/cli/mica train "$experiment" --set="seed: $seed" --output_dir="$runs" --run_name="seed$seed" \
    >/dev/null 2>"$runs/errors" || { cat "$runs/errors" >&2; exit 1; }
  # Columns are found by name; summary.csv has no class names, so a comma always separates.
  awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i } NR == 2 { print $at["experiment"] "," $at["seed"] "," $at["train_seconds"] "," $at["test_accuracy"] }' \
    "$runs"/*/"seed$seed"/summary.csv
done | tee "$runs/all"
awk -F, '{ sum += $4; square += $4 * $4 } END { mean = sum / NR; print "# mean " mean " sd " (NR > 1 ? sqrt((square - NR * mean * mean) / (NR - 1)) : 0) " n " NR }' "$runs/all"
