#include "training/observers/checkpoint_state.h"

#include <cmath>
#include <limits>
#include <string>

namespace mica {
namespace {

void WriteSums(const RunningSums& sums, RunningSumsReport* report) {
  report->set_loss(sums.loss);
  report->set_grad_norm(sums.grad_norm);
  for (const double scalar : sums.scalars) report->add_scalar(scalar);
  report->set_correct(sums.correct);
  report->set_samples(sums.samples);
  report->set_steps(sums.steps);
}

RunningSums ReadSums(const RunningSumsReport& report) {
  RunningSums sums;
  sums.loss = report.loss();
  sums.grad_norm = report.grad_norm();
  sums.scalars.assign(report.scalar().begin(), report.scalar().end());
  sums.correct = report.correct();
  sums.samples = report.samples();
  sums.steps = report.steps();
  return sums;
}

void WriteValue(const std::string& name, double value, NamedValueReport* report) {
  report->set_name(name);
  report->set_value(value);
}

void WriteRow(const EpochRow& row, EpochRowReport* report) {
  report->set_epoch(row.epoch);
  report->set_step(row.step);
  report->set_learning_rate(row.learning_rate);
  report->set_train_loss(row.train_loss);
  report->set_train_accuracy(row.train_accuracy);
  for (const EpochRow::Scalar& scalar : row.scalars) WriteValue(scalar.name, scalar.value, report->add_scalar());
  for (const EpochRow::SplitMetrics& evaluated : row.evaluations) {
    SplitMetricsReport* evaluation = report->add_evaluation();
    evaluation->set_split(std::string(SplitName(evaluated.split)));
    for (const Metric& metric : evaluated.metrics.values) WriteValue(metric.name, metric.value, evaluation->add_metric());
  }
  report->set_grad_norm(row.grad_norm);
}

EpochRow ReadRow(const EpochRowReport& report) {
  EpochRow row;
  row.epoch = report.epoch();
  row.step = report.step();
  row.learning_rate = report.learning_rate();
  row.train_loss = report.train_loss();
  row.train_accuracy = report.train_accuracy();
  for (const NamedValueReport& scalar : report.scalar()) row.scalars.push_back({scalar.name(), scalar.value()});
  for (const SplitMetricsReport& evaluation : report.evaluation()) {
    EpochRow::SplitMetrics evaluated;
    for (const Split split : kSplits) {
      if (SplitName(split) == evaluation.split()) evaluated.split = split;
    }
    for (const NamedValueReport& metric : evaluation.metric()) evaluated.metrics.values.push_back({metric.name(), metric.value()});
    row.evaluations.push_back(evaluated);
  }
  row.grad_norm = report.grad_norm();
  return row;
}

}  // namespace

void WriteTrainState(const TrainState& state, CheckpointReport* manifest) {
  manifest->set_step(state.step);
  manifest->set_epoch(state.epoch);
  manifest->set_step_in_epoch(state.step_in_epoch);
  manifest->set_samples_seen(state.samples_seen);
  manifest->clear_running_sums();
  WriteSums(state.sums, manifest->mutable_running_sums());
  manifest->clear_losses();
  for (const EpochLosses& losses : state.losses) {
    EpochLossesReport* const report = manifest->add_losses();
    report->set_train(losses.train);
    if (!std::isnan(losses.validation)) report->set_validation(losses.validation);
  }
  if (!state.best.has_value()) return;
  manifest->set_best_metric(state.best->value);
  manifest->set_best_epoch(state.best->row.epoch);
  manifest->clear_best_row();
  WriteRow(state.best->row, manifest->mutable_best_row());
}

TrainState ReadTrainState(const CheckpointReport& manifest) {
  TrainState state;
  state.step = manifest.step();
  state.epoch = manifest.epoch();
  state.step_in_epoch = manifest.step_in_epoch();
  state.samples_seen = manifest.samples_seen();
  state.sums = ReadSums(manifest.running_sums());
  for (const EpochLossesReport& losses : manifest.losses()) {
    state.losses.push_back({losses.train(), losses.has_validation() ? losses.validation() : std::numeric_limits<double>::quiet_NaN()});
  }
  if (manifest.has_best_row()) state.best = {ReadRow(manifest.best_row()), manifest.best_metric()};
  return state;
}

}  // namespace mica
