#include "models/onnx/encode_onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/version.h"
#include "models/onnx/onnx.pb.h"
#include "models/onnx/onnx_shapes.h"
#include "models/onnx/test_weights.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr int kClasses = 2;

InferredModel ModelOf(const std::string& layers, const LayerShape& images) {
  const absl::StatusOr<InferredModel> model = InferModel(ParseTextOrDie<ModelConfig>("sequential { " + layers + " }"), images, kClasses);
  EXPECT_THAT(model, IsOk());
  return *model;
}

constexpr char kSmall[] =
    "layer { name: 'conv' conv2d { out_channels: 4 } } layer { name: 'bn' batch_norm {} } layer { name: 'pool' global_average_pool {} } "
    "layer { name: 'fc' linear {} }";
const LayerShape kImages = {/*channels=*/3, 5, 6};

onnx::ModelProto Encoded(const InferredModel& model, const OnnxOptions& options = {}) {
  const TestWeights weights(model.layers);
  const absl::StatusOr<std::string> bytes = EncodeOnnx(model, weights.arrays, options);
  EXPECT_THAT(bytes, IsOk());
  onnx::ModelProto file;
  EXPECT_TRUE(file.ParseFromString(*bytes));
  EXPECT_THAT(ShapesOf(file.graph(), /*batch=*/3), IsOk());
  return file;
}

const onnx::TensorProto& TensorNamed(const std::string& name, const onnx::ModelProto& file) {
  for (const onnx::TensorProto& tensor : file.graph().initializer()) {
    if (tensor.name() == name) return tensor;
  }
  ADD_FAILURE() << "no tensor " << name;
  return onnx::TensorProto::default_instance();
}

std::vector<float> FloatsOf(const onnx::TensorProto& tensor) {
  EXPECT_EQ(tensor.data_type(), onnx::TensorProto::FLOAT);
  std::vector<float> values(tensor.raw_data().size() / sizeof(float));
  std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
  return values;
}

std::vector<std::string> OperatorsOf(const onnx::ModelProto& file) {
  std::vector<std::string> operators;
  for (const onnx::NodeProto& node : file.graph().node()) operators.push_back(node.op_type());
  return operators;
}

TEST(EncodeOnnxTest, FileSaysWhatItIs) {
  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages));

  EXPECT_EQ(file.ir_version(), 7);
  ASSERT_EQ(file.opset_import_size(), 1);
  EXPECT_EQ(file.opset_import(0).domain(), "");
  EXPECT_EQ(file.opset_import(0).version(), 13);
  EXPECT_EQ(file.producer_name(), "mica");
  EXPECT_EQ(file.producer_version(), kVersion);
  EXPECT_THAT(OperatorsOf(file), ElementsAre("Conv", "BatchNormalization", "GlobalAveragePool", "Flatten", "Gemm"));
}

TEST(EncodeOnnxTest, AnyNumberOfImagesGoesIn) {
  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages));

  ASSERT_EQ(file.graph().input_size(), 1);
  const onnx::ValueInfoProto& input = file.graph().input(0);
  EXPECT_EQ(input.name(), "images");
  EXPECT_EQ(input.type().tensor_type().shape().dim(0).dim_param(), "N");
  for (const int64_t batch : {1, 7}) {
    const absl::StatusOr<OnnxShapes> shapes = ShapesOf(file.graph(), batch);
    ASSERT_THAT(shapes, IsOk());
    EXPECT_THAT(shapes->at("images"), ElementsAre(batch, 3, 5, 6));
    EXPECT_THAT(shapes->at("conv/Conv"), ElementsAre(batch, 4, 3, 4));
    EXPECT_THAT(shapes->at("logits"), ElementsAre(batch, kClasses));
  }
}

// Of the bytes themselves, by the field numbers that ONNX publishes.
TEST(EncodeOnnxTest, BytesAreThoseOfTheFormat) {
  const InferredModel model = ModelOf(kSmall, kImages);
  const TestWeights weights(model.layers);
  const absl::StatusOr<std::string> bytes = EncodeOnnx(model, weights.arrays);
  ASSERT_THAT(bytes, IsOk());
  // ir_version (1) 7, producer_name (2) of 4 bytes.
  EXPECT_EQ(bytes->substr(0, 8), "\x08\x07\x12\x04mica");
  // The end: opset_import (8) of domain (1) "" and version (2) 13.
  EXPECT_EQ(bytes->substr(bytes->size() - 6), std::string("\x42\x04\x0a\x00\x10\x0d", 6));
  // A tensor: dims (1) 2, data_type (2) 1, name (8) of 7 letters, raw_data (9) of 8 bytes.
  EXPECT_THAT(*bytes, HasSubstr(std::string("\x08\x02\x10\x01\x42\x07"
                                            "fc.bias\x4a\x08",
                                            15)));
}

TEST(EncodeOnnxTest, TensorsKeepNamesAndValues) {
  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages));

  std::vector<std::string> names;
  for (const onnx::TensorProto& tensor : file.graph().initializer()) names.push_back(tensor.name());
  EXPECT_THAT(names,
              ElementsAre("conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight", "fc.bias"));
  EXPECT_THAT(TensorNamed("conv.weight", file).dims(), ElementsAre(4, 3, 3, 3));
  EXPECT_THAT(FloatsOf(TensorNamed("bn.running_var", file)), ElementsAre(0, 0.125, 0.25, 0.375));
}

TEST(EncodeOnnxTest, WeightsOverTokensAreTransposed) {
  const onnx::ModelProto file = Encoded(
      ModelOf("layer { name: 't' tokens {} } layer { name: 'fc' linear {} } layer { name: 'mean' global_average_pool {} }", {3, 2, 2}));

  EXPECT_THAT(TensorNamed("fc.weight", file).dims(), ElementsAre(3, 2));
  EXPECT_THAT(FloatsOf(TensorNamed("fc.weight", file)), ElementsAre(0, 0.375, 0.125, 0.5, 0.25, 0.625));
}

TEST(EncodeOnnxTest, ClassTokenIsFollowedByZeros) {
  const onnx::ModelProto file =
      Encoded(ModelOf("layer { name: 't' tokens {} } layer { name: 'cls' class_token {} } layer { name: 'first' first_token {} } "
                      "layer { name: 'fc' linear {} }",
                      {3, 1, 2}));

  EXPECT_THAT(TensorNamed("cls", file).dims(), ElementsAre(3, 3));
  EXPECT_THAT(FloatsOf(TensorNamed("cls", file)), ElementsAre(0, 0.125, 0.25, 0, 0, 0, 0, 0, 0));
}

TEST(EncodeOnnxTest, LayersWithoutEffectInEvaluationLeaveNoNode) {
  const onnx::ModelProto file =
      Encoded(ModelOf("layer { dropout {} } layer { flatten {} } layer { linear {} } layer { dropout {} } layer { flatten {} }", kImages));

  EXPECT_THAT(OperatorsOf(file), ElementsAre("Flatten", "Gemm"));
  EXPECT_EQ(file.graph().node(1).output(0), "logits");
}

TEST(EncodeOnnxTest, NormalisationStandsInFront) {
  OnnxOptions options;
  options.normalisation = OnnxNormalisation{1 / 255.0, {0.5, 0.25, 0}, {0.5, 0.125, 1}};

  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages), options);

  EXPECT_THAT(file.graph().node(0).input(), ElementsAre("images", "normalisation/factor"));
  EXPECT_THAT(FloatsOf(TensorNamed("normalisation/factor", file)), ElementsAre(2 / 255.f, 8 / 255.f, 1 / 255.f));
  EXPECT_THAT(FloatsOf(TensorNamed("normalisation/offset", file)), ElementsAre(-1, -2, 0));
  EXPECT_EQ(file.graph().node(2).input(0), "normalisation/Add");
}

TEST(EncodeOnnxTest, SoftmaxGivesProbabilities) {
  OnnxOptions options;
  options.softmax = true;

  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages), options);

  EXPECT_EQ(OperatorsOf(file).back(), "Softmax");
  ASSERT_EQ(file.graph().output_size(), 1);
  EXPECT_EQ(file.graph().output(0).name(), "probabilities");
}

TEST(EncodeOnnxTest, MetadataIsStoredInOrder) {
  OnnxOptions options;
  options.metadata = {{"preprocessing", "resize 32"}, {"classes", "K\xc3\xa4se\nBrot"}};

  const onnx::ModelProto file = Encoded(ModelOf(kSmall, kImages), options);

  std::vector<std::pair<std::string, std::string>> stored;
  for (const onnx::StringStringEntryProto& entry : file.metadata_props()) stored.emplace_back(entry.key(), entry.value());
  EXPECT_THAT(stored, ElementsAre(Pair("classes", "K\xc3\xa4se\nBrot"), Pair("preprocessing", "resize 32")));
}

TEST(EncodeOnnxTest, EqualModelsGiveEqualBytes) {
  const InferredModel model = ModelOf(kSmall, kImages);
  const TestWeights weights(model.layers);
  OnnxOptions options;
  options.metadata = {{"a", "1"}, {"b", "2"}};
  EXPECT_EQ(*EncodeOnnx(model, weights.arrays, options), *EncodeOnnx(model, weights.arrays, options));
}

TEST(EncodeOnnxTest, NamesEveryWeightThatDoesNotFit) {
  const InferredModel model = ModelOf(kSmall, kImages);
  TestWeights weights(model.layers);
  weights.arrays[0].shape = {4, 3, 9};
  weights.arrays[1].dtype = "F16";
  weights.arrays[2].bytes.remove_suffix(1);
  weights.arrays[3].name = "bn.Bias";
  weights.arrays.push_back({"bn.num_batches_tracked", "I64", {}, "12345678"});

  EXPECT_THAT(EncodeOnnx(model, weights.arrays), Fails(ExitCode::kCheckpoint,
                                                       "weight \"conv.weight\" is [4,3,9], the model needs [4,3,3,3]\n"
                                                       "weight \"conv.bias\" is F16, the model needs F32\n"
                                                       "weight \"bn.weight\" holds 15 bytes, its shape [4] needs 16\n"
                                                       "weight \"bn.bias\" is missing, the model needs [4]"));
}

TEST(EncodeOnnxTest, RefusesOptionsThatDoNotFit) {
  const InferredModel model = ModelOf(kSmall, kImages);
  const TestWeights weights(model.layers);
  const auto with = [&](const OnnxNormalisation& normalisation) {
    OnnxOptions options;
    options.normalisation = normalisation;
    return EncodeOnnx(model, weights.arrays, options);
  };
  EXPECT_THAT(with({1, {0, 0}, {1, 1}}), Fails(ExitCode::kInternal, HasSubstr("2 means and 2 deviations, the images have 3 channels")));
  EXPECT_THAT(with({1, {0, 0, 0}, {1, 0, 1}}), Fails(ExitCode::kInternal, HasSubstr("above 0")));
  EXPECT_THAT(with({1, {0, 0, 0}, {1, 1e-320, 1}}), Fails(ExitCode::kInternal, HasSubstr("above 0")));
  EXPECT_THAT(with({1, {0, std::nan(""), 0}, {1, 1, 1}}), Fails(ExitCode::kInternal, HasSubstr("finite")));
  EXPECT_THAT(with({std::numeric_limits<double>::infinity(), {0, 0, 0}, {1, 1, 1}}), Fails(ExitCode::kInternal, HasSubstr("finite")));
  OnnxOptions options;
  options.metadata["class"] = "caf\xe9";
  EXPECT_THAT(EncodeOnnx(model, weights.arrays, options), Fails(ExitCode::kInternal, HasSubstr("metadata \"class\" is not UTF-8")));
}

// Memory of which nothing is used as long as nobody reads it.
class ReservedBytes {
 public:
  explicit ReservedBytes(size_t size)
      : size_(size), bytes_(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {}
  ~ReservedBytes() { munmap(bytes_, size_); }

  absl::string_view view() const { return {static_cast<const char*>(bytes_), size_}; }

 private:
  const size_t size_;
  void* const bytes_;
};

// PROT_NONE: reading a weight would end the test.
TEST(EncodeOnnxTest, RefusesTooManyWeightsBeforeItReadsThem) {
  const InferredModel model =
      ModelOf("layer { flatten {} } layer { name: 'fc' linear { out_features: 600000 bias: false } } layer { name: 'end' linear {} }",
              {1000, 1, 1});
  const ReservedBytes large(size_t{4} * 600000 * 1000);
  const std::vector<float> end(2 * 600000), bias(2);
  const auto bytes = [](const std::vector<float>& values) {
    return absl::string_view(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  };
  const std::vector<ArrayView> weights = {{"fc.weight", "F32", {600000, 1000}, large.view()},
                                          {"end.weight", "F32", {2, 600000}, bytes(end)},
                                          {"end.bias", "F32", {2}, bytes(bias)}};
  EXPECT_THAT(EncodeOnnx(model, weights),
              Fails(ExitCode::kOutput, AllOf(HasSubstr("would take 2404800008 bytes"), HasSubstr("2147483647"), HasSubstr("safetensors"))));
}

// 1024 heads x 4096 x 4096 pixels of a window, four bytes each.
TEST(EncodeOnnxTest, RefusesTooLargeConstantsBeforeItComputesThem) {
  const InferredModel model =
      ModelOf("layer { name: 'a' window_attention { heads: 1024 window_px: 64 } } layer { global_average_pool {} } layer { linear {} }",
              {1024, 1, 1});
  const TestWeights weights(model.layers);
  EXPECT_THAT(EncodeOnnx(model, weights.arrays), Fails(ExitCode::kOutput, HasSubstr("would take 68")));
}

}  // namespace
}  // namespace mica
