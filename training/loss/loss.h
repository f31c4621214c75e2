// Losses of logits against targets.
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<Loss> loss, CreateLoss(config));
//   loss->Compute(model->forward(batch.images), batch.labels).backward();
#ifndef MICA_TRAINING_LOSS_LOSS_H_
#define MICA_TRAINING_LOSS_LOSS_H_

#include <ATen/core/Tensor.h>

#include <memory>

#include "absl/status/statusor.h"
#include "training/loss/loss.pb.h"

namespace mica {

// Thread-safe.
class Loss {
 public:
  virtual ~Loss() = default;

  // logits   f32 [N,C], unnormalised, any device.
  // targets  same device: labels i64 [N], 0 … C-1, or probabilities f32 [N,C], rows that sum to 1.
  // returns  f32 [], the mean over the batch, in nats.
  // Throws c10::Error on a shape mismatch, which is our bug.
  virtual at::Tensor Compute(const at::Tensor& logits, const at::Tensor& targets) const = 0;
};

// `config` must be valid (ValidateLossConfig).
absl::StatusOr<std::unique_ptr<Loss>> CreateLoss(const LossConfig& config);

}  // namespace mica

#endif  // MICA_TRAINING_LOSS_LOSS_H_
