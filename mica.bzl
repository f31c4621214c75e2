"""Rules for mica's own code: the plain ones with the project's warnings."""

# One warning set for all of our code; headers of other libraries come in as system headers and stay silent.
MICA_COPTS = ["-Wall", "-Wextra", "-Werror=switch", "-Werror=return-type"]

# For files that call at::parallel_for, a template that computes in one thread without it. LibTorch brings the OpenMP library.
OPENMP_COPTS = ["-fopenmp"]

def cc_library(copts = [], **kwargs):
    native.cc_library(copts = MICA_COPTS + copts, **kwargs)

def cc_binary(copts = [], linkopts = [], **kwargs):
    # A library brings all that it may need itself; a program loads only what it uses. Not for tests: theirs are linked from parts, whose
    # needs the linker does not see.
    native.cc_binary(copts = MICA_COPTS + copts, linkopts = ["-Wl,--as-needed"] + linkopts, **kwargs)

def cc_test(name, deps, copts = [], size = "small", **kwargs):
    native.cc_test(name = name, copts = MICA_COPTS + copts, size = size, deps = deps + ["@system//:gtest_main"], **kwargs)

def proto_unit(name, deps = [], visibility = None):
    """NAME.proto as NAME_proto (Protobuf) and NAME_cc_proto (C++). `deps` are other units' labels, without the suffix."""
    native.proto_library(name = name + "_proto", srcs = [name + ".proto"], deps = [label + "_proto" for label in deps], visibility = visibility)
    native.cc_proto_library(name = name + "_cc_proto", deps = [":" + name + "_proto"], visibility = visibility)
