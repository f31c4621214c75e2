#!/bin/bash
# bazelw with stand-ins for apt, dpkg and bazel: what it installs, what it refuses, what it says, and what it hands to bazel.
set -euo pipefail
bazelw=$PWD/bazelw
packages=$PWD/third_party/debian/packages.txt
cd "$TEST_TMPDIR"

fail() { echo "FAILED: $1" >&2; cat output calls >&2 || true; exit 1; }
expect() { grep -qF -- "$1" "$2" || fail "no '$1' in $2"; }
reject() { ! grep -qF -- "$1" "$2" || fail "'$1' in $2"; }

# A machine: bin/ is all of PATH, $INSTALLED its packages, $OFFERED those that apt knows; calls lists what was called.
stand_in() { printf '#!/bin/bash\n%s\n' "$2" >"bin/$1"; chmod +x "bin/$1"; }
new_machine() {
  rm -rf bin
  mkdir bin
  : >calls
  local tool
  for tool in bash cat chmod dirname env grep mkdir sed touch; do ln -s "$(command -v "$tool")" "bin/$tool"; done
  stand_in id 'echo 0'
  # shellcheck disable=SC2016
  stand_in dpkg-query 'for p in $INSTALLED; do case " $* " in *" $p "*) echo "installed $p";; esac; done'
  # shellcheck disable=SC2016
  stand_in apt-cache 'case " $OFFERED " in *" $2 "*) printf "%s:\n  Installed: (none)\n  Candidate: 1.0\n" "$2"; printf "  A version table longer than a pipe holds.%.0s\n" {1..2000};; esac'
  # shellcheck disable=SC2016
  stand_in apt-get 'echo "apt-get $*" >>calls; if [ "$1" = install ]; then printf "#!/bin/bash\necho \"bazel \$*\" >>calls\n" >bin/bazel; chmod +x bin/bazel; fi'
}
bring_bazel() {
  # shellcheck disable=SC2016
  stand_in bazel "if [ \"\$1\" = --version ]; then echo 'bazel $1'; else echo \"bazel \$*\" >>calls; fi"
}
run() { env -i HOME="$TEST_TMPDIR/home" PATH="$TEST_TMPDIR/bin" INSTALLED="$INSTALLED" OFFERED="$OFFERED" "${@}" bash "$bazelw" test //... >output 2>&1; }

all=$(grep -v '^#' "$packages" | tr '\n' ' ')
without() { tr ' ' '\n' <<<"$all" | grep -vx "$1" | tr '\n' ' '; }
mkdir -p home

# Nothing is missing: straight to bazel.
new_machine; bring_bazel no_version
INSTALLED=$all OFFERED=$all; run || fail "a complete machine refused"
[ "$(cat calls)" = 'bazel test //...' ] || fail "something else than bazel was called"

# A bare machine gets exactly what is missing, never at the price of other packages.
new_machine
INSTALLED='' OFFERED=$all; run || fail "a bare machine refused"
expect 'apt-get update' calls
expect "--no-remove ${all% }" calls
expect 'bazel test //...' calls

# MICA_INSTALL=never names and installs nothing.
new_machine; bring_bazel no_version
INSTALLED=$(without zlib1g-dev) OFFERED=$all; ! run MICA_INSTALL=never || fail "never: went on"
expect 'install them with: apt-get install zlib1g-dev' output
[ ! -s calls ] || fail "never: something was called"

# A release without Bazel: nothing is installed, and the way out is named.
new_machine
INSTALLED='' OFFERED=$(without bazel-bootstrap); ! run || fail "no Bazel: went on"
expect 'does not offer bazel-bootstrap; nothing was installed' output
expect 'USE_BAZEL_VERSION=4.2.4' output
reject 'apt-get install' calls

# That way: with a Bazel on PATH the package is not asked for.
new_machine; bring_bazel 4.2.4
INSTALLED='' OFFERED=$(without bazel-bootstrap); run || fail "own Bazel refused"
expect 'apt-get install' calls
reject 'bazel-bootstrap' calls

# A gnuplot of another package stays too.
new_machine; bring_bazel no_version; stand_in gnuplot ''
INSTALLED=$(without gnuplot-nox) OFFERED=$all; run || fail "own gnuplot refused"
reject 'gnuplot-nox' calls
run MICA_INSTALL=never || fail "own gnuplot: something is missing"

# A release that lacks another package.
new_machine; bring_bazel 4.2.4
INSTALLED='' OFFERED=$(without librandom123-dev); ! run || fail "no random123: went on"
expect 'does not offer librandom123-dev; nothing was installed' output
reject 'USE_BAZEL_VERSION' output

# Not root, no sudo.
new_machine; bring_bazel no_version; stand_in id 'echo 1000'
INSTALLED=$(without libxxhash-dev) OFFERED=$all; ! run || fail "not root: went on"
expect 'not root and no sudo; ask an administrator for: apt-get install libxxhash-dev' output

# Bazel 6 and 7 get the flags that a WORKSPACE needs.
new_machine; bring_bazel 6.5.0
INSTALLED=$all OFFERED=$all; run && expect 'bazel test --noenable_bzlmod //...' calls
new_machine; bring_bazel 7.7.1
run && expect 'bazel test --noenable_bzlmod --enable_workspace //...' calls
