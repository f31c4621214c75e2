// Distributions over base/rng.h, for augmentation.
//   const double ratio = DrawLogUniform(3. / 4, 4. / 3, &rng);
// Each function but DrawDirichlet and DrawLogGamma takes a fixed number of words from the generator.
#ifndef MICA_DATA_AUGMENT_RANDOM_DRAWS_H_
#define MICA_DATA_AUGMENT_RANDOM_DRAWS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "base/rng.h"

namespace mica {

// [min, max), or min where they are equal.
double DrawUniform(double min, double max, Rng* rng);

// exp of a uniform logarithm; 0 < min <= max.
double DrawLogUniform(double min, double max, Rng* rng);

// True with this probability; never for 0, always for 1.
bool DrawChance(double probability, Rng* rng);

// Mean 0, deviation 1 (Box and Muller 1958). Two numbers, as they come in pairs.
void DrawNormals(Rng* rng, double* first, double* second);

// The logarithm of a number of the gamma distribution (Marsaglia and Tsang 2000), which also has one
// where a small shape makes the number itself 0. shape > 0.
double DrawLogGamma(double shape, Rng* rng);

// Weights that sum to 1, from the symmetric Dirichlet distribution. alpha >= 0.001.
void DrawDirichlet(double alpha, absl::Span<double> weights, Rng* rng);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RANDOM_DRAWS_H_
