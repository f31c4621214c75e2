// A run's events for TensorBoard: scalars, pictures, histograms, texts, curves, the network, and
// hyperparameters.
//   EventFileStart start;
//   start.wall_time = now; start.host = "box"; start.pid = getpid();
//   MICA_ASSIGN_OR_RETURN(const std::unique_ptr<EventFile> file, EventFile::Create(folder, start));
//   file->AddScalar("Loss/train", {epoch, now}, 0.412);
//   MICA_RETURN_IF_ERROR(file->Flush());  // after each epoch
// Then `tensorboard --logdir runs` shows it; each folder with event files is a run of its own.
//
// Events stay in memory until Flush, which writes them at once, and are lost if it is not called.
// It does not fsync: a power cut may cost the last epochs, which metrics.csv has. 50 scalars and
// their Flush take some 0.03 ms.
//
// After a kill the last record may be cut off, and TensorBoard reads nothing behind it. So no file
// is ever appended to: a resumed run makes a new one, with `first_step`.
//
// Tags and texts may hold any bytes; those that are not UTF-8 become U+FFFD. A tag keeps its kind:
// the same for a scalar and a text is a bug of ours. Single-thread. Torch-free.
#ifndef MICA_VIZ_TENSORBOARD_EVENT_FILE_H_
#define MICA_VIZ_TENSORBOARD_EVENT_FILE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "viz/tensorboard/event.pb.h"
#include "viz/tensorboard/graph_node.h"
#include "viz/tensorboard/histogram_buckets.h"
#include "viz/tensorboard/hyperparameters.h"
#include "viz/tensorboard/threshold_counts.h"

namespace mica {

// Who begins a file, and when: events.out.tfevents.1600000000.HOST.PID.0
struct EventFileStart {
  double wall_time = 0;  // seconds since 1970, UTC
  std::string host;      // bytes other than letters, digits, '.', '_' and '-' become '-'
  int64_t pid = 0;

  // What older files of the folder hold from this step on is hidden: the first step that a resumed
  // run adds. 0 for a new run.
  int64_t first_step = 0;
};

// Where an event stands on the axes that TensorBoard offers.
struct EventTime {
  int64_t step = 0;      // an epoch, from 1, or an optimizer step
  double wall_time = 0;  // seconds since 1970, UTC
};

// A picture in the bytes of a PNG file.
struct PngPicture {
  absl::string_view bytes;
  int width_px = 0;
  int height_px = 0;
  int channels = 3;  // 1: grey, 3: RGB, 4: RGBA
};

class EventFile {
 public:
  // Makes a new file in an existing folder and writes how it begins. TensorBoard reads files in
  // the order of their names, so the name's time is at least a second later than those that are
  // there, whatever the clock says. Errors end with exit code 5. `calls` must outlive the result.
  static absl::StatusOr<std::unique_ptr<EventFile>> Create(const std::string& folder, const EventFileStart& start,
                                                           FileCalls& calls = SystemFileCalls());

  const std::string& path() const { return path_; }

  // TensorBoard keeps 32-bit floats; NaN and infinity are shown as such.
  void AddScalar(absl::string_view tag, const EventTime& time, double value);
  void AddImage(absl::string_view tag, const EventTime& time, const PngPicture& picture);
  void AddHistogram(absl::string_view tag, const EventTime& time, const HistogramBuckets& buckets);
  void AddText(absl::string_view tag, const EventTime& time, absl::string_view markdown);

  // All curves of a tag have as many thresholds as the first.
  void AddPrCurve(absl::string_view tag, const EventTime& time, const ThresholdCounts& counts);

  void AddGraph(absl::Span<const GraphNode> nodes, double wall_time);

  // A row of the table of runs; hyperparameters.h says who needs the columns.
  void AddHparamsColumns(absl::Span<const Hyperparameter> hyperparameters, absl::Span<const std::string> metric_tags, double wall_time);
  void AddHparamsSession(absl::Span<const Hyperparameter> hyperparameters, double start_time);
  void AddHparamsEnd(HparamsOutcome outcome, double end_time);

  // Writes what was added since the last Flush. The first failure (exit code 5) ends the file: what
  // was not written is dropped, and so is all that is added later. Every later Flush returns the
  // same error.
  absl::Status Flush();

 private:
  EventFile(std::string path, std::unique_ptr<AppendFile> file) : path_(std::move(path)), file_(std::move(file)) {}

  void AddStart(const EventFileStart& start);
  void AddEvent(const tensorboard::Event& event);
  void AddValue(const EventTime& time, tensorboard::Summary::Value value);

  // A value of the tag, with the metadata that its plugin needs if it is the tag's first.
  tensorboard::Summary::Value NewValue(absl::string_view tag, absl::string_view plugin, absl::string_view content);

  const std::string path_;
  const std::unique_ptr<AppendFile> file_;
  absl::Status status_;
  std::string buffer_;                          // records
  std::map<std::string, std::string> plugins_;  // by tag
};

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_EVENT_FILE_H_
