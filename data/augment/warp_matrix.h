// The matrices of warp.h, as torchvision makes them.
#ifndef MICA_DATA_AUGMENT_WARP_MATRIX_H_
#define MICA_DATA_AUGMENT_WARP_MATRIX_H_

#include <array>
#include <optional>

namespace mica {

// Where a pixel of the result comes from: x_in = m[0] x + m[1] y + m[2], y_in = m[3] x + m[4] y +
// m[5]. Both count from the middle of the picture, in pixels, right and down.
using AffineMatrix = std::array<double, 6>;

// The picture is sheared, scaled, turned about the centre and then moved: the arguments of
// torchvision's affine().
struct AffineMotion {
  double angle_degrees = 0;  // clockwise; rotate() counts the other way round
  double translate_x_px = 0;
  double translate_y_px = 0;
  double scale = 1;            // > 0
  double shear_x_degrees = 0;  // in (-90, 90)
  double shear_y_degrees = 0;
  double centre_x_px = 0;  // from the middle of the picture; -width / 2 is the left edge
  double centre_y_px = 0;
};

// torchvision's _get_inverse_affine_matrix.
AffineMatrix InverseAffineMatrix(const AffineMotion& motion);

// x_in = (c[0] x + c[1] y + c[2]) / (c[6] x + c[7] y + 1), y_in = (c[3] x + c[4] y + c[5]) / (the
// same). Both count from the upper left corner; the middle of the first pixel is 0.5, 0.5.
using PerspectiveCoefficients = std::array<double, 8>;

struct WarpPoint {
  double x = 0;
  double y = 0;

  friend bool operator==(const WarpPoint& a, const WarpPoint& b) { return a.x == b.x && a.y == b.y; }
};
using WarpCorners = std::array<WarpPoint, 4>;  // upper left, upper right, lower right, lower left

// What moves `start` to `end` (torchvision's _get_perspective_coeffs, startpoints and endpoints).
// nullopt: three of a list lie on one line, so that nothing does.
std::optional<PerspectiveCoefficients> PerspectiveBetween(const WarpCorners& start, const WarpCorners& end);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_WARP_MATRIX_H_
