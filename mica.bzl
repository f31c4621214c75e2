"""Rules for mica's own code: the plain ones with the project's warnings, and units, which most of the code consists of."""

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

def _union(labels, more):
    return labels + [label for label in more if label not in labels]

def cc_unit(name, deps = [], test_deps = [], test_size = "small", test_shards = None, copts = [], testonly = False, **kwargs):
    """A header with what belongs to it: the library NAME of NAME.h and NAME.cc, the test NAME_test of NAME_test.cc.

    NAME.cc and NAME_test.cc are taken where they exist. The test sees the library, its `deps` and `test_deps`.
    """
    cc_library(name = name, srcs = native.glob([name + ".cc"]), hdrs = [name + ".h"], deps = deps, copts = copts, testonly = testonly, **kwargs)
    test = native.glob([name + "_test.cc"])
    if test:
        cc_test(name = name + "_test", srcs = test, size = test_size, shard_count = test_shards, deps = _union([":" + name] + deps, test_deps))
    elif test_deps:
        fail("%s has test_deps but no %s_test.cc" % (name, name))

def proto_unit(name, deps = [], visibility = None):
    """NAME.proto as NAME_proto (Protobuf) and NAME_cc_proto (C++). `deps` are other units' labels, without the suffix."""
    native.proto_library(name = name + "_proto", srcs = [name + ".proto"], deps = [label + "_proto" for label in deps], visibility = visibility)
    native.cc_proto_library(name = name + "_cc_proto", deps = [":" + name + "_proto"], visibility = visibility)

def config_unit(name, proto_deps = [], deps = [], test_deps = []):
    """A stage's config: NAME.proto as a proto_unit, and the unit NAME_validation, which judges it."""
    proto_unit(name, deps = proto_deps)
    cc_unit(
        name = name + "_validation",
        deps = _union([":" + name + "_cc_proto", "//base/config:config_problems", "@system//:absl"], deps),
        test_deps = _union(["//base/config:validation_table"], test_deps),
    )
