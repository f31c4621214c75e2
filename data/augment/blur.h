// Gaussian blur as torchvision.transforms.v2.functional.gaussian_blur, but by rows and columns, so
// that work grows with the kernel's side and not with its area. Sums are rounded in another order:
// now and then a value differs by 1.
#ifndef MICA_DATA_AUGMENT_BLUR_H_
#define MICA_DATA_AUGMENT_BLUR_H_

#include <vector>

#include "data/picture/picture.h"

namespace mica {

// Kept from picture to picture, so that nothing is allocated. One for each thread.
struct BlurScratch {
  Picture source;
  std::vector<float> row;
  std::vector<float> weights;  // of the middle and one side
};

// kernel_px: odd. sigma: > 0, in pixels. Beyond its edges the picture is mirrored, the edge pixel
// not repeated; as often as needed where the kernel is larger than the picture (torchvision refuses
// that).
void GaussianBlur(int kernel_px, double sigma, Picture* picture, BlurScratch* scratch);

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_BLUR_H_
