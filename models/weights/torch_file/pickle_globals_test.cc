#include "models/weights/torch_file/pickle_globals.h"

#include <gtest/gtest.h>

#include <utility>

namespace mica {
namespace {

TEST(PickleGlobalsTest, K10WhatRunsProgramsIsDangerous) {
  for (const auto& [module, name] :
       {std::pair("posix", "system"), std::pair("os", "popen"), std::pair("nt", "system"), std::pair("builtins", "eval"),
        std::pair("builtins", "exec"), std::pair("builtins", "getattr"), std::pair("__builtin__", "__import__"),
        std::pair("__builtin__", "apply"), std::pair("subprocess", "Popen"), std::pair("os.path", "join"),
        std::pair("importlib", "import_module"), std::pair("runpy", "_run_code"), std::pair("operator", "methodcaller"),
        std::pair("torch.hub", "load"), std::pair("numpy.testing._private.utils", "runstring"), std::pair("pickle", "loads")}) {
    EXPECT_EQ(JudgeGlobal(module, name), GlobalMeaning::kDangerous) << module << "." << name;
  }
}

TEST(PickleGlobalsTest, WhatCheckpointsOftenHoldIsNotDangerous) {
  for (const auto& [module, name] :
       {std::pair("argparse", "Namespace"), std::pair("numpy.core.multiarray", "scalar"), std::pair("numpy", "dtype"),
        std::pair("datetime", "datetime"), std::pair("builtins", "set"), std::pair("__builtin__", "object"),
        std::pair("pathlib", "PosixPath"), std::pair("torch", "FloatStorage"), std::pair("torch", "device"), std::pair("_codecs", "encode"),
        std::pair("copy_reg", "_reconstructor"), std::pair("ossaudio", "x"), std::pair("operator", "itemgetter"),
        std::pair("posixpath2", "join")}) {
    EXPECT_EQ(JudgeGlobal(module, name), GlobalMeaning::kUnknown) << module << "." << name;
  }
}

TEST(PickleGlobalsTest, DictsAndTensorsAreKnownByTheirFullName) {
  EXPECT_EQ(JudgeGlobal("collections", "OrderedDict"), GlobalMeaning::kDict);
  EXPECT_EQ(JudgeGlobal("torch._utils", "_rebuild_tensor_v2"), GlobalMeaning::kTensorMaker);
  EXPECT_EQ(JudgeGlobal("torch._tensor", "_rebuild_from_type_v2"), GlobalMeaning::kTensorMaker);
  EXPECT_EQ(JudgeGlobal("mine", "OrderedDict"), GlobalMeaning::kUnknown);
  EXPECT_EQ(JudgeGlobal("torch._utils", "_rebuild_tensor_v9"), GlobalMeaning::kUnknown);
}

}  // namespace
}  // namespace mica
