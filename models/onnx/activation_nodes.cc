#include "models/onnx/activation_nodes.h"

#include <cmath>

namespace mica {

std::string AddRelu6(const std::string& value, LayerNodes* nodes) {
  const std::string above = nodes->Add("Relu", {nodes->Add("Sub", {value, nodes->Constant("six", 6)})});
  return nodes->Add("Sub", {nodes->Add("Relu", {value}), above});
}

std::string AddGelu(const std::string& value, LayerNodes* nodes) {
  const std::string erf = nodes->Add("Erf", {nodes->Add("Mul", {value, nodes->Constant("root_of_half", std::sqrt(0.5))})});
  const std::string twice = nodes->Add("Mul", {value, nodes->Add("Add", {erf, nodes->Constant("one", 1)})});
  return nodes->Add("Mul", {twice, nodes->Constant("half", 0.5)});
}

std::string AddSilu(const std::string& value, LayerNodes* nodes) {
  return nodes->Add("Mul", {value, nodes->Add("Sigmoid", {value})});
}

std::string AddHardSigmoid(const std::string& value, LayerNodes* nodes) {
  return nodes->Add("HardSigmoid", {value}, {{"alpha", 1 / 6.f}, {"beta", 0.5f}});
}

std::string AddHardSwish(const std::string& value, LayerNodes* nodes) {
  return nodes->Add("Mul", {value, AddHardSigmoid(value, nodes)});
}

}  // namespace mica
