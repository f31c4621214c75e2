#!/bin/bash
# Tests system_libraries.py with the real pkg-config and .pc files written here.
set -euo pipefail
script=$PWD/third_party/debian/system_libraries.py
cd "$TEST_TMPDIR"

fail() { echo "FAILED: $1" >&2; cat output >&2 || true; exit 1; }
expect() { grep -qF -- "$1" "$2" || fail "no '$1' in $2"; }
reject() { ! grep -qF -- "$1" "$2" || fail "'$1' in $2"; }

# write_module NAME VERSION [LINE…]: the .pc file of a module below $prefix.
prefix=$TEST_TMPDIR/prefix
write_module() {
  printf '%s\n' "prefix=$prefix" "exec_prefix=$prefix" "Name: $1" "Description: of the test" "Version: $2" "${@:3}" >"$prefix/pkgconfig/$1.pc"
}

write_all_modules() {
  rm -rf "$prefix" repository
  mkdir -p "$prefix/pkgconfig" "$prefix/include/opencv4" "$prefix/bin" repository
  local module
  for module in absl_{algorithm_container,cord,function_ref,span,status,statusor,str_format,time}; do write_module "$module" 20260101; done
  # A release that splits Abseil differently: the library comes with the module behind it.
  write_module absl_string_view 20260101 'Libs: -labsl_string_view'
  write_module absl_strings 20260101 'Requires: absl_string_view' 'Libs: -labsl_strings' 'Cflags: -DCUT_ANEW -Wall -msse4.1'
  for module in cairo eigen3 gflags libglog gmock gtest gtest_main libdeflate libisal libjpeg libpng libwebp{,demux} nlohmann_json pangocairo protobuf re2 libutf8proc libxxhash zlib; do write_module "$module" 100.1.0; done
  # shellcheck disable=SC2016
  write_module opencv4 4.10.0 'Libs: -L${prefix}/lib -lopencv_viz -lopencv_core' 'Cflags: -I${prefix}/include/opencv4'
  write_protoc 100.1
}

write_protoc() {
  printf '#!/bin/sh\necho libprotoc %s\n' "$1" >"$prefix/bin/protoc"
  chmod +x "$prefix/bin/protoc"
}

describe() { (cd repository && PKG_CONFIG_LIBDIR=$prefix/pkgconfig python3 "$script") >output 2>&1; }

# Everything is there.
write_all_modules
describe || fail "sound libraries refused"
expect "'-labsl_strings', '-labsl_string_view'" repository/BUILD
expect "'CUT_ANEW'" repository/BUILD
expect "'-lopencv_core'" repository/BUILD
reject opencv_viz repository/BUILD
reject '-Wall' repository/BUILD
reject '-msse4.1' repository/BUILD
expect "'-Wl,-rpath,$prefix/lib'" repository/BUILD
[ "$(readlink repository/include/opencv_0)" = "$prefix/include/opencv4" ] || fail "include folder is not linked"
[ "$(readlink repository/protoc)" = "$prefix/bin/protoc" ] || fail "protoc is not linked"
expect 4.10.0 repository/versions/opencv

# Old, missing and mismatched libraries are all named at once, and nothing is written.
write_all_modules
write_module opencv4 4.5.5
rm "$prefix/pkgconfig/absl_span.pc" "$prefix/pkgconfig/zlib.pc"
write_protoc 21.12
! describe || fail "unfit libraries accepted"
expect 'opencv: found opencv4 4.5.5; mica needs 4.6.0 or newer (Debian package libopencv-dev)' output
expect 'absl: pkg-config does not find absl_span; mica needs 20220623 or newer (Debian package libabsl-dev)' output
expect 'zlib: pkg-config does not find zlib; mica needs 1.2.13 or newer (Debian package zlib1g-dev)' output
expect "protoc: $prefix/bin/protoc is version 21.12, the Protobuf library 100.1.0; install both from one source" output
reject gflags output
[ ! -e repository/BUILD ] || fail "BUILD written"

# Without protoc.
write_all_modules
rm "$prefix/bin/protoc"
! describe || fail "no protoc accepted"
expect 'Debian package protobuf-compiler' output

# Without pkg-config.
mkdir -p empty
python=$(python3 -c "import sys; print(sys.executable)")
! (cd repository && PATH=$TEST_TMPDIR/empty "$python" "$script") >output 2>&1 || fail "no pkg-config accepted"
expect 'pkg-config is not on PATH (Debian package pkgconf)' output
