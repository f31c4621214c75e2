// A network that classifies images. Every model implements this interface; only model_factory.h
// knows which one it is.
#ifndef MICA_MODELS_CLASSIFIER_H_
#define MICA_MODELS_CLASSIFIER_H_

#include <torch/nn/module.h>

#include <functional>
#include <string>
#include <vector>

namespace mica {

// Is told a layer's name and output.
using LayerWatcher = std::function<void(const std::string& layer, const torch::Tensor& output)>;

// Single-thread, but in evaluation mode several threads may call forward() at the same time: it
// then changes nothing, and an image's logits do not depend on the other images. Parameters and
// buffers are saved under their names here.
class Classifier : public torch::nn::Module {
 public:
  // images   f32 [N,C,H,W], values in [0,1], contiguous or channels_last, on the model's device.
  // returns  logits f32 [N,classes], unnormalised, same device.
  // Throws c10::Error on any other shape, which is our bug.
  virtual torch::Tensor forward(const torch::Tensor& images) = 0;

  // The same, but computes each layer by itself and tells `watch` of its output as soon as it is
  // there, under the name it has in InferredLayer: layers that hold others after those, and not at
  // all if their own name is "". By default there are no layers to tell of.
  virtual torch::Tensor ForwardWatched(const torch::Tensor& images, const LayerWatcher& watch);

  // The batch norms with these names, and no others, use their running statistics in training too
  // from now on, and leave them as they are. Throws c10::Error for a name that is none of a batch
  // norm's. By default there are none.
  virtual void FixBatchNorms(const std::vector<std::string>& layers);
};

// Trainable weights.
int64_t CountParameters(const Classifier& model);

}  // namespace mica

#endif  // MICA_MODELS_CLASSIFIER_H_
