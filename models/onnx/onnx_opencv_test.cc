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

std::vector<float> LogitsOf(cv::dnn::Net* net, const cv::Mat& pictures) {
  net->setInput(pictures);
  const cv::Mat logits = net->forward();
  return {logits.ptr<float>(), logits.ptr<float>() + logits.total()};
}

class OnnxOpencvTest : public testing::TestWithParam<OnnxCase> {};

TEST_P(OnnxOpencvTest, LogitsAreThoseOfPyTorch) {
  cv::setNumThreads(1);  // the shards run side by side
  const ParityCase& parity = GetParam().parity();
  absl::StatusOr<std::string> file = EncodeCase(parity);
  ASSERT_THAT(file, IsOk());
  cv::dnn::Net net = cv::dnn::readNetFromONNX(file->data(), file->size());
  file->clear();

  const std::vector<float> batch = LogitsOf(&net, Pictures(parity, kBatch));
  const std::vector<float> single = LogitsOf(&net, Pictures(parity, 1));

  ASSERT_EQ(static_cast<int>(batch.size()), kBatch * parity.classes());
  ASSERT_EQ(static_cast<int>(single.size()), parity.classes());
  double largest = 0;
  for (const double logit : parity.logits()) largest = std::max(largest, std::abs(logit));
  for (int i = 0; i < static_cast<int>(batch.size()); ++i) {
    EXPECT_NEAR(batch[i], parity.logits(i % parity.logits_size()), 1e-4 * largest) << i;
  }
  for (size_t i = 0; i < single.size(); ++i) EXPECT_NEAR(single[i], batch[i], 1e-5 * largest) << i;
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
