// One summand of what training minimises. Supervised training has one; a semi-supervised method adds a second with its own batches, and the
// loop stays as it is.
#ifndef MICA_TRAINING_LOOP_LOSS_TERM_H_
#define MICA_TRAINING_LOOP_LOSS_TERM_H_

#include <ATen/core/Tensor.h>

#include <memory>

#include "data/loader/batch_source.h"
#include "models/classifier.h"
#include "training/loss/loss.h"

namespace mica {

struct LossValue {
  at::Tensor loss;    // f32 [], with gradient
  at::Tensor logits;  // f32 [N,C] of the labelled batch, for the running accuracy; undefined if the term does not look at it
};

// Single-thread.
class LossTerm {
 public:
  virtual ~LossTerm() = default;

  // `labelled` is the step's batch from the training split, on the model's device.
  virtual LossValue Compute(Classifier& model, const Batch& labelled) = 0;
};

// The loss of the model's logits against the labels.
class SupervisedTerm : public LossTerm {
 public:
  explicit SupervisedTerm(std::unique_ptr<Loss> loss) : loss_(std::move(loss)) {}

  LossValue Compute(Classifier& model, const Batch& labelled) override {
    const at::Tensor logits = model.forward(labelled.images);
    return {loss_->Compute(logits, labelled.labels), logits};
  }

 private:
  const std::unique_ptr<Loss> loss_;
};

}  // namespace mica

#endif  // MICA_TRAINING_LOOP_LOSS_TERM_H_
