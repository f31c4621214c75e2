#include "base/text_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mica {

std::string TextBar(double fraction, int columns) {
  static constexpr const char* kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto rounded = static_cast<int64_t>(std::lround(fraction * columns * 8));
  const int64_t eighths = fraction > 0 ? std::max<int64_t>(1, rounded) : 0;
  std::string bar;
  for (int64_t i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + kParts[eighths % 8];
}

}  // namespace mica
