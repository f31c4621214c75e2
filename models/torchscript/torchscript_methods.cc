#include "models/torchscript/torchscript_methods.h"

namespace mica {
namespace {

constexpr char kLocalResponseNorm[] = R"(
def _local_response_norm(self, picture: Tensor, size: int, scale: float, beta: float, k: float) -> Tensor:
    squares = torch.constant_pad_nd(picture * picture, [0, 0, 0, 0, size // 2, (size - 1) // 2])
    channels = torch.size(picture, 1)
    total = torch.narrow(squares, 1, 0, channels)
    for i in range(1, size):
        total = total + torch.narrow(squares, 1, i, channels)
    return picture / torch.pow(total * scale + k, beta)
)";

constexpr char kMergePatches[] = R"(
def _merge_patches(self, picture: Tensor) -> Tensor:
    even = torch.constant_pad_nd(picture, [0, torch.size(picture, 3) % 2, 0, torch.size(picture, 2) % 2])
    left = [even[:, :, 0::2, 0::2], even[:, :, 1::2, 0::2]]
    right = [even[:, :, 0::2, 1::2], even[:, :, 1::2, 1::2]]
    return torch.cat(left + right, 1)
)";

// Self-attention has no mask.
constexpr char kAttend[] = R"(
def _attend(self, tokens: Tensor, weight: Tensor, bias: Tensor, heads: int, mask: Optional[Tensor]) -> Tensor:
    batch, length, values = torch.size(tokens)
    qkv = torch.reshape(torch.linear(tokens, weight, bias), [batch, length, 3, heads, values // heads])
    query, key, value = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]))
    mixed = torch.scaled_dot_product_attention(query, key, value, mask)
    return torch.flatten(torch.transpose(mixed, 1, 2), 2)
)";

constexpr char kSelfAttention[] = R"(
def _self_attention(self, tokens: Tensor, weight: Tensor, bias: Tensor, out_weight: Tensor, out_bias: Tensor,
                    heads: int) -> Tensor:
    return torch.linear(self._attend(tokens, weight, bias, heads, None), out_weight, out_bias)
)";

// A moved picture's last windows hold pixels from opposite edges, which must not see one another.
// _parts numbers what was together before along one side: by integers that are filled in, because
// TorchScript multiplies bools by integers to bools.
constexpr char kWindowAttention[] = R"(
def _parts(self, side: int, window: int, shift: int, like: Tensor) -> Tensor:
    place = torch.arange(side, device=like.device)
    parts = torch.masked_fill(torch.zeros_like(place), torch.ge(place, side - window), 1)
    return torch.masked_fill(parts, torch.ge(place, side - shift), 2)

def _cut(self, pixels: Tensor, window: int) -> Tensor:
    batch, height, width, channels = torch.size(pixels)
    grid = torch.reshape(pixels, [batch, height // window, window, width // window, window, channels])
    return torch.reshape(torch.transpose(grid, 2, 3), [-1, window * window, channels])

def _window_attention(self, picture: Tensor, weight: Tensor, bias: Tensor, out_weight: Tensor, out_bias: Tensor,
                      table: Tensor, index: Tensor, heads: int, window: int, shift: int) -> Tensor:
    batch, channels, height, width = torch.size(picture)
    bottom, right = (window - height % window) % window, (window - width % window) % window
    pixels = torch.constant_pad_nd(torch.permute(picture, [0, 2, 3, 1]), [0, 0, 0, right, 0, bottom])
    rows, columns = height + bottom, width + right
    shift_y = 0 if rows == window else shift
    shift_x = 0 if columns == window else shift
    moved = shift_y > 0 or shift_x > 0
    if moved:
        pixels = torch.roll(pixels, [-shift_y, -shift_x], [1, 2])
    area = window * window
    mask = torch.permute(torch.reshape(torch.index_select(table, 0, index), [area, area, heads]), [2, 0, 1])
    mask = torch.unsqueeze(mask, 0)
    if moved:
        parts = torch.unsqueeze(self._parts(rows, window, shift_y, table) * 3, 1) + self._parts(columns, window, shift_x, table)
        cut = torch.flatten(self._cut(torch.reshape(parts, [1, rows, columns, 1]), window), 1)
        apart = torch.ne(torch.unsqueeze(cut, 1), torch.unsqueeze(cut, 2))
        mask = mask + torch.unsqueeze(torch.type_as(apart, mask) * -100.0, 1)
        mask = torch.repeat(mask, [batch, 1, 1, 1])
    mixed = torch.linear(self._attend(self._cut(pixels, window), weight, bias, heads, mask), out_weight, out_bias)
    grid = torch.reshape(mixed, [batch, rows // window, columns // window, window, window, channels])
    pixels = torch.reshape(torch.transpose(grid, 2, 3), [batch, rows, columns, channels])
    if moved:
        pixels = torch.roll(pixels, [shift_y, shift_x], [1, 2])
    return torch.permute(pixels[:, 0:height, 0:width], [0, 3, 1, 2])
)";

std::string SourceOf(TorchScriptMethod method) {
  switch (method) {
    case TorchScriptMethod::kLocalResponseNorm:
      return kLocalResponseNorm;
    case TorchScriptMethod::kMergePatches:
      return kMergePatches;
    case TorchScriptMethod::kSelfAttention:
      return kSelfAttention;
    case TorchScriptMethod::kWindowAttention:
      return kWindowAttention;
  }
  return "";
}

}  // namespace

std::string SourceOfMethods(const std::set<TorchScriptMethod>& methods) {
  std::string source;
  for (const TorchScriptMethod method : methods) source += SourceOf(method);
  const bool attends = methods.count(TorchScriptMethod::kSelfAttention) + methods.count(TorchScriptMethod::kWindowAttention) > 0;
  return attends ? source + kAttend : source;
}

}  // namespace mica
