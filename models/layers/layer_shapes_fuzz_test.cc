// Random lists of layers: none crashes, and what is inferred is consistent in itself.
#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "models/layers/kept_values.h"
#include "models/layers/layer_shapes.h"
#include "models/layers/layer_validation.h"
#include "models/layers/memory_need.h"

namespace mica {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kClasses = 10;

// Fills messages with values that are mostly within the ranges of layers.
class RandomLists {
 public:
  explicit RandomLists(uint32_t seed) : random_(seed) {}

  BlockConfig Next() {
    names_ = 0;
    BlockConfig config;
    AddLayers(&config, config.GetDescriptor()->FindFieldByName("layer"), 1 + Below(6), /*depth=*/0);
    for (const char* end : {"flatten", "linear"}) {
      LayerConfig* layer = config.add_layer();
      layer->set_name(end);
      layer->GetReflection()->MutableMessage(layer, LayerConfig::descriptor()->FindFieldByName(end));
    }
    return config;
  }

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }

 private:
  void AddLayers(Message* holder, const FieldDescriptor* field, int count, int depth) {
    for (int i = 0; i < count; ++i) FillLayer(static_cast<LayerConfig*>(holder->GetReflection()->AddMessage(holder, field)), depth);
  }

  void FillLayer(LayerConfig* layer, int depth) {
    const auto* kinds = LayerConfig::descriptor()->FindOneofByName("kind");
    const FieldDescriptor* kind = kinds->field(Below(kinds->field_count()));
    layer->set_name(Below(8) == 0 ? "" : absl::StrCat("n", names_++));
    Fill(layer->GetReflection()->MutableMessage(layer, kind), depth);
  }

  void Fill(Message* message, int depth) {
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message->GetDescriptor()->field(i);
      if (field->message_type() == LayerConfig::descriptor()) {
        AddLayers(message, field, depth > 2 ? 0 : Below(4), depth + 1);
      } else if (field->is_repeated()) {  // branches
        for (int n = Below(4); n > 0; --n) Fill(message->GetReflection()->AddMessage(message, field), depth);
      } else if (!field->has_default_value() || Below(3) == 0) {
        SetNumber(message, field);
      }
    }
  }

  void SetNumber(Message* message, const FieldDescriptor* field) {
    static const std::vector<int> kNumbers = {1, 1, 2, 2, 3, 4, 6, 8, 12, 0, 65536};
    const Reflection* reflection = message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection->SetInt32(message, field, kNumbers[Below(static_cast<int>(kNumbers.size()))]);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection->SetDouble(message, field, 0.5);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection->SetBool(message, field, Below(2) == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->SetEnumValue(message, field, field->enum_type()->value(Below(field->enum_type()->value_count()))->number());
      default:
        FAIL() << field->full_name() << " is of a type that this test does not know";
    }
  }

  std::mt19937 random_;
  int names_ = 0;
};

bool IsValid(const BlockConfig& config) {
  ConfigProblems problems;
  ValidateLayers(config.layer(), "m", &problems);
  return !problems.has_errors();
}

void ExpectSums(const InferredLayer& layer) {
  if (layer.layers.empty()) return;
  int64_t parameters = 0, multiply_adds = 0;
  for (const InferredLayer* leaf : LeavesOf(layer.layers)) {
    parameters += leaf->parameters;
    multiply_adds += leaf->multiply_adds;
  }
  EXPECT_EQ(layer.parameters, parameters);
  EXPECT_EQ(layer.multiply_adds, multiply_adds);
  EXPECT_EQ(layer.activations, TotalOf(layer.layers).activations + (layer.kind == "block" ? 0 : layer.output.values()));
  for (const InferredLayer& inside : layer.layers) ExpectSums(inside);
}

void ExpectConsistent(const BlockConfig& config, const std::vector<InferredLayer>& layers) {
  int64_t parameters = 0, tensors = 0;
  std::set<std::string> names;
  for (const InferredLayer* leaf : LeavesOf(layers)) {
    EXPECT_GE(leaf->multiply_adds, 0);
    EXPECT_EQ(leaf->activations, leaf->output.values());
    for (const LayerTensor& tensor : leaf->tensors) {
      EXPECT_TRUE(names.insert(tensor.name).second) << tensor.name;
      tensors += tensor.size();
      if (tensor.is_parameter()) parameters += tensor.size();
    }
  }
  EXPECT_EQ(TotalOf(layers).parameters, parameters);
  EXPECT_EQ(NeedOfWeights(layers).fixed_bytes, 4 * tensors);
  EXPECT_EQ(layers.back().output.ToString(), LayerShape::Flat(kClasses).ToString());
  for (size_t i = 1; i < layers.size(); ++i) EXPECT_EQ(layers[i].input, layers[i - 1].output);
  for (const InferredLayer& layer : layers) ExpectSums(layer);
  EXPECT_EQ(KeptValues(config.layer(), layers).size(), LeavesOf(layers).size());
}

TEST(LayerShapesFuzzTest, RandomListsAreInferredOrRefused) {
  RandomLists lists(/*seed=*/1);
  int inferred = 0, refused = 0, invalid = 0;
  for (int i = 0; i < 20000; ++i) {
    const BlockConfig config = lists.Next();
    const LayerShape input = {1 + lists.Below(12), 1 + lists.Below(40), 1 + lists.Below(40)};
    SCOPED_TRACE(config.ShortDebugString());
    if (!IsValid(config)) {
      ++invalid;
      continue;
    }
    const auto layers = InferLayers(config.layer(), i % 2 == 0 ? "m" : "", input, kClasses);
    if (layers.ok()) {
      ++inferred;
      ExpectConsistent(config, *layers);
    } else {
      ++refused;
      EXPECT_EQ(ExitCodeOf(layers.status()), ExitCode::kConfig);
      const std::vector<std::string> lines = absl::StrSplit(layers.status().message(), '\n');
      EXPECT_EQ(FieldsOf(layers.status()).size(), lines.size());
    }
    if (HasFailure()) return;
  }
  // All ends are reached often.
  EXPECT_GT(inferred, 500);
  EXPECT_GT(refused, 500);
  EXPECT_GT(invalid, 500);
}

}  // namespace
}  // namespace mica
