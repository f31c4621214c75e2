#!/bin/bash
# Do the experiments that `mica new` writes train well? bench/new_trials.sh FOLDER…
# For each folder: `mica new`, three seeds of training, and two baselines on the same splits: the
# largest class, and logistic regression on 16 x 16 pixels (three seeds too). Prints a table of
# accuracies on the test split, or on the validation split where there is no test split.
#   SEEDS="1 2 3"        other seeds
#   WEIGHTS=FILE         mica new --weights=FILE
#   SET='trainer { … }'  laid over what mica new wrote, for a quick look
set -euo pipefail
folders=()
for folder in "$@"; do folders+=("$(realpath "$folder")"); done
(( ${#folders[@]} > 0 )) || { sed -n '2,8s/^# \?//p' "${BASH_SOURCE[0]}" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
./bazelw build //:mica
mica=$PWD/bazel-bin/cli/mica
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Weighted sums of the pixels, under the data, splits and sampling of the experiment.
logistic='train_transforms { resize { height_px: 16 width_px: 16 } } eval_transforms { resize { height_px: 16 width_px: 16 } }
  model { sequential { layer { flatten {} } layer { linear {} } } } optimizer { adam { learning_rate: 1e-3 } group: [] }'

# ARGUMENTS: mica new, which tells only of failures.
look() {
  "$mica" new "$@" >"$work/found" 2>&1 || { cat "$work/found" >&2; return 1; }
}

# EXPERIMENT NAME SEED FRAGMENT: one run.
train() {
  "$mica" train "$1" --set="seed: $3 $4" --output_dir="$work/$2" --run_name="seed$3" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; return 1; }
}

# NAME: "mean sd seconds" of its runs. Columns are found by name; summary.csv has no class names, so
# a comma always separates.
accuracy() {
  awk -F, 'FNR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i }
    FNR == 2 { a = 100 * ($at["test_accuracy"] != "" ? $at["test_accuracy"] : $at["val_accuracy"]); n++; sum += a; square += a * a; s += $at["train_seconds"] }
    END { mean = sum / n; variance = n > 1 ? (square - n * mean * mean) / (n - 1) : 0
          printf "%.1f %.1f %.0f", mean, sqrt(variance > 0 ? variance : 0), s / n }' "$work/$1"/*/seed*/summary.csv
}

# NAME: how often the class that is largest in training is right. Names may hold commas, so columns
# are counted from the right.
majority() {
  awk -F, 'FNR == 1 { for (i = 1; i <= NF; ++i) right[$i] = NF - i; next }
    { train = $(NF - right["train"]); v = "validation" in right ? $(NF - right["validation"]) : 0; t = "test" in right ? $(NF - right["test"]) : 0
      vs += v; ts += t; if (train > most) { most = train; mv = v; mt = t } }
    END { printf "%.1f", 100 * (ts > 0 ? mt / ts : mv / vs) }' "$(ls "$work/$1"/*/seed*/class_map.csv | head -n 1)"
}

printf '%-24s %22s %10s %22s %10s\n' folder 'mica new, %' 'largest, %' 'logistic, %' seconds
for folder in "${folders[@]}"; do
  name=$(basename "$folder")
  experiment=$work/$name.textproto
  plain=$work/$name.plain.textproto  # the baseline's: without weights, whose fields would not fit its model
  look "$folder" --output="$plain"
  look "$folder" --output="$experiment" ${WEIGHTS:+--weights="$WEIGHTS"}
  for seed in ${SEEDS:-1 2 3}; do
    train "$experiment" "$name.new" "$seed" "${SET:-}"
    train "$plain" "$name.logistic" "$seed" "$logistic ${SET:-}"
  done
  read -r mean sd seconds <<<"$(accuracy "$name.new")"
  read -r logistic_mean logistic_sd _ <<<"$(accuracy "$name.logistic")"
  printf '%-24s %14s ± %5s %10s %14s ± %5s %10s\n' "$name" "$mean" "$sd" "$(majority "$name.new")" "$logistic_mean" "$logistic_sd" "$seconds"
done
