// A network that classifies images. Every model implements this interface; only model_factory.h
// knows which one it is.
#ifndef MICA_MODELS_CLASSIFIER_H_
#define MICA_MODELS_CLASSIFIER_H_

#include <torch/nn/module.h>

#include <string>
#include <vector>

namespace mica {

// Single-thread, but in evaluation mode several threads may call forward() at the same time: it
// then changes nothing, and an image's logits do not depend on the other images. Parameters and
// buffers are saved under their names here.
class Classifier : public torch::nn::Module {
 public:
  // images   f32 [N,C,H,W], values in [0,1], contiguous or channels_last, on the model's device.
  // returns  logits f32 [N,classes], unnormalised, same device.
  // Throws c10::Error on any other shape, which is our bug.
  virtual torch::Tensor forward(const torch::Tensor& images) = 0;

  // The batch norms of these names, and no others, normalise by their running statistics in
  // training too and leave those alone: layers whose parameters are frozen.
  virtual void FixBatchNorms(const std::vector<std::string>& /*layers*/) {}
};

// Trainable weights.
int64_t CountParameters(const Classifier& model);

}  // namespace mica

#endif  // MICA_MODELS_CLASSIFIER_H_
