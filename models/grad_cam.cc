#include "models/grad_cam.h"

#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <optional>

#include "models/layers/token_grid.h"

namespace mica {
namespace {

// Tokens [N,T,C] as pictures [N,C,h,w]; pictures as they are.
at::Tensor AsPictures(const at::Tensor& output, const at::Tensor& images) {
  if (output.dim() == 4) return output;
  TORCH_CHECK(output.dim() == 3, "the layer's output has no places: ", output.sizes());
  const std::optional<TokenGrid> grid = TokenGridOf(output.size(1), images.size(2), images.size(3));
  TORCH_CHECK(grid.has_value(), output.size(1), " tokens are no grid");
  const at::Tensor patches = output.narrow(1, grid->first, grid->rows * grid->columns);
  return patches.transpose(1, 2).unflatten(2, {grid->rows, grid->columns});
}

// One image's largest value becomes 1; maps of zeros stay so.
at::Tensor DividedByLargest(const at::Tensor& maps) {
  const at::Tensor largest = maps.amax({1, 2}, /*keepdim=*/true);
  return maps / at::where(largest > 0, largest, at::ones_like(largest));
}

at::Tensor MapsOf(Classifier& model, const at::Tensor& images, const at::Tensor& classes, const std::string& layer) {
  const torch::AutoGradMode with_gradients(true);
  // So that there is a derivative even where no weight is trained.
  const at::Tensor leaf = images.detach().requires_grad_(true);
  at::Tensor output;
  const at::Tensor logits = model.ForwardWatched(leaf, [&](const std::string& name, const at::Tensor& value) {
    if (name == layer) output = value;
  });
  TORCH_CHECK(output.defined(), layer, " is no layer of the model");
  // In evaluation mode an image's logits do not depend on the others, so one sum serves all.
  const at::Tensor sum = logits.gather(1, classes.to(logits.device()).unsqueeze(1)).sum();
  const at::Tensor derivative = torch::autograd::grad({sum}, {output})[0];
  const at::Tensor weights = AsPictures(derivative, images).mean({2, 3}, /*keepdim=*/true);
  return DividedByLargest((weights * AsPictures(output, images)).sum(1).relu()).detach().to(at::kCPU).contiguous();
}

}  // namespace

at::Tensor GradCam(Classifier& model, const at::Tensor& images, const at::Tensor& classes, const std::string& layer) {
  const bool was_training = model.is_training();
  model.eval();
  const at::Tensor maps = MapsOf(model, images, classes, layer);
  model.train(was_training);
  return maps;
}

}  // namespace mica
