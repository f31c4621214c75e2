// OpenCV's dnn reads ONNX files of every network of the zoo, and of lists with the other layers,
// and computes the logits of PyTorch (models/zoo/testdata/parity.py, testdata/layer_cases.py),
// whatever the number of pictures. LibTorch is not involved.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/dnn.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/testing/status_matchers.h"
#include "models/layers/layer.pb.h"
#include "models/onnx/onnx_cases.h"
#include "models/zoo/model_layers.h"

namespace mica {
namespace {

constexpr int kBatch = 4;

// The first `count` pictures; behind the last the first comes again.
cv::Mat Pictures(const ParityCase& parity, int count) {
  const std::vector<float> images = ImagesOf(parity);
  const int side = parity.side_px(), values = 3 * side * side;
  cv::Mat batch(std::vector<int>{count, 3, side, side}, CV_32F);
  for (int i = 0; i < count; ++i) std::copy_n(images.data() + i % parity.images() * values, values, batch.ptr<float>(i));
  return batch;
}

std::vector<float> OutputOf(cv::dnn::Net* net, const cv::Mat& pictures) {
  net->setInput(pictures);
  const cv::Mat output = net->forward();
  return {output.ptr<float>(), output.ptr<float>() + output.total()};
}

class OnnxOpencvTest : public testing::TestWithParam<OnnxCase> {};

TEST_P(OnnxOpencvTest, LogitsAreThoseOfPyTorch) {
  cv::setNumThreads(1);  // the shards run side by side
  const ParityCase& parity = GetParam().parity();
  absl::StatusOr<std::string> file = EncodeCase(parity);
  ASSERT_THAT(file, IsOk());
  cv::dnn::Net net = cv::dnn::readNetFromONNX(file->data(), file->size());
  file->clear();

  const std::vector<float> batch = OutputOf(&net, Pictures(parity, kBatch));
  const std::vector<float> single = OutputOf(&net, Pictures(parity, 1));

  ASSERT_EQ(static_cast<int>(batch.size()), kBatch * parity.classes());
  ASSERT_EQ(static_cast<int>(single.size()), parity.classes());
  double largest = 0;
  for (const double logit : parity.logits()) largest = std::max(largest, std::abs(logit));
  for (int i = 0; i < static_cast<int>(batch.size()); ++i) {
    EXPECT_NEAR(batch[i], parity.logits(i % parity.logits_size()), 1e-4 * largest) << i;
  }
  for (size_t i = 0; i < single.size(); ++i) EXPECT_NEAR(single[i], batch[i], 1e-5 * largest) << i;
}

OnnxCase CaseNamed(const std::string& name) {
  for (const OnnxCase& each : AllOnnxCases()) {
    if (each.name() == name) return each;
  }
  ADD_FAILURE() << "no case " << name;
  return {};
}

std::vector<double> Softmax(const double* logits, int classes) {
  std::vector<double> shares;
  double sum = 0;
  for (int i = 0; i < classes; ++i) sum += shares.emplace_back(std::exp(logits[i]));
  for (double& share : shares) share /= sum;
  return shares;
}

TEST(OnnxOptionsTest, PixelsGoInAndProbabilitiesComeOut) {
  const ParityCase parity = CaseNamed("convolution").parity();
  OnnxOptions options;
  options.softmax = true;
  options.normalisation = OnnxNormalisation{1 / 255.0, {0.5, 0.4, 0.3}, {0.2, 0.3, 0.4}};
  const absl::StatusOr<std::string> file = EncodeCase(parity, options);
  ASSERT_THAT(file, IsOk());
  cv::Mat pixels = Pictures(parity, parity.images());
  const int values = parity.side_px() * parity.side_px();
  for (int i = 0; i < static_cast<int>(pixels.total()); ++i) {
    const int channel = i / values % 3;
    float& value = pixels.ptr<float>()[i];
    value = static_cast<float>(255 * (value * options.normalisation->std[channel] + options.normalisation->mean[channel]));
  }

  cv::dnn::Net net = cv::dnn::readNetFromONNX(file->data(), file->size());
  const std::vector<float> probabilities = OutputOf(&net, pixels);

  ASSERT_EQ(static_cast<int>(probabilities.size()), parity.logits_size());
  for (int i = 0; i < parity.logits_size(); ++i) {
    const int first = i / parity.classes() * parity.classes();
    EXPECT_NEAR(probabilities[i], Softmax(parity.logits().data() + first, parity.classes())[i - first], 1e-5) << i;
  }
}

void AddKinds(absl::Span<const InferredLayer> layers, std::set<std::string>* kinds) {
  for (const InferredLayer& layer : layers) {
    kinds->insert(layer.kind);
    AddKinds(layer.layers, kinds);
  }
}

TEST(OnnxCasesTest, EveryKindOfLayerIsCompared) {
  std::set<std::string> compared, all;
  for (const OnnxCase& each : AllOnnxCases()) {
    const int64_t side = each.parity().side_px();
    const absl::StatusOr<InferredModel> model = InferModel(each.parity().model(), {3, side, side}, each.parity().classes());
    ASSERT_THAT(model, IsOk());
    AddKinds(model->layers, &compared);
  }
  const google::protobuf::OneofDescriptor* kinds = LayerConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) all.insert(kinds->field(i)->name());
  EXPECT_EQ(compared, all);
}

INSTANTIATE_TEST_SUITE_P(All, OnnxOpencvTest, testing::ValuesIn(AllOnnxCases()), [](const auto& info) { return info.param.name(); });

}  // namespace
}  // namespace mica
