// The shape of one image between two layers. Torch-free.
//   LayerShape{/*channels=*/3, 224, 224}.ToString() == "3x224x224"
#ifndef MICA_MODELS_LAYERS_LAYER_SHAPE_H_
#define MICA_MODELS_LAYERS_LAYER_SHAPE_H_

#include <cstdint>
#include <string>

namespace mica {

struct LayerShape {
  enum class Form {
    kPicture,  // channels x height x width
    kTokens,   // `tokens` rows of `channels` values
    kFlat,     // `channels` values
  };

  int64_t channels = 0;
  int64_t height_px = 1;
  int64_t width_px = 1;
  Form form = Form::kPicture;
  int64_t tokens = 1;

  static LayerShape Tokens(int64_t tokens, int64_t values);
  static LayerShape Flat(int64_t values);

  bool is_picture() const { return form == Form::kPicture; }
  bool is_flat() const { return form == Form::kFlat; }

  // Places that each hold `channels` values: pixels or tokens, 1 if flat.
  int64_t positions() const { return tokens * height_px * width_px; }
  int64_t values() const { return channels * positions(); }
  std::string ToString() const;  // "64x7x7", "197 tokens of 768 values", or "490 values"
};

bool operator==(const LayerShape& a, const LayerShape& b);
inline bool operator!=(const LayerShape& a, const LayerShape& b) {
  return !(a == b);
}

}  // namespace mica

#endif  // MICA_MODELS_LAYERS_LAYER_SHAPE_H_
