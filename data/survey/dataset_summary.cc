#include "data/survey/dataset_summary.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/console_table.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "data/survey/channel_statistics.h"

namespace mica {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr Split kAllSplits[] = {Split::kTrain, Split::kValidation, Split::kTest, Split::kUnlabelled};

// "JPEG 8000, PNG 121": the most frequent first.
std::string Counted(const std::map<std::string, int64_t>& counts) {
  std::vector<std::pair<std::string, int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> texts;
  for (const auto& [name, count] : sorted) texts.push_back(absl::StrCat(name, " ", count));
  return absl::StrJoin(texts, ", ");
}

template <typename T>
std::string Range(std::vector<T> values, std::string (*format)(T)) {
  std::sort(values.begin(), values.end());
  if (values.front() == values.back()) return format(values.front());
  return absl::StrCat(format(values.front()), " to ", format(values.back()), ", median ", format(values[values.size() / 2]));
}

std::string Pixels(int32_t value) {
  return absl::StrCat(value);
}

std::string TwoDigits(double value) {
  return FormatFixed(value, 2);
}

class Summary {
 public:
  Summary(const DatasetExamination& examination, absl::Span<const Finding> findings)
      : examination_(examination), index_(examination.draft.index), findings_(findings) {}

  std::string Text() const { return absl::StrCat(ConsoleTable(SplitRows()), "\n", ClassTable(), PictureLines(), "\n", FindingLines()); }

 private:
  Rows SplitRows() const {
    Rows rows = {{"split", "samples", "smallest class", "", "largest class", ""}};
    for (const Split split : kAllSplits) {
      const auto samples = static_cast<int64_t>(index_.RecordsOf(split).size());
      if (samples == 0) continue;
      rows.push_back({std::string(SplitName(split)), absl::StrCat(samples)});
      const std::vector<int64_t> counts = index_.CountsOf(split);
      const auto [smallest, largest] = std::minmax_element(counts.begin(), counts.end());
      if (counts.empty() || *largest == 0) continue;
      if (*smallest == *largest) {
        rows.back().push_back(absl::StrCat(*smallest));
        rows.back().emplace_back("each");
        continue;
      }
      for (const auto& extreme : {smallest, largest}) {
        rows.back().push_back(absl::StrCat(*extreme));
        rows.back().push_back(TerminalText(index_.classes.name(static_cast<int>(extreme - counts.begin())), kMaxNameColumns));
      }
    }
    return rows;
  }

  // Classes in the order of their labels, as many as fit.
  std::string ClassTable() const {
    const int classes = index_.classes.size();
    if (classes == 0) return "";
    Rows rows = {{"label", "class"}};
    std::vector<std::vector<int64_t>> counts;
    for (const Split split : kSplits) {
      if (index_.RecordsOf(split).empty()) continue;
      rows[0].emplace_back(SplitName(split));
      counts.push_back(index_.CountsOf(split));
    }
    for (int label = 0; label < std::min(classes, kMaxClasses); ++label) {
      rows.push_back({absl::StrCat(label), TerminalText(index_.classes.name(label), kMaxNameColumns)});
      for (const auto& of_split : counts) rows.back().push_back(absl::StrCat(of_split[label]));
    }
    const std::string more = classes > kMaxClasses ? absl::StrCat("… and ", classes - kMaxClasses, " more classes\n") : "";
    return absl::StrCat(ConsoleTable(rows), more, "\n");
  }

  std::string PictureLines() const {
    std::vector<int32_t> widths, heights;
    std::vector<double> aspects;
    std::map<std::string, int64_t> formats, colours;
    for (const PictureFacts& facts : examination_.survey.facts) {
      if (!facts.is_known()) continue;
      widths.push_back(facts.width_px);
      heights.push_back(facts.height_px);
      aspects.push_back(static_cast<double>(facts.width_px) / facts.height_px);
      ++formats[facts.is_raw ? "raw pixels" : std::string(PictureFormatName(facts.format))];
      ++colours[absl::StrCat(ColourKindName(facts.colour),
                             facts.bits == 8 ? "" : absl::StrCat(" of ", int{facts.bits}, facts.bits == 1 ? " bit" : " bits"))];
    }
    if (widths.empty()) return "no picture could be read\n";
    std::string lines;
    const auto add = [&](absl::string_view name, const std::string& text) { absl::StrAppend(&lines, name, text, "\n"); };
    add("width           ", Range(widths, Pixels));
    add("height          ", Range(heights, Pixels));
    add("width / height  ", Range(aspects, TwoDigits));
    add("formats         ", Counted(formats));
    add("colours         ", Counted(colours));
    const std::string normalisation = NormalisationText(StatisticsOf(index_, examination_.survey, Split::kTrain));
    if (!normalisation.empty()) absl::StrAppend(&lines, "\nof the training split, on [0, 1]: ", normalisation, "\n");
    return lines;
  }

  // One line for each kind and severity: how many, and the first.
  std::string FindingLines() const {
    if (findings_.empty()) return "Nothing is wrong with it.\n";
    std::map<std::pair<Severity, FindingKind>, std::pair<int64_t, const Finding*>> groups;
    for (const Finding& finding : findings_) {
      auto& [count, first] = groups[{finding.severity, finding.kind}];
      if (count++ == 0) first = &finding;
    }
    std::string lines;
    for (const auto& [group, found] : groups) {
      const auto& [severity, kind] = group;
      const auto& [count, first] = found;
      if (kind == FindingKind::kDataset || kind == FindingKind::kShortcut) {
        absl::StrAppend(&lines, WholeMessages(severity, kind));
        continue;
      }
      absl::StrAppend(&lines, SeverityName(severity), ": ", count, " x ", FindingKindName(kind), ": ",
                      Printable(first->id < 0 ? first->path : index_.PathOf(index_.records[first->id])), " ", first->message,
                      count > 1 ? ", …" : "", "\n");
    }
    return lines;
  }

  std::string WholeMessages(Severity severity, FindingKind kind) const {
    constexpr int kMaxMessages = 10;
    std::string lines;
    int shown = 0;
    for (const Finding& finding : findings_) {
      if (finding.kind != kind || finding.severity != severity) continue;
      if (++shown > kMaxMessages) continue;
      const bool has_remedy = !finding.remedy.empty() && kind != FindingKind::kShortcut;  // theirs are all the same
      absl::StrAppend(&lines, SeverityName(severity), ": ", finding.message, has_remedy ? absl::StrCat("; ", finding.remedy) : "", "\n");
    }
    if (shown > kMaxMessages) absl::StrAppend(&lines, SeverityName(severity), ": … and ", shown - kMaxMessages, " more\n");
    return lines;
  }

  static constexpr int kMaxClasses = 20;
  static constexpr int kMaxNameColumns = 30;

  const DatasetExamination& examination_;
  const DatasetIndex& index_;
  const absl::Span<const Finding> findings_;
};

}  // namespace

std::string DatasetSummary(const DatasetExamination& examination, absl::Span<const Finding> findings) {
  return Summary(examination, findings).Text();
}

}  // namespace mica
