// How much of the pictures crops throw away.
//   CropLoss loss;
//   loss.Add(1 - drawn.kept_area());  // 0.25: a centre crop of the short side of 640 x 480 pixels
//   // CropLossText({{"eval_transforms", loss}}) has the line
//   // "eval_transforms  25.0 %  25.0 %  25.0 %"
#ifndef MICA_EXPERIMENTS_PREVIEW_CROP_LOSS_H_
#define MICA_EXPERIMENTS_PREVIEW_CROP_LOSS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mica {

// Of one list of transforms over many pictures. Shares of a picture's area are in [0, 1].
class CropLoss {
 public:
  // A picture that loses this share of its area.
  void Add(double lost);

  int64_t pictures() const { return pictures_; }
  double mean() const { return pictures_ == 0 ? 0 : sum_ / static_cast<double>(pictures_); }
  double least() const { return pictures_ == 0 ? 0 : least_; }
  double most() const { return most_; }

 private:
  int64_t pictures_ = 0;
  double sum_ = 0;
  double least_ = 1;
  double most_ = 0;
};

using NamedCropLosses = std::vector<std::pair<std::string, CropLoss>>;

// A line for each list of transforms.
std::string CropLossText(const NamedCropLosses& losses);

// transforms, pictures, mean_area_lost, least_area_lost, most_area_lost; shares of 1.
std::string CropLossCsv(const NamedCropLosses& losses);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_CROP_LOSS_H_
