#include "models/torchscript/torchscript_file.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/testing/status_matchers.h"
#include "models/torchscript/layer_examples.h"
#include "models/torchscript/parity_arrays.h"
#include "models/weights/load_weights.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/parity_cases.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

at::Tensor Images(const ParityCase& parity) {
  std::vector<float> values = ParityImages(parity);
  return at::from_blob(values.data(), {parity.images(), 3, parity.side_px(), parity.side_px()}).clone();
}

torch::jit::Module Load(const std::string& bytes) {
  std::istringstream file(bytes);
  return torch::jit::load(file);
}

at::Tensor LogitsOf(torch::jit::Module module, const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  return module.forward({images}).toTensor();
}

// Whether logits are equal but for rounding.
void ExpectNear(const at::Tensor& logits, const at::Tensor& expected, double tolerance) {
  ASSERT_EQ(logits.sizes(), expected.sizes());
  const double largest = expected.abs().max().item<double>();
  ASSERT_GT(largest, 0);
  EXPECT_LE((logits - expected).abs().max().item<double>() / largest, tolerance);
}

ParityCase CaseOf(const std::string& arm) {
  for (ParityCase& parity : ParityCases()) {
    if (ArmOf(parity) == arm) return std::move(parity);
  }
  ADD_FAILURE() << "no case " << arm;
  return {};
}

// A network of each family but VGG, whose layers are AlexNet's and whose weights are 0.5 GB;
// testdata/check_files.py compares all of them in Python.
class NetworkTest : public testing::TestWithParam<const char*> {};

TEST_P(NetworkTest, LogitsAreThoseOfPyTorch) {
  at::set_num_threads(1);  // the shards run side by side
  const ParityCase parity = CaseOf(GetParam());
  const ParityModel model = MakeParityModel(parity);

  const absl::StatusOr<std::string> bytes = EncodeTorchScript(model.inferred, model.arrays, {});

  ASSERT_THAT(bytes, IsOk());
  std::vector<double> logits(parity.logits().begin(), parity.logits().end());
  const at::Tensor expected = at::from_blob(logits.data(), {parity.images(), parity.classes()}, at::kDouble);
  ExpectNear(LogitsOf(Load(*bytes), Images(parity)), expected, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Zoo, NetworkTest,
                         testing::Values("alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "food_cnn", "mobilenet_v2",
                                         "mobilenet_v3_small", "regnet_y_400mf", "resnet18", "shufflenet_v2_x1_0", "squeezenet1_1",
                                         "swin_t", "vit_b_16", "vit_tiny_16"),
                         [](const auto& info) { return std::string(info.param); });

class ExampleTest : public testing::TestWithParam<LayerExample> {};

at::Tensor LogitsOfMica(const ParityModel& model, const at::Tensor& images) {
  InferredModel inferred = model.inferred;
  inferred.initialisation.Clear();
  const absl::StatusOr<std::shared_ptr<Classifier>> classifier = CreateClassifier(inferred);
  EXPECT_THAT(classifier, IsOk());
  EXPECT_THAT(LoadWeights(model.arrays, "formula", WeightsOf(**classifier)), IsOk());
  (*classifier)->eval();
  const at::NoGradGuard no_grad;
  return (*classifier)->forward(images).contiguous();
}

TEST_P(ExampleTest, LogitsAreMicasForBatchesOfAnySize) {
  const ParityModel model = MakeParityModel(GetParam().parity);
  const at::Tensor images = Images(GetParam().parity);
  const at::Tensor expected = LogitsOfMica(model, images);

  const absl::StatusOr<std::string> bytes = EncodeTorchScript(model.inferred, model.arrays, {});

  ASSERT_THAT(bytes, IsOk());
  const torch::jit::Module module = Load(*bytes);
  ExpectNear(LogitsOf(module, images), expected, 1e-5);
  ExpectNear(LogitsOf(module, images.slice(0, 0, 1)), expected.slice(0, 0, 1), 1e-5);
  ExpectNear(LogitsOf(module, at::cat({images, images})), at::cat({expected, expected}), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Layers, ExampleTest, testing::ValuesIn(LayerExamples()), [](const auto& info) { return info.param.name; });

ParityModel ResNet() {
  return MakeParityModel(CaseOf("resnet20"));
}

std::string Encoded(const ParityModel& model, const std::map<std::string, std::string>& extra_files = {}) {
  const absl::StatusOr<std::string> bytes = EncodeTorchScript(model.inferred, model.arrays, extra_files);
  EXPECT_THAT(bytes, IsOk());
  return bytes.ok() ? *bytes : "";
}

TEST(TorchScriptFileTest, TensorsHaveTheModelsNamesAndValues) {
  ParityModel model = ResNet();
  const std::string unaligned = "x" + model.bytes[0];
  model.arrays[0].bytes = absl::string_view(unaligned).substr(1);

  const torch::jit::Module module = Load(Encoded(model));

  std::map<std::string, at::Tensor> parameters, buffers;
  for (const auto& parameter : module.named_parameters()) parameters[parameter.name] = parameter.value;
  for (const auto& buffer : module.named_buffers()) buffers[buffer.name] = buffer.value;
  EXPECT_EQ(parameters.size() + buffers.size(), model.arrays.size());
  for (const ArrayView& array : model.arrays) {
    const bool is_buffer = buffers.count(array.name) > 0;
    EXPECT_EQ(is_buffer, absl::StrContains(array.name, ".running_") || absl::EndsWith(array.name, "num_batches_tracked")) << array.name;
    const at::Tensor& tensor = is_buffer ? buffers[array.name] : parameters.at(array.name);
    EXPECT_THAT(tensor.sizes().vec(), ElementsAreArray(array.shape)) << array.name;
    EXPECT_EQ(absl::string_view(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()), array.bytes) << array.name;
    EXPECT_FALSE(tensor.requires_grad()) << array.name;
  }
}

TEST(TorchScriptFileTest, StaysInEvaluationMode) {
  torch::jit::Module module = Load(Encoded(ResNet()));
  const at::Tensor images = Images(CaseOf("resnet20"));
  const at::Tensor expected = LogitsOf(module, images);

  EXPECT_FALSE(module.is_training());
  module.train();
  EXPECT_TRUE(at::equal(LogitsOf(module, images), expected));
}

// What a network of convolutions allows; mica computes the same for pictures of that size.
TEST(TorchScriptFileTest, OtherSizesOfPictures) {
  const ParityModel model = ResNet();
  const at::Tensor images = at::rand({2, 3, 45, 37});

  ExpectNear(LogitsOf(Load(Encoded(model)), images), LogitsOfMica(model, images), 1e-5);
}

TEST(TorchScriptFileTest, ConvertsToDoublesAsAWhole) {
  torch::jit::Module module = Load(Encoded(ResNet()));
  const at::Tensor images = Images(CaseOf("resnet20"));
  const at::Tensor expected = LogitsOf(module, images);

  module.to(at::kDouble);

  ExpectNear(LogitsOf(module, images.to(at::kDouble)), expected.to(at::kDouble), 1e-5);
}

TEST(TorchScriptFileTest, ExtraFilesComeBack) {
  std::istringstream file(Encoded(ResNet(), {{"classes.txt", "cat\nKöter\n"}, {"empty", ""}}));
  torch::jit::ExtraFilesMap extra = {{"classes.txt", ""}, {"empty", "not read"}};

  torch::jit::load(file, std::nullopt, extra);

  EXPECT_THAT(extra, UnorderedElementsAre(Pair("classes.txt", "cat\nKöter\n"), Pair("empty", "")));
}

TEST(TorchScriptFileTest, TheSameInputGivesTheSameBytes) {
  const ParityModel model = ResNet();
  EXPECT_TRUE(Encoded(model, {{"a", "b"}}) == Encoded(model, {{"a", "b"}}));
}

TEST(TorchScriptFileTest, WeightsThatDoNotFitAreListed) {
  ParityModel model = ResNet();
  model.arrays.push_back({"another", "U8", {1}, "x"});
  EXPECT_THAT(EncodeTorchScript(model.inferred, model.arrays, {}), IsOk());

  ArrayView& first = model.arrays[0];
  const std::string name = first.name;
  first.shape = {1, 2};
  model.arrays[1].dtype = "F16";
  const std::string last = model.arrays[model.arrays.size() - 2].name;
  model.arrays.resize(model.arrays.size() - 2);

  EXPECT_THAT(EncodeTorchScript(model.inferred, model.arrays, {}),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr(name + " is F32 [1,2]; the model has it as F32 ["), HasSubstr(" is F16 ["),
                                                 HasSubstr(last + " is missing; the model has it as F32 ["))));
}

TEST(TorchScriptFileTest, NamesOfLayersThatCannotBeAreConfigErrors) {
  ParityModel model = ResNet();
  ParityCase parity = CaseOf("resnet20");
  parity.mutable_model()->mutable_sequential()->Clear();
  const auto layer = [&] { return parity.mutable_model()->mutable_sequential()->add_layer(); };
  layer()->mutable_flatten();
  LayerConfig* const linear = layer();
  linear->mutable_linear();
  linear->set_name("import");
  model = MakeParityModel(parity);

  EXPECT_THAT(EncodeTorchScript(model.inferred, model.arrays, {}), Fails(ExitCode::kConfig, HasSubstr("\"import\"")));
}

}  // namespace
}  // namespace mica
