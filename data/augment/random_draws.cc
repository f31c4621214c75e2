#include "data/augment/random_draws.h"

#include <algorithm>
#include <cmath>

namespace mica {
namespace {

constexpr double kPi = 3.14159265358979323846;

// For shape >= 1.
double LogGammaFromNormals(double shape, Rng* rng) {
  const double d = shape - 1. / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    double normal, unused;
    DrawNormals(rng, &normal, &unused);
    const double root = 1 + c * normal;
    const double uniform = 1 - rng->Uniform();
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(uniform) < 0.5 * normal * normal + d - d * v + d * std::log(v)) return std::log(d * v);
  }
}

}  // namespace

double DrawUniform(double min, double max, Rng* rng) {
  return min + (max - min) * rng->Uniform();
}

double DrawLogUniform(double min, double max, Rng* rng) {
  return std::exp(DrawUniform(std::log(min), std::log(max), rng));
}

bool DrawChance(double probability, Rng* rng) {
  return rng->Uniform() < probability;
}

void DrawNormals(Rng* rng, double* first, double* second) {
  const double radius = std::sqrt(-2 * std::log(1 - rng->Uniform()));
  const double angle = 2 * kPi * rng->Uniform();
  *first = radius * std::cos(angle);
  *second = radius * std::sin(angle);
}

double DrawLogGamma(double shape, Rng* rng) {
  if (shape >= 1) return LogGammaFromNormals(shape, rng);
  return LogGammaFromNormals(shape + 1, rng) + std::log(1 - rng->Uniform()) / shape;
}

void DrawDirichlet(double alpha, absl::Span<double> weights, Rng* rng) {
  for (double& weight : weights) weight = DrawLogGamma(alpha, rng);
  const double largest = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - largest);
  for (double& weight : weights) weight /= sum;
}

}  // namespace mica
