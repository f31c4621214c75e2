// Points, or vectors, in the plane: the coordinates of an embedding.
#ifndef MICA_EVAL_EMBEDDING_PLANE_POINTS_H_
#define MICA_EVAL_EMBEDDING_PLANE_POINTS_H_

#include <cstddef>
#include <vector>

namespace mica {

struct PlanePoints {
  std::vector<float> x, y;  // of equal length

  PlanePoints() = default;
  explicit PlanePoints(size_t count) : x(count), y(count) {}

  size_t size() const { return x.size(); }
};

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_PLANE_POINTS_H_
