"""Rules for mica's own code: the plain ones with the project's warnings, and units, which make up
most of the code."""

# One warning set for all of our code. Headers of other libraries come in as system headers and stay
# silent.
MICA_COPTS = ["-Wall", "-Wextra", "-Werror=switch", "-Werror=return-type"]

# For files that call at::parallel_for, a template that uses one thread without it. LibTorch brings
# the OpenMP library.
OPENMP_COPTS = ["-fopenmp"]

def cc_library(copts = [], **kwargs):
    native.cc_library(copts = MICA_COPTS + copts, **kwargs)

def cc_binary(copts = [], linkopts = [], **kwargs):
    # Each library links what it needs itself, so a program loads only what it uses. Not for tests:
    # they are linked from parts, and the linker does not see what those need.
    native.cc_binary(copts = MICA_COPTS + copts, linkopts = ["-Wl,--as-needed"] + linkopts, **kwargs)

def cc_test(name, deps, copts = [], size = "small", **kwargs):
    # A test file is compiled about as often as it runs: -O1 takes a quarter less time for it than
    # -O2, five minutes of all tests on 2 cores.
    native.cc_test(name = name, copts = MICA_COPTS + ["-O1"] + copts, size = size, deps = deps + ["@system//:gtest_main"], **kwargs)

def _union(labels, more):
    return labels + [label for label in more if label not in labels]

def cc_unit(name, deps = [], test = True, test_deps = [], test_size = "small", test_shards = None, copts = [], testonly = False, **kwargs):
    """A header and its files: the library NAME of NAME.h and NAME.cc, the test of NAME_test.cc.

    NAME.cc is used if it exists. The test NAME_test sees the library, its `deps` and `test_deps`. A
    unit without one says `test = False`, so that no test is missing without a word.
    """
    cc_library(name = name, srcs = native.glob([name + ".cc"]), hdrs = [name + ".h"], deps = deps, copts = copts, testonly = testonly, **kwargs)
    if test != bool(native.glob([name + "_test.cc"])):
        fail("%s: %s_test.cc %s" % (name, name, "is missing; write it, or test = False" if test else "exists, so drop test = False"))
    if test:
        cc_test(
            name = name + "_test",
            srcs = [name + "_test.cc"],
            size = test_size,
            shard_count = test_shards,
            deps = _union([":" + name] + deps, test_deps),
        )

def proto_unit(name, deps = [], visibility = None):
    """NAME.proto as NAME_proto (Protobuf) and NAME_cc_proto (C++).

    `deps` are other units' labels, without the suffix.
    """
    native.proto_library(name = name + "_proto", srcs = [name + ".proto"], deps = [label + "_proto" for label in deps], visibility = visibility)
    native.cc_proto_library(name = name + "_cc_proto", deps = [":" + name + "_proto"], visibility = visibility)

def config_unit(name, proto_deps = [], deps = [], test_deps = []):
    """A stage's config: NAME.proto as a proto_unit, and its checks, the unit NAME_validation."""
    proto_unit(name, deps = proto_deps)
    cc_unit(
        name = name + "_validation",
        deps = _union([":" + name + "_cc_proto", "//base/config:config_problems", "@system//:absl"], deps),
        test_deps = _union(["//base/config:validation_table"], test_deps),
    )
