#include "viz/tensorboard/hyperparameters.h"

#include "viz/tensorboard/readable_utf8.h"

namespace mica {
namespace {

using tensorboard::HparamsPluginData;
using tensorboard::HparamsValue;
using tensorboard::Summary;

// TensorBoard looks at the metadata alone, but skips values without a tensor.
Summary::Value PluginValue(absl::string_view tag, const HparamsPluginData& data) {
  Summary::Value value;
  value.set_tag(std::string(tag));
  tensorboard::SummaryMetadata* const metadata = value.mutable_metadata();
  metadata->mutable_plugin_data()->set_plugin_name("hparams");
  metadata->mutable_plugin_data()->set_content(data.SerializeAsString());
  metadata->set_data_class(tensorboard::SummaryMetadata::TENSOR);
  value.mutable_tensor()->set_dtype(tensorboard::DT_FLOAT);
  value.mutable_tensor()->mutable_tensor_shape()->add_dim()->set_size(0);
  return value;
}

tensorboard::HparamsType TypeOf(const Hyperparameter& hyperparameter) {
  if (std::holds_alternative<bool>(hyperparameter.value)) return tensorboard::DATA_TYPE_BOOL;
  if (std::holds_alternative<double>(hyperparameter.value)) return tensorboard::DATA_TYPE_FLOAT64;
  return tensorboard::DATA_TYPE_STRING;
}

HparamsValue ValueOf(const Hyperparameter& hyperparameter) {
  HparamsValue value;
  if (const auto* text = std::get_if<std::string>(&hyperparameter.value)) value.set_string_value(ReadableUtf8(*text));
  if (const auto* number = std::get_if<double>(&hyperparameter.value)) value.set_number_value(*number);
  if (const auto* truth = std::get_if<bool>(&hyperparameter.value)) value.set_bool_value(*truth);
  return value;
}

}  // namespace

Summary::Value HparamsExperimentValue(absl::Span<const Hyperparameter> hyperparameters, absl::Span<const std::string> metric_tags) {
  HparamsPluginData data;
  for (const Hyperparameter& hyperparameter : hyperparameters) {
    tensorboard::HparamsInfo* const info = data.mutable_experiment()->add_hparam_infos();
    info->set_name(ReadableUtf8(hyperparameter.name));
    info->set_type(TypeOf(hyperparameter));
  }
  for (const std::string& tag : metric_tags) {
    data.mutable_experiment()->add_metric_infos()->mutable_name()->set_tag(ReadableUtf8(tag));
  }
  return PluginValue("_hparams_/experiment", data);
}

Summary::Value HparamsSessionValue(absl::Span<const Hyperparameter> hyperparameters, double start_time) {
  HparamsPluginData data;
  tensorboard::HparamsSessionStart* const session = data.mutable_session_start_info();
  for (const Hyperparameter& hyperparameter : hyperparameters) {
    tensorboard::HparamsSessionStart::Hparam* const hparam = session->add_hparams();
    hparam->set_key(ReadableUtf8(hyperparameter.name));
    *hparam->mutable_value() = ValueOf(hyperparameter);
  }
  session->set_start_time_secs(start_time);
  return PluginValue("_hparams_/session_start_info", data);
}

Summary::Value HparamsEndValue(HparamsOutcome outcome, double end_time) {
  HparamsPluginData data;
  tensorboard::HparamsSessionEnd* const end = data.mutable_session_end_info();
  end->set_status(outcome == HparamsOutcome::kSuccess ? tensorboard::HparamsSessionEnd::STATUS_SUCCESS
                                                      : tensorboard::HparamsSessionEnd::STATUS_FAILURE);
  end->set_end_time_secs(end_time);
  return PluginValue("_hparams_/session_end_info", data);
}

}  // namespace mica
