// What libmica_torch.so shows to torch_part.cc.
#include "experiments/runner/torch_part.h"

extern "C" const mica::TorchPart* MicaTorchPart() {
  static constexpr mica::TorchPart kPart = {&mica::CheckExperiment, &mica::EvaluateRun, &mica::RunExperiment};
  return &kPart;
}
