#include "models/onnx/token_nodes.h"

#include <cmath>
#include <numeric>
#include <vector>

namespace mica {
namespace {

// What attention works on: values of shape [N, outer…, tokens, channels].
struct AttentionShape {
  std::vector<int64_t> outer;  // {} or {windows}
  int64_t tokens, channels, heads;

  int64_t head_channels() const { return channels / heads; }
};

// 0, 1, … for the batch and the outer dimensions, which stay where they are.
std::vector<int64_t> OuterOrder(const AttentionShape& shape) {
  std::vector<int64_t> order(1 + shape.outer.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// [N, outer…, tokens, channels] becomes [N, outer…, heads, tokens, values of a head], with the last
// two in the other order if `transposed`.
std::string Heads(const std::string& value, const AttentionShape& shape, bool transposed, LayerNodes* nodes) {
  std::vector<int64_t> dimensions = shape.outer, order = OuterOrder(shape);
  dimensions.insert(dimensions.end(), {shape.tokens, shape.heads, shape.head_channels()});
  const auto tokens = static_cast<int64_t>(order.size()), heads = tokens + 1, values = tokens + 2;
  order.push_back(heads);
  order.push_back(transposed ? values : tokens);
  order.push_back(transposed ? tokens : values);
  return nodes->Transpose(nodes->Reshape(value, dimensions), order);
}

std::string JoinHeads(const std::string& mixed, const AttentionShape& shape, LayerNodes* nodes) {
  std::vector<int64_t> dimensions = shape.outer, order = OuterOrder(shape);
  dimensions.insert(dimensions.end(), {shape.tokens, shape.channels});
  const auto heads = static_cast<int64_t>(order.size());
  order.insert(order.end(), {heads + 1, heads, heads + 2});
  return nodes->Reshape(nodes->Transpose(mixed, order), dimensions);
}

// `qkv` holds queries, keys and values behind one another; `bias` is added to the scores, unless it
// is empty.
std::string Attend(const std::string& qkv, const std::string& bias, const AttentionShape& shape, LayerNodes* nodes) {
  const auto last = static_cast<int64_t>(1 + shape.outer.size() + 1);
  const std::vector<std::string> parts = nodes->SplitEqually(qkv, last, 3);
  const std::string scale = nodes->Constant("scale", 1 / std::sqrt(static_cast<double>(shape.head_channels())));
  const std::string queries = nodes->Add("Mul", {Heads(parts[0], shape, /*transposed=*/false, nodes), scale});
  std::string scores = nodes->Add("MatMul", {queries, Heads(parts[1], shape, /*transposed=*/true, nodes)});
  if (!bias.empty()) scores = nodes->Add("Add", {scores, bias});
  const std::string shares = nodes->Add("Softmax", {scores}, {{"axis", last + 1}});
  return JoinHeads(nodes->Add("MatMul", {shares, Heads(parts[2], shape, /*transposed=*/false, nodes)}), shape, nodes);
}

// How a picture is cut into windows, as WindowAttentionModule does (models/network).
struct Windows {
  int64_t height, width;  // of the padded picture
  int64_t side;
  int64_t shift_y, shift_x;

  int64_t rows() const { return height / side; }
  int64_t columns() const { return width / side; }
  int64_t count() const { return rows() * columns(); }
  int64_t pixels() const { return side * side; }
  bool are_moved() const { return shift_y > 0 || shift_x > 0; }
};

int64_t RoundedUp(int64_t side, int64_t step) {
  return (side + step - 1) / step * step;
}

Windows WindowsOf(const WindowAttentionConfig& config, const LayerShape& picture) {
  const int64_t side = config.window_px(), shift = config.shift_px();
  Windows windows{RoundedUp(picture.height_px, side), RoundedUp(picture.width_px, side), side, shift, shift};
  if (windows.height == side) windows.shift_y = 0;  // a single window sees all
  if (windows.width == side) windows.shift_x = 0;
  return windows;
}

// Moves a dimension of `size` by `shift` to the front; what falls off comes back at the end.
std::string Roll(const std::string& value, int64_t dimension, int64_t size, int64_t shift, LayerNodes* nodes) {
  if (shift % size == 0) return value;
  const std::string kept = nodes->Slice(value, dimension, shift, size), moved = nodes->Slice(value, dimension, 0, shift);
  return nodes->Add("Concat", {kept, moved}, {{"axis", dimension}});
}

// [N,C,H,W] becomes [N,windows,P,C].
std::string Cut(const std::string& picture, const Windows& w, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  std::string whole = picture;
  if (w.height > shape.height_px || w.width > shape.width_px) {
    whole = nodes->Pad(picture, {0, 0, 0, 0}, {0, 0, w.height - shape.height_px, w.width - shape.width_px});
  }
  const std::string moved = Roll(Roll(whole, 2, w.height, w.shift_y, nodes), 3, w.width, w.shift_x, nodes);
  const std::string cut = nodes->Reshape(moved, {shape.channels, w.rows(), w.side, w.columns(), w.side});
  return nodes->Reshape(nodes->Transpose(cut, {0, 2, 4, 3, 5, 1}), {w.count(), w.pixels(), shape.channels});
}

// The way back.
std::string Join(const std::string& windows, const Windows& w, LayerNodes* nodes) {
  const LayerShape& shape = nodes->input();
  const std::string cut = nodes->Reshape(windows, {w.rows(), w.columns(), w.side, w.side, shape.channels});
  const std::string moved = nodes->Reshape(nodes->Transpose(cut, {0, 5, 1, 3, 2, 4}), {shape.channels, w.height, w.width});
  std::string picture = Roll(Roll(moved, 2, w.height, w.height - w.shift_y, nodes), 3, w.width, w.width - w.shift_x, nodes);
  if (w.height > shape.height_px) picture = nodes->Slice(picture, 2, 0, shape.height_px);
  return w.width > shape.width_px ? nodes->Slice(picture, 3, 0, shape.width_px) : picture;
}

// Which of a moved side's parts the place belongs to: all but the last window, the part of the last
// window that stayed in order, what came from the other edge.
int64_t PartOf(int64_t place, int64_t size, int64_t side, int64_t shift) {
  if (shift == 0 || place < size - side) return 0;
  return place < size - shift ? 1 : 2;
}

// Whether two pixels of a window were neighbours before the move.
bool AreOfOnePart(int64_t window, int64_t p, int64_t q, const Windows& w) {
  const auto part_of = [&](int64_t pixel) {
    const int64_t y = window / w.columns() * w.side + pixel / w.side, x = window % w.columns() * w.side + pixel % w.side;
    return PartOf(y, w.height, w.side, w.shift_y) * 3 + PartOf(x, w.width, w.side, w.shift_x);
  };
  return part_of(p) == part_of(q);
}

// What is added to the score of two pixels: a learnt bias that depends on the way from one to the
// other, and -100, which leaves no share, where they were no neighbours before the move.
std::string PositionBias(int64_t heads, const Windows& w, LayerNodes* nodes) {
  const int64_t pixels = w.pixels(), side = w.side;
  const FloatView table = nodes->ValuesOf("relative_position_bias_table");
  const auto bias = [&](int64_t index) {
    const int64_t q = index % pixels, p = index / pixels % pixels, head = index / pixels / pixels % heads;
    const int64_t window = index / pixels / pixels / heads;
    const int64_t dy = p / side - q / side, dx = p % side - q % side;
    const float learnt = table[((dy + side - 1) * (2 * side - 1) + dx + side - 1) * heads + head];
    return AreOfOnePart(window, p, q, w) ? learnt : learnt - 100;
  };
  std::vector<int64_t> shape = {heads, pixels, pixels};
  if (w.are_moved()) shape.insert(shape.begin(), w.count());
  return nodes->Constant("position_bias", shape, bias);
}

}  // namespace

std::string AddTokens(const std::string& picture, LayerNodes* nodes) {
  return nodes->Transpose(nodes->Reshape(picture, {nodes->input().channels, nodes->input().positions()}), {0, 2, 1});
}

std::string AddFirstToken(const std::string& tokens, LayerNodes* nodes) {
  return nodes->Add("Flatten", {nodes->Slice(tokens, /*dimension=*/1, 0, 1)}, {{"axis", int64_t{1}}});
}

std::string AddPositionEmbedding(const std::string& tokens, LayerNodes* nodes) {
  return nodes->Add("Add", {tokens, nodes->Tensor("", {nodes->input().tokens, nodes->input().channels})});
}

std::string AddSelfAttention(const SelfAttentionConfig& config, const std::string& tokens, LayerNodes* nodes) {
  const bool in_proj = config.tensor_names() == SelfAttentionConfig::IN_PROJ;
  const std::string qkv = nodes->Linear(tokens, in_proj ? "in_proj_" : "qkv.", /*has_bias=*/true);
  const AttentionShape shape = {{}, nodes->input().tokens, nodes->input().channels, config.heads()};
  return nodes->Linear(Attend(qkv, /*bias=*/"", shape, nodes), in_proj ? "out_proj." : "proj.", /*has_bias=*/true);
}

std::string AddClassToken(const std::string& tokens, LayerNodes* nodes) {
  const int64_t channels = nodes->input().channels;
  const FloatView token = nodes->ValuesOf("");
  const auto token_then_zeros = [&](int64_t i) { return i < channels ? token[i] : 0.f; };
  return nodes->Add("Add",
                    {nodes->Pad(tokens, {0, 1, 0}, {0, 0, 0}), nodes->Tensor("", {nodes->output().tokens, channels}, token_then_zeros)});
}

std::string AddWindowAttention(const WindowAttentionConfig& config, const std::string& picture, LayerNodes* nodes) {
  const Windows windows = WindowsOf(config, nodes->input());
  const std::string qkv = nodes->Linear(Cut(picture, windows, nodes), "qkv.", /*has_bias=*/true);
  const std::string bias = PositionBias(config.heads(), windows, nodes);
  const AttentionShape shape = {{windows.count()}, windows.pixels(), nodes->input().channels, config.heads()};
  return Join(nodes->Linear(Attend(qkv, bias, shape, nodes), "proj.", /*has_bias=*/true), windows, nodes);
}

}  // namespace mica
