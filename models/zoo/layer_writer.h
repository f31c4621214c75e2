// Writes lists of layers, one layer after the other.
//   LayerWriter model(sequential.mutable_layer());
//   model.Named("conv1").Convolution({/*channels=*/64, /*kernel=*/7, /*stride=*/2});
//   model.Named("bn1").BatchNorm();
//   LayerWriter stage = model.Named("layer1").Block();
//   stage.Relu();  // "layer1.0"
// A layer is called after its position in its list, unless Named comes before it. Kinds without a
// function here are added by Next. Torch-free; not thread-safe.
#ifndef MICA_MODELS_ZOO_LAYER_WRITER_H_
#define MICA_MODELS_ZOO_LAYER_WRITER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "models/layers/layer.pb.h"

namespace mica {

// A convolution as most networks have it: the padding keeps the size at stride 1, and there is no
// bias, as a batch norm follows.
struct ConvolutionShape {
  int channels = 0;
  int kernel = 3;
  int stride = 1;
  int groups = 1;
};

// The window of a pool.
struct PoolShape {
  int kernel = 2;
  int stride = 2;
  int padding = 0;
};

struct ResidualWriter;

// Writes into a list that it does not own and that must outlive it.
class LayerWriter {
 public:
  using List = google::protobuf::RepeatedPtrField<LayerConfig>;

  explicit LayerWriter(List* list) : list_(list) {}

  // Names the next layer. A container may be named "".
  LayerWriter& Named(absl::string_view name);

  // Adds a layer without a kind, to be filled in: Next()->mutable_gelu().
  LayerConfig* Next();

  // Returns the layer, to be changed where it is special: set_bias(true).
  Conv2dConfig* Convolution(const ConvolutionShape& shape);
  void BatchNorm() { Next()->mutable_batch_norm(); }
  BatchNormConfig* BatchNorm(double epsilon);
  void Relu() { Next()->mutable_relu(); }
  MaxPoolConfig* MaxPool(const PoolShape& shape);
  void AveragePool(const PoolShape& shape);
  void GlobalAveragePool() { Next()->mutable_global_average_pool(); }
  void Flatten() { Next()->mutable_flatten(); }
  void Dropout(double probability) { Next()->mutable_dropout()->set_probability(probability); }
  void Linear(int outputs) { Next()->mutable_linear()->set_out_features(outputs); }
  void LinearToClasses() { Next()->mutable_linear(); }

  LayerWriter Block();
  ResidualWriter Residual();

 private:
  List* list_;
  std::optional<std::string> name_;  // of the next layer
};

struct ResidualWriter {
  LayerWriter branch;
  LayerWriter shortcut;
};

// Adds branches to a concat: ConcatWriter fire(list.Named("").Next()); LayerWriter branch =
// fire.Branch();
class ConcatWriter {
 public:
  explicit ConcatWriter(LayerConfig* layer) : concat_(layer->mutable_concat()) {}

  LayerWriter Branch() { return LayerWriter(concat_->add_branch()->mutable_layer()); }

 private:
  ConcatConfig* concat_;
};

}  // namespace mica

#endif  // MICA_MODELS_ZOO_LAYER_WRITER_H_
