// Chooses the network, the size of its images and the number of epochs, so that training ends in
// about the time that somebody waits for.
//   const NetworkChoice choice = ChooseNetwork(task, /*pretrained=*/nullptr);
//   choice.seconds   // 512, on two CPU cores
// The rule: of the networks, cheap to dear, the last whose training takes at most the budget. Cost
// is counted in multiply-adds of a forward pass, to which depthwise convolutions add for their values; a
// training step takes three times as many. The
// measured rates are those of docs/performance.md, halved for processors with AVX2 alone.
#ifndef MICA_EXPERIMENTS_PROPOSAL_NETWORK_CHOICE_H_
#define MICA_EXPERIMENTS_PROPOSAL_NETWORK_CHOICE_H_

#include <cstdint>

#include "data/picture/picture_region.h"
#include "models/model.pb.h"
#include "models/zoo/pretrained_network.h"

namespace mica {

struct TrainingTask {
  int64_t train = 0;      // samples
  int64_t evaluated = 0;  // samples that each epoch evaluates
  int classes = 2;
  int channels = 3;
  PictureSize picture;        // the median
  bool keeps_size = false;    // pictures are small and of one size: they stay as they are
  double decoded_pixels = 0;  // of a picture; 0: nothing is decoded
};

struct NetworkChoice {
  ModelConfig model;
  PictureSize image;
  int epochs = 0;
  bool trains_head_alone = false;  // of a pretrained network
  double multiply_adds = 0;        // of an image
  double work = 0;                 // of an image: the time of so many multiply-adds of ResNet-18
  double seconds = 0;              // of the training, on two CPU cores
  double budget_seconds = 0;
  bool is_in_time = true;  // the cheapest takes longer if not
};

// Seconds for so many epochs of a network; `work` is NetworkChoice's. Pure.
double TrainingSeconds(const TrainingTask& task, double work, int epochs, bool trains_head_alone);

// 600 s for up to 10,000 samples, then in proportion to the root of their number, at most an hour.
// Pure.
double BudgetSeconds(int64_t samples);

// `pretrained` may be null: then a ResNet-9 of 16 to 32 channels for images of 32 to 96 pixels, or,
// with 2,000 samples and pictures of that size, a ResNet-18 for 128 to 224. A pretrained network
// gets images of its published size, 5/7 or 4/7 of it if it knows ImageNet, else of 96 to 32; where none of them
// is in time, the head alone is trained. Pure.
NetworkChoice ChooseNetwork(const TrainingTask& task, const PretrainedNetwork* pretrained);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_NETWORK_CHOICE_H_
