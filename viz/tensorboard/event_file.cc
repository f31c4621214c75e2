#include "viz/tensorboard/event_file.h"

#include <glog/logging.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "viz/tensorboard/event_record.h"
#include "viz/tensorboard/pr_curve.pb.h"
#include "viz/tensorboard/readable_utf8.h"

namespace mica {
namespace {

using tensorboard::Event;
using tensorboard::Summary;

constexpr absl::string_view kPrefix = "events.out.tfevents.";

// The time in the name of an event file; -1 for other files.
int64_t SecondOf(absl::string_view name) {
  int64_t second;
  if (!absl::ConsumePrefix(&name, kPrefix)) return -1;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, absl::MaxSplits('.', 1));
  return absl::SimpleAtoi(parts[0], &second) ? second : -1;
}

// A folder that cannot be listed cannot be written to either, which Create reports.
int64_t LastSecondIn(const std::string& folder, FileCalls& calls) {
  std::vector<std::string> names;
  calls.List(folder.c_str(), &names);
  int64_t last = -1;
  for (const std::string& name : names) last = std::max(last, SecondOf(name));
  return last;
}

std::string PlainHost(absl::string_view host) {
  std::string plain(host.substr(0, 64));
  for (char& letter : plain) {
    if (!absl::ascii_isalnum(letter) && letter != '.' && letter != '_') letter = '-';
  }
  return plain.empty() ? "localhost" : plain;
}

Event EventAt(const EventTime& time) {
  Event event;
  event.set_wall_time(time.wall_time);
  event.set_step(time.step);
  return event;
}

void SetPlugin(absl::string_view plugin, absl::string_view content, tensorboard::SummaryMetadata* metadata) {
  metadata->mutable_plugin_data()->set_plugin_name(std::string(plugin));
  metadata->mutable_plugin_data()->set_content(std::string(content));
  metadata->set_data_class(tensorboard::SummaryMetadata::TENSOR);
}

// f32 [6, thresholds]: TP, FP, TN, FN, precision, recall.
void SetCurve(const ThresholdCounts& counts, tensorboard::Tensor* tensor) {
  tensor->set_dtype(tensorboard::DT_FLOAT);
  for (const int size : {6, counts.size()}) tensor->mutable_tensor_shape()->add_dim()->set_size(size);
  for (const std::vector<int64_t>* row :
       {&counts.true_positives, &counts.false_positives, &counts.true_negatives, &counts.false_negatives}) {
    for (const int64_t count : *row) tensor->add_float_val(static_cast<float>(count));
  }
  for (int i = 0; i < counts.size(); ++i) tensor->add_float_val(static_cast<float>(counts.Precision(i)));
  for (int i = 0; i < counts.size(); ++i) tensor->add_float_val(static_cast<float>(counts.Recall(i)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Create(const std::string& folder, const EventFileStart& start, FileCalls& calls) {
  const int64_t second = std::max(static_cast<int64_t>(start.wall_time), LastSecondIn(folder, calls) + 1);
  const std::string path = absl::StrFormat("%s/%s%010d.%s.%d.0", folder, kPrefix, second, PlainHost(start.host), start.pid);
  MICA_ASSIGN_OR_RETURN(std::unique_ptr<AppendFile> appended, AppendFile::Create(path, calls));
  std::unique_ptr<EventFile> file(new EventFile(path, std::move(appended)));
  file->AddStart(start);
  const absl::Status status = file->Flush();
  if (!status.ok()) calls.Unlink(path.c_str());
  MICA_RETURN_IF_ERROR(status);
  return file;
}

// New runs say START too: one of TensorBoard's readers takes the first of a folder for no restart.
void EventFile::AddStart(const EventFileStart& start) {
  Event version = EventAt({/*step=*/0, start.wall_time});
  version.set_file_version("brain.Event:2");
  AddEvent(version);
  Event session = EventAt({start.first_step, start.wall_time});
  session.mutable_session_log()->set_status(tensorboard::SessionLog::START);
  AddEvent(session);
}

void EventFile::AddScalar(absl::string_view tag, const EventTime& time, double value) {
  Summary::Value scalar = NewValue(tag, "scalars", /*content=*/"");
  scalar.set_simple_value(static_cast<float>(value));
  AddValue(time, std::move(scalar));
}

void EventFile::AddImage(absl::string_view tag, const EventTime& time, const PngPicture& picture) {
  Summary::Value value = NewValue(tag, "images", /*content=*/"");
  tensorboard::Image* const image = value.mutable_image();
  image->set_height(picture.height_px);
  image->set_width(picture.width_px);
  image->set_colorspace(picture.channels);
  image->set_encoded(std::string(picture.bytes));
  AddValue(time, std::move(value));
}

void EventFile::AddHistogram(absl::string_view tag, const EventTime& time, const HistogramBuckets& buckets) {
  CHECK_EQ(buckets.limits.size(), buckets.counts.size());
  CHECK(!buckets.limits.empty());
  Summary::Value value = NewValue(tag, "histograms", /*content=*/"");
  tensorboard::Histogram* const histogram = value.mutable_histo();
  histogram->set_min(buckets.min);
  histogram->set_max(buckets.max);
  histogram->set_num(buckets.count);
  histogram->set_sum(buckets.sum);
  histogram->set_sum_squares(buckets.sum_squares);
  *histogram->mutable_bucket_limit() = {buckets.limits.begin(), buckets.limits.end()};
  *histogram->mutable_bucket() = {buckets.counts.begin(), buckets.counts.end()};
  AddValue(time, std::move(value));
}

void EventFile::AddText(absl::string_view tag, const EventTime& time, absl::string_view markdown) {
  Summary::Value text = NewValue(tag, "text", /*content=*/"");
  text.mutable_tensor()->set_dtype(tensorboard::DT_STRING);
  text.mutable_tensor()->mutable_tensor_shape()->add_dim()->set_size(1);
  text.mutable_tensor()->add_string_val(ReadableUtf8(markdown));
  AddValue(time, std::move(text));
}

void EventFile::AddPrCurve(absl::string_view tag, const EventTime& time, const ThresholdCounts& counts) {
  tensorboard::PrCurvePluginData content;
  content.set_num_thresholds(counts.size());
  Summary::Value curve = NewValue(tag, "pr_curves", content.SerializeAsString());
  SetCurve(counts, curve.mutable_tensor());
  AddValue(time, std::move(curve));
}

void EventFile::AddGraph(absl::Span<const GraphNode> nodes, double wall_time) {
  Event event = EventAt({/*step=*/0, wall_time});
  event.set_graph_def(MakeGraphDef(nodes).SerializeAsString());
  AddEvent(event);
}

void EventFile::AddHparamsColumns(absl::Span<const Hyperparameter> hyperparameters, absl::Span<const std::string> metric_tags,
                                  double wall_time) {
  AddValue({/*step=*/0, wall_time}, HparamsExperimentValue(hyperparameters, metric_tags));
}

void EventFile::AddHparamsSession(absl::Span<const Hyperparameter> hyperparameters, double start_time) {
  AddValue({/*step=*/0, start_time}, HparamsSessionValue(hyperparameters, start_time));
}

void EventFile::AddHparamsEnd(HparamsOutcome outcome, double end_time) {
  AddValue({/*step=*/0, end_time}, HparamsEndValue(outcome, end_time));
}

absl::Status EventFile::Flush() {
  if (!status_.ok() || buffer_.empty()) return status_;
  status_ = file_->Append(buffer_);
  buffer_.clear();
  return status_;
}

void EventFile::AddEvent(const Event& event) {
  if (status_.ok()) AppendEventRecord(event.SerializeAsString(), &buffer_);
}

void EventFile::AddValue(const EventTime& time, Summary::Value value) {
  Event event = EventAt(time);
  *event.mutable_summary()->add_value() = std::move(value);
  AddEvent(event);
}

// TensorBoard itself knows the plugins of scalars, images and histograms, by the kind of value.
Summary::Value EventFile::NewValue(absl::string_view tag, absl::string_view plugin, absl::string_view content) {
  Summary::Value value;
  value.set_tag(ReadableUtf8(tag));
  const auto [first, is_first] = plugins_.emplace(value.tag(), plugin);
  CHECK_EQ(first->second, plugin) << "the tag " << value.tag() << " has two kinds";
  if (is_first && (plugin == "text" || plugin == "pr_curves")) SetPlugin(plugin, content, value.mutable_metadata());
  return value;
}

}  // namespace mica
