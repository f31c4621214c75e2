#!/bin/bash
# Trains every shipped experiment with two builds of mica and compares all that the runs left behind, byte by
# byte: what a change of structure must not change.
#   bench/same_results.sh OLD_MICA NEW_MICA [EXPERIMENT.textproto …]
# Left out is what no two runs share: columns of time, speed and memory, run.textproto, log.txt and the
# manifests of checkpoints. Exits with 1 where anything else differs, and names it.
set -euo pipefail

old=${1:?usage: same_results.sh OLD_MICA NEW_MICA [EXPERIMENT…]}
new=${2:?usage: same_results.sh OLD_MICA NEW_MICA [EXPERIMENT…]}
shift 2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ $# = 0 ]; then set -- "$root"/experiments/*.textproto; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A CSV file without the columns that differ from run to run.
comparable_columns() {
  awk -F, -v OFS=, '
    NR == 1 { for (i = 1; i <= NF; ++i) drop[i] = $i ~ /^(images_per_second|data_wait_fraction|train_seconds|eval_seconds|peak_memory_mib)$/ }
    { line = ""; for (i = 1; i <= NF; ++i) if (!drop[i]) line = line OFS $i; print line }' "$1"
}

differences() {  # OLD_RUN NEW_RUN
  local file
  diff <(cd "$1" && find . -type f | sort) <(cd "$2" && find . -type f | sort) || true
  while read -r file; do
    case $file in
      ./run.textproto | ./log.txt | */manifest.textproto) ;;
      ./metrics.csv | ./summary.csv) cmp -s <(comparable_columns "$1/$file") <(comparable_columns "$2/$file") || echo "$file differs" ;;
      *) cmp -s "$1/$file" "$2/$file" || echo "$file differs" ;;
    esac
  done < <(cd "$1" && find . -type f | sort)
}

failed=0
for experiment in "$@"; do
  name=$(basename "$experiment" .textproto)
  for build in old new; do
    "${!build}" train "$experiment" --output_dir="$folder/$build" --run_name=a >"$folder/$build.log" 2>&1 || { cat "$folder/$build.log"; exit 1; }
  done
  different=$(differences "$folder/old/$name/a" "$folder/new/$name/a")
  if [ -n "$different" ]; then
    failed=1
    printf '%s:\n%s\n' "$name" "$different"
  else
    echo "$name: $(find "$folder/new/$name/a" -type f | wc -l) files, the same"
  fi
done
exit $failed
