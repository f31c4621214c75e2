// Where a network looks: the pixels that speak for a class, by Grad-CAM (Selvaraju et al. 2017,
// "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", equations 1
// and 2).
//   const at::Tensor maps = GradCam(*model, images, classes, "block_2");
//   maps[i]  // for image i and classes[i]
// map = ReLU(sum_c w_c A_c), divided by its largest value, where A_c is channel c of the layer's
// output and w_c the mean of the logit's derivative over A_c's pixels. So 1 is what speaks most for
// the class within one image; two images' maps have no common scale. A map is 0 everywhere if
// nothing in the layer speaks for the class.
#ifndef MICA_MODELS_GRAD_CAM_H_
#define MICA_MODELS_GRAD_CAM_H_

#include <ATen/core/Tensor.h>

#include <string>

#include "models/classifier.h"

namespace mica {

// images   f32 [N,C,H,W], as the model takes them, on its device.
// classes  i64 [N], 0 … classes-1, any device.
// layer    one that ForwardWatched tells of, with pictures or tokens as its output. Tokens stand
//          for a grid of patches, row by row (TokenGridOf), after a class token if there is one.
// returns  f32 [N,h,w] in [0,1] on the CPU; h and w are the layer's. NaN where logits or outputs
//          are not finite.
// Computed in evaluation mode; afterwards the model has its mode again, and gradients of weights
// are as they were. Throws c10::Error for a layer that is not there or has another form, our bug.
// Not to be called in c10::InferenceMode.
at::Tensor GradCam(Classifier& model, const at::Tensor& images, const at::Tensor& classes, const std::string& layer);

}  // namespace mica

#endif  // MICA_MODELS_GRAD_CAM_H_
