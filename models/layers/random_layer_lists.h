// Random lists of layers, for tests that no list may break.
//   RandomLayerLists lists(/*seed=*/1);
//   const BlockConfig config = lists.Next();
// Most are within the ranges of layers, some fit together; whether one does is for ValidateLayers
// and InferLayers to say.
#ifndef MICA_MODELS_LAYERS_RANDOM_LAYER_LISTS_H_
#define MICA_MODELS_LAYERS_RANDOM_LAYER_LISTS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <random>

#include "models/layers/layer.pb.h"

namespace mica {

class RandomLayerLists {
 public:
  explicit RandomLayerLists(uint32_t seed) : random_(seed) {}

  // Ends with flatten and linear.
  BlockConfig Next();

  // 0 to `bound` - 1.
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }

 private:
  using Message = google::protobuf::Message;
  using FieldDescriptor = google::protobuf::FieldDescriptor;

  void AddLayers(Message* holder, const FieldDescriptor* field, int count, int depth);
  void FillLayer(LayerConfig* layer, int depth);
  void Fill(Message* message, int depth);
  void SetNumber(Message* message, const FieldDescriptor* field);

  std::mt19937 random_;
  int names_ = 0;
};

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_RANDOM_LAYER_LISTS_H_
