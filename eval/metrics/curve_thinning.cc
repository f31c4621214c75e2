#include "eval/metrics/curve_thinning.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <queue>

namespace mica {
namespace {

constexpr double kOnTheLine = 1e-9;

// Points begin … end drawn as one line, and the point between that is farthest from it.
struct Stretch {
  size_t begin, end, farthest;
  double distance;
};

bool operator<(const Stretch& a, const Stretch& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.begin > b.begin;
}

double DistanceFromLine(const CurvePoint& point, const CurvePoint& begin, const CurvePoint& end) {
  const double dx = end.x - begin.x, dy = end.y - begin.y;
  const double squared_length = dx * dx + dy * dy;
  const double along = ((point.x - begin.x) * dx + (point.y - begin.y) * dy) / squared_length;
  const double share = squared_length > 0 ? std::clamp(along, 0.0, 1.0) : 0;
  return std::hypot(point.x - begin.x - share * dx, point.y - begin.y - share * dy);
}

Stretch StretchBetween(absl::Span<const CurvePoint> curve, size_t begin, size_t end) {
  Stretch stretch = {begin, end, begin, 0};
  for (size_t i = begin + 1; i < end; ++i) {
    const double distance = DistanceFromLine(curve[i], curve[begin], curve[end]);
    if (distance <= stretch.distance) continue;
    stretch.farthest = i;
    stretch.distance = distance;
  }
  return stretch;
}

}  // namespace

std::vector<size_t> ThinnedCurve(absl::Span<const CurvePoint> curve, int max_points) {
  CHECK_GE(max_points, 2);
  if (curve.empty()) return {};
  if (curve.size() == 1) return {0};
  std::vector<size_t> kept = {0, curve.size() - 1};
  std::priority_queue<Stretch> stretches;
  stretches.push(StretchBetween(curve, 0, curve.size() - 1));
  while (static_cast<int>(kept.size()) < max_points && stretches.top().distance > kOnTheLine) {
    const Stretch widest = stretches.top();
    stretches.pop();
    kept.push_back(widest.farthest);
    stretches.push(StretchBetween(curve, widest.begin, widest.farthest));
    stretches.push(StretchBetween(curve, widest.farthest, widest.end));
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace mica
