"""Describes the libraries of this machine to Bazel, with the flags that pkg-config gives here.

Writes into the working folder: BUILD with a cc_library for each library, versions/ and the links
that BUILD names. pkg-config says which files belong to a library, because Abseil, for one, is split
into other files in each release. Exits with 1 before anything compiles if libraries are missing or
too old, and names them all at once.
"""

import os
import shutil
import subprocess
import sys
from typing import List, NamedTuple, Optional


class Library(NamedTuple):
    name: str
    package: str  # Debian's
    at_least: str  # the oldest version with which mica was tested
    modules: List[str]  # pkg-config's names of the parts whose headers mica includes
    deps: List[str] = []
    only: List[str] = []  # if the module has much more: the library files that mica uses


LIBRARIES = [
    Library("absl", "libabsl-dev", "20220623", [
        "absl_algorithm_container", "absl_cord", "absl_function_ref", "absl_span", "absl_status", "absl_statusor", "absl_str_format",
        "absl_strings", "absl_time",
    ]),
    Library("cairo", "libcairo2-dev", "1.16.0", ["cairo"]),
    Library("eigen", "libeigen3-dev", "3.4.0", ["eigen3"]),
    Library("gflags", "libgflags-dev", "2.2.2", ["gflags"]),
    # glog's headers use gflags, but its .pc file does not say so.
    Library("glog", "libgoogle-glog-dev", "0.6.0", ["libglog"], deps=[":gflags"]),
    Library("gtest", "libgmock-dev", "1.12.1", ["gmock", "gtest"]),
    Library("gtest_main", "libgtest-dev", "1.12.1", ["gtest_main"], deps=[":gtest"]),
    Library("libdeflate", "libdeflate-dev", "1.14", ["libdeflate"]),
    Library("libisal", "libisal-dev", "2.30.0", ["libisal"]),
    Library("libjpeg", "libjpeg-dev", "2.1.5", ["libjpeg"]),
    Library("libpng", "libpng-dev", "1.6.39", ["libpng"]),
    Library("libwebp", "libwebp-dev", "1.2.4", ["libwebp", "libwebpdemux"]),
    Library("nlohmann_json", "nlohmann-json3-dev", "3.11.2", ["nlohmann_json"]),
    Library("opencv", "libopencv-dev", "4.6.0", ["opencv4"], only=["opencv_imgcodecs", "opencv_imgproc", "opencv_core"]),
    Library("opencv_dnn", "libopencv-dev", "4.6.0", ["opencv4"], only=["opencv_dnn", "opencv_core"]),  # for tests
    Library("pango", "libpango1.0-dev", "1.50.12", ["pangocairo"]),
    Library("protobuf", "libprotobuf-dev", "3.21.12", ["protobuf"]),
    # Debian 12's .pc file calls every version 0.0.0.
    Library("re2", "libre2-dev", "0.0.0", ["re2"]),
    Library("utf8proc", "libutf8proc-dev", "2.6.0", ["libutf8proc"]),
    Library("xxhash", "libxxhash-dev", "0.8.1", ["libxxhash"]),
    Library("zlib", "zlib1g-dev", "1.2.13", ["zlib"]),
]

# Philox of Random123: headers only, without a .pc file.
RANDOM123_HEADER = "/usr/include/Random123/philox.h"


# The script that mica's pages hold.
CHART_JS = "/usr/share/javascript/chart.js/chart.min.js"


def printed_by(*command: str) -> Optional[str]:
    """What a program prints, or None where it fails or does not exist."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def pkg_config(*arguments: str) -> Optional[str]:
    return printed_by("pkg-config", *arguments)


def library_problem(library: Library) -> Optional[str]:
    needed = f"mica needs {library.at_least} or newer (Debian package {library.package})"
    unknown = [module for module in library.modules if pkg_config("--exists", module) is None]
    if unknown:
        return f"{library.name}: pkg-config does not find {', '.join(unknown)}; {needed}"
    for module in library.modules:
        if pkg_config(f"--atleast-version={library.at_least}", module) is None:
            return f"{library.name}: found {module} {pkg_config('--modversion', module)}; {needed}"
    return None


def protoc() -> str:
    return f"{pkg_config('--variable=exec_prefix', 'protobuf')}/bin/protoc"


def protoc_problem() -> Optional[str]:
    """Generated code compiles with its own version of Protobuf alone."""
    library = pkg_config("--modversion", "protobuf")
    if library is None:
        return None  # library_problem reports it
    # "libprotoc 3.21.12"; 29.3 belongs to a library that calls itself 29.3.0.
    answer = printed_by(protoc(), "--version")
    if answer is None:
        return f"protoc: {protoc()} is missing; the Protobuf library needs its compiler (Debian package protobuf-compiler)"
    version = answer.split()[-1]
    if not f"{library}.".startswith(f"{version}."):
        return f"protoc: {protoc()} is version {version}, the Protobuf library {library}; install both from one source"
    return None


def find_problems() -> List[str]:
    if shutil.which("pkg-config") is None:
        return ["pkg-config is not on PATH (Debian package pkgconf)"]
    problems = [library_problem(library) for library in LIBRARIES] + [protoc_problem()]
    if not os.path.exists(RANDOM123_HEADER):
        problems.append(f"random123: {RANDOM123_HEADER} is missing (Debian package librandom123-dev)")
    if not os.path.exists(CHART_JS):
        problems.append(f"chart.js: {CHART_JS} is missing (Debian package libjs-chart.js)")
    return [problem for problem in problems if problem]


def write_target(library: Library, build) -> None:
    compile_flags = pkg_config("--cflags", *library.modules).split()
    link_flags = pkg_config("--libs", *library.modules).split()
    if library.only:
        link_flags = [flag for flag in link_flags if not flag.startswith("-l") or flag[2:] in library.only]
    # Every compilation has the version as an input, so an upgrade recompiles what reads these
    # headers.
    inputs = [f"versions/{library.name}"]
    with open(inputs[0], "w") as file:
        file.write(pkg_config("--modversion", *library.modules) + "\n")
    # Folders that the compiler does not search by itself. Some .pc files also carry warnings and
    # machine options, which mica does not use.
    for index, folder in enumerate(flag[2:] for flag in compile_flags if flag.startswith("-I")):
        inputs.append(f"include/{library.name}_{index}")
        os.symlink(folder, inputs[-1])
    rpaths = [f"-Wl,-rpath,{flag[2:]}" for flag in link_flags if flag.startswith("-L")]
    attributes = {
        "name": library.name,
        "textual_hdrs": inputs,
        "includes": inputs[1:],
        "defines": [flag[2:] for flag in compile_flags if flag.startswith("-D")],
        "linkopts": link_flags + rpaths,
        "deps": library.deps,
    }
    print("cc_library(", *[f"    {key} = {value!r}," for key, value in attributes.items() if value], ")", sep="\n", file=build)


def main() -> None:
    problems = find_problems()
    if problems:
        sys.exit("mica cannot be built with the libraries of this machine:\n  " + "\n  ".join(problems) +
                 "\nOn Debian ./bazelw installs them. Libraries elsewhere are found through PKG_CONFIG_PATH.")
    os.makedirs("versions")
    os.makedirs("include")
    os.symlink(protoc(), "protoc")
    os.symlink(CHART_JS, "chart.js")
    with open("BUILD", "w") as build:
        print('package(default_visibility = ["//visibility:public"])\n\nexports_files(["chart.js", "protoc"])\n\ncc_library(name = "random123")', file=build)
        for library in LIBRARIES:
            write_target(library, build)


if __name__ == "__main__":
    main()
