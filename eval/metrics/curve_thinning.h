// Which points of a curve to keep so that its picture stays: corners go last.
//   Thinned(points, &RocPoint::false_positive_rate, &RocPoint::true_positive_rate, 200)
// Begins with the two ends and adds, again and again, the point that lies farthest from the line
// drawn so far (Douglas and Peucker 1973), until there are enough or the line is exact.
#ifndef MICA_EVAL_METRICS_CURVE_THINNING_H_
#define MICA_EVAL_METRICS_CURVE_THINNING_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

namespace mica {

struct CurvePoint {
  double x = 0;
  double y = 0;
};

// Ascending places in `curve`, the first and the last among them. Points on the line between their
// neighbours (to 1e-9) are left out even where there is room. Finite points; max_points >= 2.
std::vector<size_t> ThinnedCurve(absl::Span<const CurvePoint> curve, int max_points);

// The points that stay, where the members `x` and `y` of a point say where it is drawn.
template <typename Point>
std::vector<Point> Thinned(const std::vector<Point>& points, double Point::*x, double Point::*y, int max_points) {
  std::vector<CurvePoint> curve;
  for (const Point& point : points) curve.push_back({point.*x, point.*y});
  std::vector<Point> kept;
  for (const size_t i : ThinnedCurve(curve, max_points)) kept.push_back(points[i]);
  return kept;
}

}  // namespace mica

#endif  // MICA_EVAL_METRICS_CURVE_THINNING_H_
