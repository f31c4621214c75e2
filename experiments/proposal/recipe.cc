#include "experiments/proposal/recipe.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "models/layers/memory_need.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

using Transforms = google::protobuf::RepeatedPtrField<TransformConfig>;

constexpr int kSmallSide = 64;           // pictures of one size up to here keep it
constexpr int kLeastSide = 8;            // that ResNet-9 takes
constexpr double kImbalance = 4;         // largest class / smallest: from here on balanced
constexpr int64_t kFewForTuning = 1000;  // samples below which the head trains first
constexpr int64_t kFewPerClass = 20;

std::string Count(int64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

bool IsSmallOfOneSize(const DataFacts& facts) {
  return facts.has_one_size && facts.looked_at_all && std::max(facts.median_size.height_px, facts.median_size.width_px) <= kSmallSide &&
         std::min(facts.median_size.height_px, facts.median_size.width_px) >= kLeastSide;
}

int64_t SmallestClass(const DataFacts& facts) {
  return *std::min_element(facts.train_per_class.begin(), facts.train_per_class.end());
}

int64_t LargestClass(const DataFacts& facts) {
  return *std::max_element(facts.train_per_class.begin(), facts.train_per_class.end());
}

// Makes the parts one after the other.
class Recipe {
 public:
  Recipe(const DataFacts& facts, const PretrainedNetwork* pretrained, const ProposalSettings& settings)
      : facts_(facts), pretrained_(pretrained), settings_(settings) {}

  Proposal Make() {
    proposal_.network = ChooseNetwork(Task(), pretrained_);
    proposal_.batch_size = BatchSize();
    AddName();
    AddDataset();
    AddDecode();
    AddTransforms();
    AddLoader();
    AddModel();
    AddLoss();
    AddOptimizer();
    AddTrainer();
    AddWarnings();
    return std::move(proposal_);
  }

 private:
  const NetworkChoice& network() const { return proposal_.network; }
  bool KeepsSize() const { return (pretrained_ == nullptr || !pretrained_->knows_imagenet) && IsSmallOfOneSize(facts_); }

  Experiment* Add(std::string reason) {
    proposal_.parts.push_back({std::move(reason), {}});
    return &proposal_.parts.back().part;
  }

  // A pretrained network sees the colours that it was made for.
  int Channels() const { return pretrained_ != nullptr ? pretrained_->channels : facts_.all_grey ? 1 : 3; }

  TrainingTask Task() const {
    TrainingTask task;
    task.train = facts_.train;
    task.evaluated = facts_.validation;
    task.classes = static_cast<int>(facts_.class_names.size());
    task.channels = Channels();
    task.picture = facts_.median_size;
    task.keeps_size = KeepsSize();
    task.decoded_pixels = facts_.is_packed ? 0 : facts_.mean_pixels;
    return task;
  }

  // Some hundred steps an epoch at most, as far as memory allows.
  int BatchSize() const {
    int batch = facts_.train < 1000 ? 16 : facts_.train < 5000 ? 32 : facts_.train < 20000 ? 64 : 128;
    if (pretrained_ != nullptr) batch = std::min(batch, 32);
    const LayerShape image = {Channels(), network().image.height_px, network().image.width_px};
    const auto inferred = InferModel(network().model, image, std::max(2, static_cast<int>(facts_.class_names.size())));
    if (!inferred.ok() || !settings_.machine_bytes.has_value()) return batch;
    const MemoryNeed need = NeedOfTraining(inferred->config.layer(), inferred->layers, /*optimizer_copies=*/2);
    while (batch > 2 && need.BytesOf(batch) > static_cast<double>(*settings_.machine_bytes) / 2) batch /= 2;
    return batch;
  }

  void AddName() { Add("The run folder's name.")->set_name(settings_.name); }

  std::string SplitsInWords() const {
    const std::string words = absl::StrCat(Count(facts_.train, "sample"), " of ", facts_.class_names.size(), " classes to train on, ",
                                           facts_.validation, " to validate on, ", facts_.test, " to test on");
    return absl::StrCat(words, "; the smallest class has ", SmallestClass(facts_), " to train on, the largest ", LargestClass(facts_), ".");
  }

  void AddDataset() {
    std::string reason = absl::StrCat("The data: ", facts_.in_words, ". ", SplitsInWords());
    if (facts_.validation_is_drawn) {
      absl::StrAppend(&reason, " The data has no validation split, so about ", FormatDigits(100 * facts_.dataset.validation_fraction(), 3),
                      " % of each class are drawn by a hash of each sample",
                      facts_.dataset.split_seed() > 0 ? ", with the seed that leaves the most classes something to validate on." : ".");
    }
    if (!facts_.why_no_validation.empty()) {
      absl::StrAppend(&reason, " There is no validation split, as ", facts_.why_no_validation, ": the last checkpoint is reported.");
    }
    if (facts_.broken > 0) {
      absl::StrAppend(&reason, " ", facts_.broken, " of ", facts_.looked_at,
                      " pictures cannot be used and are left out: ", facts_.broken_example, ".");
    } else if (!facts_.looked_at_all) {
      absl::StrAppend(&reason, " Only ", facts_.looked_at, " pictures were looked at, so any that cannot be used is left out.");
    }
    if (facts_.dataset.class_order() == DatasetConfig::NATURAL) absl::StrAppend(&reason, " Classes are numbers, so 10 comes after 2.");
    *Add(std::move(reason))->mutable_dataset() = facts_.dataset;
  }

  void AddDecode() {
    DecodeConfig decode;
    std::vector<std::string> reasons;
    if (facts_.shows_ground) {
      decode.set_alpha(DecodeConfig::OVER_WHITE);
      reasons.push_back(absl::StrCat(facts_.with_alpha, " of ", facts_.looked_at,
                                     " pictures have an alpha channel and show the ground behind them: a white one, as on paper."));
    }
    if (Channels() == 1 && !(facts_.is_packed && facts_.all_grey)) {
      decode.set_colour(DecodeConfig::GREY);
      reasons.push_back(facts_.all_grey ? "All pictures are grey, so one channel is enough." : "The weights are for grey pictures.");
    } else if (Channels() == 3 && facts_.is_packed && facts_.all_grey) {
      decode.set_colour(DecodeConfig::RGB);
      reasons.push_back("The weights are for colour pictures, so grey becomes three equal channels.");
    }
    decode_ = decode;
    if (!reasons.empty()) *Add(absl::StrJoin(reasons, " "))->mutable_decode() = decode;
  }

  void AddTransforms() {
    const std::string no_mirroring = WhyNoMirroring(facts_);
    Transforms train, eval;
    std::string reason = KeepsSize() ? Shifted(&train) : Cropped(no_mirroring.empty(), &train, &eval);
    if (no_mirroring.empty()) train.Add()->mutable_horizontal_flip();
    absl::StrAppend(&reason, no_mirroring.empty() ? " Mirrored pictures are as good." : absl::StrCat(" No mirroring: ", no_mirroring, "."));
    TransformConfig normalise;
    absl::StrAppend(&reason, " ", Normalise(eval, normalise.mutable_normalize()));
    *train.Add() = normalise;
    *eval.Add() = normalise;
    Experiment* const part = Add(std::move(reason));
    *part->mutable_train_transforms() = train;
    *Add("The same without chance, for validation, test and prediction.")->mutable_eval_transforms() = eval;
  }

  // Small pictures of one size.
  std::string Shifted(Transforms* train) const {
    const PictureSize size = network().image;
    const int padding = std::max(1, std::min(size.height_px, size.width_px) / 10);
    RandomCropConfig* const crop = train->Add()->mutable_random_crop();
    if (size.height_px == size.width_px) {
      crop->set_size_px(size.height_px);
    } else {
      crop->set_height_px(size.height_px);
      crop->set_width_px(size.width_px);
    }
    crop->set_padding_px(padding);
    return absl::StrCat("All pictures have ", size.width_px, " x ", size.height_px,
                        " pixels and keep them; in training each is shifted by up to ", padding, ".");
  }

  // The images that the pretrained network was published for.
  std::optional<PublishedImages> Published() const {
    return pretrained_ == nullptr ? std::nullopt : ImagesOfPublishedWeights(pretrained_->model);
  }

  std::string Cropped(bool may_lose_much, Transforms* train, Transforms* eval) const {
    const int size = network().image.height_px;
    RandomResizedCropConfig* const crop = train->Add()->mutable_random_resized_crop();
    crop->set_size_px(size);
    crop->set_min_scale(may_lose_much ? 0.35 : 0.7);
    ResizeConfig* const resize = eval->Add()->mutable_resize();
    resize->set_short_side_px(size * 8 / 7);
    eval->Add()->mutable_center_crop()->set_size_px(size);
    if (const std::optional<PublishedImages> published = Published(); published.has_value() && published->bicubic) {
      crop->set_filter(ResizeFilterConfig::BICUBIC);
      resize->set_filter(ResizeFilterConfig::BICUBIC);
    }
    return absl::StrCat("Pictures have ", facts_.median_size.width_px, " x ", facts_.median_size.height_px,
                        " pixels in the median; the network sees ", size, " x ", size, ", in training a random part of at least ",
                        may_lose_much ? "35" : "70", " % of the area.");
  }

  std::string Normalise(const Transforms& eval, NormalizeConfig* normalise) const {
    if (const std::optional<PublishedImages> published = Published(); published.has_value() && pretrained_->channels == 3) {
      for (const double mean : published->mean) normalise->add_mean(mean);
      for (const double std : published->std) normalise->add_std(std);
      return absl::StrCat("Means and deviations are those of ", PublisherName(pretrained_->model), "'s weights of this network.");
    }
    const MeasuredChannels measured = settings_.measure(decode_, eval);
    for (int c = 0; c < std::max(1, measured.channels); ++c) {
      const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
      normalise->add_mean(measured.channels == 0 ? 0.5 : rounded(measured.mean[c]));
      // A constant channel has deviation 0, which divides nothing.
      normalise->add_std(measured.channels == 0 ? 0.25 : std::max(0.01, rounded(measured.std[c])));
    }
    return absl::StrCat("Means and deviations are those of ", measured.pictures, " training pictures.");
  }

  void AddLoader() {
    std::string reason = absl::StrCat("Batches of ", proposal_.batch_size, ": ",
                                      Count((facts_.train + proposal_.batch_size - 1) / proposal_.batch_size, "step"), " an epoch.");
    const bool is_uneven =
        static_cast<double>(LargestClass(facts_)) >= kImbalance * static_cast<double>(std::max<int64_t>(1, SmallestClass(facts_)));
    if (is_uneven) {
      absl::StrAppend(&reason, " The largest class has at least ", FormatNumber(kImbalance),
                      " times as many samples as the smallest, so each class gets the same share of an epoch.");
    }
    LoaderConfig* const loader = Add(std::move(reason))->mutable_loader();
    loader->set_batch_size(proposal_.batch_size);
    if (is_uneven) loader->mutable_class_balanced();
  }

  void AddModel() {
    const std::string cost = absl::StrCat(FormatFixed(network().multiply_adds / 1e6, 0), " million multiply-adds an image");
    std::string reason;
    if (pretrained_ != nullptr) {
      reason = absl::StrCat("The tensors of the weights are those of ", pretrained_->name, " (", cost, "); its head, ",
                            Printable(pretrained_->head), ", is made anew for these classes.");
    } else {
      reason = absl::StrCat("A residual network of ", cost, ": the largest that should train within ",
                            FormatFixed(network().budget_seconds / 60, 0), " minutes. With --weights, mica new begins ",
                            "with a pretrained network instead, which few pictures need most.");
    }
    *Add(std::move(reason))->mutable_model() = network().model;
  }

  void AddLoss() {
    Add("A share of each label goes to all classes, so that the network does not become too sure.")
        ->mutable_loss()
        ->mutable_cross_entropy()
        ->set_label_smoothing(0.1);
  }

  void AddOptimizer() {
    if (pretrained_ != nullptr) return AddTuningOptimizer();
    // Rates were tried with batches of 128 (experiments/fashion_mnist_resnet9.textproto).
    const double rate = (network().model.has_resnet9() ? 0.2 : 0.1) * proposal_.batch_size / 128;
    Experiment* const part = Add("The rate is in proportion to the batch; it rises at first and then falls to 0.");
    SgdConfig* const sgd = part->mutable_optimizer()->mutable_sgd();
    sgd->set_learning_rate(rate);
    sgd->set_momentum(0.9);
    sgd->set_nesterov(true);
    sgd->set_weight_decay(5e-4);
    AddSchedule(part);
  }

  void AddTuningOptimizer() {
    const bool is_transformer = pretrained_->model.has_vit_b_16() || pretrained_->model.has_vit_tiny_16() ||
                                pretrained_->model.has_swin_t() || pretrained_->model.has_convnext_tiny();
    const bool head_first = facts_.train < kFewForTuning && !network().trains_head_alone;
    Experiment* const part =
        Add(absl::StrCat("The new head trains at the whole rate",
                         network().trains_head_alone ? "; all else stays as it is, as more would take too long."
                         : head_first ? ", the rest at a tenth of it and only after the first epoch: the few pictures would else "
                                        "spoil what the network knows before the head says anything."
                                      : ", the rest at a tenth of it, to keep what the network knows."));
    OptimizerConfig* const optimizer = part->mutable_optimizer();
    if (is_transformer) {
      optimizer->mutable_adamw()->set_learning_rate(5e-4);
      optimizer->mutable_adamw()->set_weight_decay(0.05);
    } else {
      optimizer->mutable_sgd()->set_learning_rate(0.01);
      optimizer->mutable_sgd()->set_momentum(0.9);
      optimizer->mutable_sgd()->set_weight_decay(1e-4);
    }
    ParameterGroupConfig* const head = optimizer->add_group();
    head->set_name("head");
    head->add_pattern(pretrained_->head);
    ParameterGroupConfig* const rest = optimizer->add_group();
    rest->set_name("pretrained");
    rest->set_rest(true);
    if (network().trains_head_alone) {
      rest->mutable_freeze();
    } else {
      rest->set_learning_rate_factor(0.1);
      if (head_first) rest->mutable_freeze()->set_epochs(1);
    }
    AddSchedule(part);
  }

  void AddSchedule(Experiment* part) const {
    part->mutable_schedule()->mutable_warmup()->set_epochs(std::clamp(std::round(network().epochs / 6.0), 0.5, 5.0));
    part->mutable_schedule()->mutable_cosine();
  }

  void AddTrainer() {
    std::string reason =
        absl::StrCat(Count(network().epochs, "epoch"), " should take ", DurationInWords(network().seconds), " on two CPU cores.");
    if (!network().is_in_time) absl::StrAppend(&reason, " That is long, but the least that is worth it for so many samples.");
    // Once the rate has fallen for long, later epochs are the best ones, so patience is long.
    const int patience = network().epochs / 2;
    const bool stops_early = facts_.validation > 0 && network().epochs >= 20;
    if (stops_early) absl::StrAppend(&reason, " Half of them in a row without a better one end it.");
    TrainerConfig* const trainer = Add(std::move(reason))->mutable_trainer();
    trainer->set_epochs(network().epochs);
    if (stops_early) trainer->mutable_early_stop()->set_patience_epochs(patience);
  }

  void AddWarnings() {
    if (SmallestClass(facts_) < kFewPerClass) {
      proposal_.warnings.push_back(absl::StrCat("class ", InQuotes(facts_.class_names[SmallestLabel()]), " has ",
                                                Count(SmallestClass(facts_), "sample"), " to train on; with fewer than ", kFewPerClass,
                                                " a class is hardly learned: add pictures",
                                                pretrained_ == nullptr ? ", or begin with --weights" : ""));
    }
    if (!network().is_in_time) {
      proposal_.warnings.push_back(absl::StrCat("training should take ", DurationInWords(network().seconds),
                                                " on two CPU cores; dataset { subset { per_class: 1000 } } makes it shorter"));
    }
  }

  size_t SmallestLabel() const {
    return static_cast<size_t>(std::min_element(facts_.train_per_class.begin(), facts_.train_per_class.end()) -
                               facts_.train_per_class.begin());
  }

  const DataFacts& facts_;
  const PretrainedNetwork* const pretrained_;
  const ProposalSettings& settings_;
  Proposal proposal_;
  DecodeConfig decode_;
};

}  // namespace

Proposal Propose(const DataFacts& facts, const PretrainedNetwork* pretrained, const ProposalSettings& settings) {
  return Recipe(facts, pretrained, settings).Make();
}

std::string DurationInWords(double seconds) {
  if (seconds < 90) return absl::StrCat("about ", Count(std::max<int64_t>(5, std::lround(seconds / 5) * 5), "second"));
  if (seconds < 5400) return absl::StrCat("about ", Count(std::lround(seconds / 60), "minute"));
  return absl::StrCat("about ", FormatFixed(seconds / 3600, 1), " hours");
}

Experiment WholeOf(const Proposal& proposal) {
  Experiment whole;
  for (const ProposedPart& part : proposal.parts) whole.MergeFrom(part.part);
  return whole;
}

std::string WhyNoMirroring(const DataFacts& facts) {
  constexpr int kTinySide = 32;
  if (facts.all_grey && facts.has_one_size && std::max(facts.median_size.height_px, facts.median_size.width_px) <= kTinySide) {
    return "small grey pictures may be digits or letters";
  }
  bool single = true;
  for (const std::string& name : facts.class_names) {
    single = single && name.size() == 1;
    const std::string lower = absl::AsciiStrToLower(name);
    for (const absl::string_view word : absl::StrSplit(lower, absl::ByAnyChar("_- ."))) {
      if (word == "left" || word == "right") return absl::StrCat("class ", InQuotes(name), " would become another");
    }
  }
  return single ? "classes that are named by single characters may be digits or letters" : "";
}

}  // namespace mica
