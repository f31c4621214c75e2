#include "data/augment/border_index.h"

#include <algorithm>

namespace mica {
namespace {

// In [0, period).
int64_t Wrapped(int64_t index, int64_t period) {
  const int64_t rest = index % period;
  return rest < 0 ? rest + period : rest;
}

}  // namespace

int64_t ReflectedIndex(int64_t index, int64_t size) {
  if (size == 1) return 0;
  const int64_t period = 2 * (size - 1);
  const int64_t place = Wrapped(index, period);
  return std::min(place, period - place);
}

int64_t SymmetricIndex(int64_t index, int64_t size) {
  const int64_t place = Wrapped(index, 2 * size);
  return std::min(place, 2 * size - 1 - place);
}

int64_t EdgeIndex(int64_t index, int64_t size) {
  return std::clamp<int64_t>(index, 0, size - 1);
}

}  // namespace mica
