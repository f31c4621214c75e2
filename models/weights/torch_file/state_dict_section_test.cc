#include "models/weights/torch_file/state_dict_section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_builder.h"

namespace mica {
namespace {

using testing::HasSubstr;

// A dictionary of these, as opcodes. A value is opcodes too.
std::string Dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  PickleBuilder pickle;
  pickle.Op("}(");
  for (const auto& [key, value] : entries) pickle.Text(key).Op(value);
  const std::string done = pickle.Op("u").Done();
  return done.substr(2, done.size() - 3);
}

std::string Tensor() {
  const std::string done = PickleBuilder().Tensor("FloatStorage", "0", 1, 0, {1}, {1}).Done();
  return done.substr(2, done.size() - 3);
}

std::string Object(const std::string& name, const std::string& state) {
  return absl::StrCat("cmine\n", name, "\n)\x81", state, "b");
}

// "section: a b | others", or the message.
std::string Found(const std::string& root, const std::string& wanted = "") {
  TorchContainer container;
  const std::string bytes = absl::StrCat(root, ".");
  auto pickle = ReadPickle(bytes);
  if (!pickle.ok()) return std::string(pickle.status().message());
  container.pickle = *std::move(pickle);
  const auto section = FindStateDict(container, wanted);
  if (!section.ok()) return std::string(section.status().message());
  const auto append = [](std::string* text, const FoundTensor& tensor) { absl::StrAppend(text, tensor.name); };
  return absl::StrCat(section->name, ": ", absl::StrJoin(section->tensors, " ", append), " | ", absl::StrJoin(section->others, " "));
}

TEST(StateDictSectionTest, AStateDictAtTheTopIsTakenAsItIs) {
  EXPECT_EQ(Found(Dict({{"b", Tensor()}, {"a", Tensor()}, {"epoch", "K\x01"}, {"args", Object("Args", Dict({}))}})), ": b a | ");
}

TEST(StateDictSectionTest, KnownNamesArePreferredInTheirOrder) {
  const std::string weights = Dict({{"w", Tensor()}});
  EXPECT_EQ(Found(Dict({{"ema", weights}, {"model", weights}, {"epoch", "K\x01"}})), "model: w | ema");
  EXPECT_EQ(Found(Dict({{"model", weights}, {"state_dict", weights}})), "state_dict: w | model");
  EXPECT_EQ(Found(Dict({{"rng_state", Tensor()}, {"net", weights}})), "net: w | ");
  EXPECT_EQ(Found(Dict({{"model", "N"}, {"state_dict_ema", weights}})), "state_dict_ema: w | ");
  EXPECT_EQ(Found(Dict({{"model", Dict({{"state_dict", weights}, {"name", "N"}})}})), "model.state_dict: w | ");
}

TEST(StateDictSectionTest, AnOtherSectionMayBeAskedFor) {
  const std::string weights = Dict({{"w", Tensor()}});
  const std::string average = Dict({{"module", Dict({{"v", Tensor()}})}, {"decay", "N"}});
  const std::string root = Dict({{"model", weights}, {"ema", average}, {"a.b", Dict({{"u", Tensor()}})}});
  EXPECT_EQ(Found(root, "model"), "model: w | ema.module a.b");
  EXPECT_EQ(Found(root, "ema"), "ema.module: v | model a.b");
  EXPECT_EQ(Found(root, "ema.module"), "ema.module: v | model a.b");
  EXPECT_EQ(Found(root, "a.b"), "a.b: u | model ema.module");
  EXPECT_EQ(Found(root, "ema.decay"), "there is no section \"ema.decay\" that holds tensors; there are \"model\", \"ema.module\", \"a.b\"");
  EXPECT_EQ(Found(root, "."), "there is no section \".\" that holds tensors; there are \"model\", \"ema.module\", \"a.b\"");
  EXPECT_EQ(Found("K\x01", "ema"), "there is no section \"ema\" that holds tensors");
}

TEST(StateDictSectionTest, OptimizersHoldNoWeights) {
  const std::string optimizer = Dict({{"state", Dict({{"exp_avg", Tensor()}})}, {"param_groups", "]"}});
  EXPECT_EQ(Found(Dict({{"optimizer", optimizer}, {"generator", Dict({{"w", Tensor()}})}})), "generator: w | ");
  EXPECT_THAT(Found(Dict({{"optimizer", optimizer}})), HasSubstr("holds a dictionary without tensors, of \"optimizer\""));
}

TEST(StateDictSectionTest, SeveralUnknownDictionariesGetDottedNames) {
  const std::string weights = Dict({{"w", Tensor()}});
  EXPECT_EQ(Found(Dict({{"encoder", weights}, {"decoder", Dict({{"deep", weights}, {"b", Tensor()}})}})),
            ": encoder.w decoder.deep.w decoder.b | ");
  EXPECT_EQ(Found(Dict({{"a", Dict({{"b.c", Tensor()}})}, {"a.b", Dict({{"c", Tensor()}})}})), "tensor \"a.b.c\" stands there twice");
}

TEST(StateDictSectionTest, AKeyThatStandsThereTwiceOrIsNoTextIsRefused) {
  EXPECT_EQ(Found(Dict({{"w", Tensor()}, {"w", Tensor()}})), "tensor \"w\" stands there twice");
  EXPECT_THAT(Found(absl::StrCat("}K\x01", Tensor(), "s")), HasSubstr("a tensor has a key that is no text"));
  EXPECT_EQ(Found(absl::StrCat("}(K\x01Nu(", Dict({{"w", Tensor()}}).substr(2), "")), ": w | ");
  EXPECT_THAT(Found(Dict({{"caf\xe9", Tensor()}})), HasSubstr("the name of tensor \"caf\\xe9\" is not UTF-8"));
  const std::string long_name(100000, 'n');
  EXPECT_EQ(Found(Dict({{long_name, Tensor()}})), absl::StrCat(": ", long_name, " | "));
}

TEST(StateDictSectionTest, PickledModulesAreToldByTheirClass) {
  const std::string module = Object("Net", Dict({{"_parameters", Dict({{"w", Tensor()}})}, {"_modules", Dict({})}}));
  EXPECT_EQ(Found(module), "a pickled Module (mine.Net); save model.state_dict() with torch.save");
  EXPECT_EQ(Found(Dict({{"epoch", "N"}, {"model", module}})),
            "\"model\" in it is a pickled Module (mine.Net); save model.state_dict() with torch.save");
  EXPECT_EQ(Found(Dict({{"model", module}}), "model"), "section \"model\" is a pickled Module (mine.Net); save model.state_dict()");
  const std::string of_python2 = absl::StrCat("ccopy_reg\n_reconstructor\n(cmine\nNet\nc__builtin__\nobject\nNtR",
                                              Dict({{"_parameters", "}"}, {"_modules", "}"}}), "b");
  EXPECT_THAT(Found(of_python2), HasSubstr("a pickled Module (mine.Net)"));
}

TEST(StateDictSectionTest, WhatIsThereInsteadOfWeightsIsTold) {
  EXPECT_THAT(Found(Tensor()), HasSubstr("holds a single tensor, expected a dictionary of names and tensors"));
  EXPECT_THAT(Found(absl::StrCat("](", Tensor(), "e")), HasSubstr("holds a list"));
  EXPECT_THAT(Found("N"), HasSubstr("holds a plain value"));
  EXPECT_THAT(Found("}"), HasSubstr("holds a dictionary without tensors, expected"));
  EXPECT_THAT(Found(Dict({{"a", "N"}, {"b", "N"}})), HasSubstr("holds a dictionary without tensors, of \"a\", \"b\", expected"));
  EXPECT_THAT(Found(Object("Args", "}")), HasSubstr("holds an object of mine.Args"));
}

// Each dictionary holds the one before under many names: 14^10 paths.
TEST(StateDictSectionTest, DictionariesInsideOneAnotherEndInAMessage) {
  const std::vector<std::string> names = {"model", "net", "module", "weights", "params", "ema", "network", "state_dict"};
  std::string pickle = absl::StrCat("}q", std::string(1, '\0'));
  for (char level = 0; level < 10; ++level) {
    PickleBuilder next;
    next.Op("}(");
    for (const std::string& name : names) next.Text(name).Op(absl::StrCat("h", std::string(1, level)));
    const std::string done = next.Op(absl::StrCat("uq", std::string(1, static_cast<char>(level + 1)))).Done();
    pickle += done.substr(2, done.size() - 3);
  }
  EXPECT_THAT(Found(pickle), HasSubstr("holds a dictionary without tensors"));
  const std::string itself =
      absl::StrCat("}q", std::string(1, '\0'), "(", "X\x05", std::string(3, '\0'), "modelh", std::string(1, '\0'), "u");
  EXPECT_THAT(Found(itself), HasSubstr("holds a dictionary without tensors"));
}

// Work that grows with the square of the file's size would take minutes here.
TEST(StateDictSectionTest, ManyEntriesThatShareALargeDictionaryTakeSecondsAtMost) {
  const std::string get_large = absl::StrCat("h", std::string(1, '\1')), get_key = absl::StrCat("h", std::string(1, '\2'));
  const auto repeated = [](const std::string& piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  const std::string root = absl::StrCat("(}(", repeated("NN", 300000), "uq", std::string(1, '\1'), "X\x01", std::string(3, '\0'), "kq",
                                        std::string(1, '\2'), "1}(", repeated(get_key + get_large, 300000), "u");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(Found(root), HasSubstr("holds a dictionary without tensors"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(StateDictSectionTest, ADictionaryInTwoPlacesGetsNoDottedNames) {
  const std::string shared = absl::StrCat(Dict({{"w", Tensor()}}), "q", std::string(1, '\5'));
  EXPECT_THAT(Found(Dict({{"a", Dict({{"x", shared}})}, {"b", Dict({{"y", absl::StrCat("h", std::string(1, '\5'))}})}})),
              HasSubstr("the dictionary \"b.y\" stands in two places"));
}

}  // namespace
}  // namespace mica
