#include "data/augment/warp_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace mica {
namespace {

constexpr int kUnknowns = 8;
using Equation = std::array<double, kUnknowns + 1>;  // factors and what they sum to

double Radians(double degrees) {
  return degrees * (M_PI / 180);
}

// From the corner that a result's pixel has to the place in the source.
std::array<Equation, kUnknowns> Equations(const WarpCorners& start, const WarpCorners& end) {
  std::array<Equation, kUnknowns> equations;
  for (size_t i = 0; i < start.size(); ++i) {
    const WarpPoint& to = start[i];
    const WarpPoint& from = end[i];
    equations[2 * i] = {from.x, from.y, 1, 0, 0, 0, -to.x * from.x, -to.x * from.y, to.x};
    equations[2 * i + 1] = {0, 0, 0, from.x, from.y, 1, -to.y * from.x, -to.y * from.y, to.y};
  }
  return equations;
}

// Takes unknown `column` out of all equations but the one in its row. False: no equation tells it.
bool Eliminate(size_t column, std::array<Equation, kUnknowns>* equations) {
  const auto larger = [column](const Equation& a, const Equation& b) { return std::abs(a[column]) < std::abs(b[column]); };
  std::swap((*equations)[column], *std::max_element(equations->begin() + column, equations->end(), larger));
  const Equation& pivot = (*equations)[column];
  if (!(std::abs(pivot[column]) > 1e-9)) return false;
  for (size_t row = 0; row < equations->size(); ++row) {
    if (row == column) continue;
    const double factor = (*equations)[row][column] / pivot[column];
    for (size_t k = column; k < pivot.size(); ++k) (*equations)[row][k] -= factor * pivot[k];
  }
  return true;
}

}  // namespace

AffineMatrix InverseAffineMatrix(const AffineMotion& motion) {
  const double angle = Radians(motion.angle_degrees);
  const double shear_y = Radians(motion.shear_y_degrees);
  const double tan_x = std::tan(Radians(motion.shear_x_degrees));
  // Turned and sheared, [a b; c d], of determinant 1.
  const double a = std::cos(angle - shear_y) / std::cos(shear_y);
  const double b = -(a * tan_x + std::sin(angle));
  const double c = std::sin(angle - shear_y) / std::cos(shear_y);
  const double d = std::cos(angle) - c * tan_x;
  AffineMatrix inverse = {d / motion.scale, -b / motion.scale, 0, -c / motion.scale, a / motion.scale, 0};
  const double x = motion.centre_x_px + motion.translate_x_px;
  const double y = motion.centre_y_px + motion.translate_y_px;
  inverse[2] = motion.centre_x_px - inverse[0] * x - inverse[1] * y;
  inverse[5] = motion.centre_y_px - inverse[3] * x - inverse[4] * y;
  return inverse;
}

std::optional<PerspectiveCoefficients> PerspectiveBetween(const WarpCorners& start, const WarpCorners& end) {
  std::array<Equation, kUnknowns> equations = Equations(start, end);
  for (size_t column = 0; column < equations.size(); ++column) {
    if (!Eliminate(column, &equations)) return std::nullopt;
  }
  PerspectiveCoefficients coefficients;
  for (size_t i = 0; i < coefficients.size(); ++i) coefficients[i] = equations[i][kUnknowns] / equations[i][i];
  return coefficients;
}

}  // namespace mica
