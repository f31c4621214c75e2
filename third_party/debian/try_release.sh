#!/bin/bash
# Tries the README's two commands on a release of Debian, from nothing:
#   third_party/debian/try_release.sh trixie [MIRROR]
# debootstrap makes the release in its own folder, with nothing but git. HEAD is cloned into it
# (uncommitted changes are not tried), then the experiment and every test run. Needs root, 4 GB in
# $TMPDIR (/var/tmp) and, on two cores, 15 to 40 minutes. Caches start empty; of this machine, only
# its network is used. MICA_TRY_KEEP=1 keeps the folder.
#
# All mounts are made in a mount namespace that ends with the trial, and none of them binds a folder
# of this machine. So removing the release's folder can never remove anything else.
set -euo pipefail

release=${1:?usage: try_release.sh RELEASE [MIRROR], for example: try_release.sh trixie}
mirror=${2:-http://deb.debian.org/debian}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
commands=("./bazelw run //experiments:fashion_mnist_tiny_vgg" "./bazelw test //...")

if [ "$(id -u)" != 0 ]; then
  echo "try_release.sh: debootstrap and mount need root" >&2
  exit 1
fi
for program in debootstrap unshare git; do
  command -v "$program" >/dev/null || { echo "try_release.sh: $program is missing: apt-get install debootstrap util-linux git" >&2; exit 1; }
done

folder=$(mktemp -d "${TMPDIR:-/var/tmp}/mica-try-$release.XXXXXX")
chmod 755 "$folder"  # apt reads in it as another user
clean_up() {
  if [ "${MICA_TRY_KEEP:-}" = 1 ]; then
    echo "try_release.sh: kept $folder" >&2
  else
    rm -rf --one-file-system "$folder"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

debootstrap --variant=minbase --include=ca-certificates,git "$release" "$folder" "$mirror"
# Certificate authorities that this machine's network needs besides the public ones.
find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$folder/usr/local/share/ca-certificates" {} + 2>/dev/null || true
git clone --quiet --no-hardlinks "$source" "$folder/root/mica"

# In the new namespaces, on the way into the release. Keeps of the environment only what the network
# needs.
enter_release() {
  local root=$1 variable network=()
  shift
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs tmpfs "$root/dev/shm"
  mount -t devpts devpts "$root/dev/pts"
  for variable in http_proxy https_proxy no_proxy PIP_INDEX_URL; do
    if [ -n "${!variable:-}" ]; then network+=("$variable=${!variable}"); fi
  done
  exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 "${network[@]}" bash -c "$@"
}

# In the release: runs each command, then says how they ended.
try_commands() {
  local command outcome failed=0 report=()
  update-ca-certificates >/dev/null 2>&1
  cd /root/mica
  for command in "$@"; do
    SECONDS=0
    if $command; then outcome=passed; else outcome="FAILED ($?)" failed=1; fi
    report+=("$outcome after $((SECONDS / 60)) min $((SECONDS % 60)) s: $command")
  done
  echo "$(. /etc/os-release && echo "$PRETTY_NAME"), $(g++ --version | head -1), mica $(git rev-parse --short HEAD)"
  printf '%s\n' "${report[@]}"
  return $failed
}

# --pid: everything that the trial started, including Bazel's server, ends with it.
unshare --mount --pid --fork --kill-child -- bash -c "set -eu; $(declare -f enter_release); enter_release \"\$@\"" \
  enter "$folder" "$(declare -f try_commands); try_commands \"\$@\"" trial "${commands[@]}"
