// One summand of what training minimises. Supervised training has one; a semi-supervised method
// adds a second, and the loop does not change.
//
// Terms do not call the model. They name the images whose logits they want, and the step runs the
// images of all terms through the model together, so that batch norm sees one batch.
#ifndef MICA_TRAINING_LOSS_LOSS_TERM_H_
#define MICA_TRAINING_LOSS_LOSS_TERM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "data/batch/batch.h"
#include "training/loss/loss.h"

namespace mica {

// The step that is being taken.
struct StepClock {
  int64_t step = 0;           // of the run, from 0
  int64_t epoch = 0;          // from 1
  int64_t step_in_epoch = 0;  // from 0
};

struct TermValue {
  at::Tensor loss;  // f32 [], with gradient

  // f32 [N,C] of the labelled batch, for the running accuracy; undefined if the term has none.
  at::Tensor logits;

  // f32 [] each, without gradient, in the order of ScalarNames(). metrics.csv holds their means
  // over the epoch's steps.
  std::vector<at::Tensor> scalars;
};

// Single-thread. `labelled` is the step's batch of the training split, on the model's device.
class LossTerm {
 public:
  virtual ~LossTerm() = default;

  // What it reports of a step beside the loss: columns of metrics.csv.
  virtual std::vector<std::string> ScalarNames() const { return {}; }

  // The images whose logits it wants, f32 [M,C,H,W].
  virtual absl::StatusOr<at::Tensor> Images(const Batch& labelled, const StepClock& clock) = 0;

  // `logits` f32 [M,classes], of these images, with gradient.
  virtual TermValue Compute(const at::Tensor& logits, const Batch& labelled, const StepClock& clock) = 0;
};

// The scalar names of all terms, in order.
inline std::vector<std::string> ScalarNames(const std::vector<LossTerm*>& terms) {
  std::vector<std::string> names;
  for (const LossTerm* term : terms) {
    for (std::string& name : term->ScalarNames()) names.push_back(std::move(name));
  }
  return names;
}

// The loss of the labelled images against their targets, or against their labels if there are no
// targets.
class SupervisedTerm : public LossTerm {
 public:
  explicit SupervisedTerm(std::unique_ptr<Loss> loss) : loss_(std::move(loss)) {}

  absl::StatusOr<at::Tensor> Images(const Batch& labelled, const StepClock&) override { return labelled.images; }

  TermValue Compute(const at::Tensor& logits, const Batch& labelled, const StepClock&) override {
    return {loss_->Compute(logits, labelled.targets.defined() ? labelled.targets : labelled.labels), logits, /*scalars=*/{}};
  }

 private:
  const std::unique_ptr<Loss> loss_;
};

}  // namespace mica

#endif  // MICA_TRAINING_LOSS_LOSS_TERM_H_
