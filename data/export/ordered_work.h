// Makes pieces with several threads and hands them to the calling thread one by one, in order.
//   const absl::Status status = DoInOrder<std::string>(
//       pieces, threads, [](int worker, int64_t piece) { return Encode(piece); },
//       [&](int64_t piece, std::string bytes) { return file.Append(bytes); });
// What is written then does not depend on threads. Not for work that ends in memory: std::thread
// and a counter do that (data/survey/picture_survey.cc).
#ifndef MICA_DATA_EXPORT_ORDERED_WORK_H_
#define MICA_DATA_EXPORT_ORDERED_WORK_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace mica {

// `make` is called once for each piece from 0 on, by up to `threads` threads at a time, and must not
// throw. Its first argument is below `threads`, and no two calls at a time have the same, so it can
// choose buffers. `take` is called by the calling thread alone. Its first error ends the work; pieces
// that are being made are then waited for. At most 2 * threads pieces wait or are being made. The
// calling thread makes pieces too while it has none to take, and all of them if the system gives no
// threads.
template <typename Piece>
absl::Status DoInOrder(int64_t pieces, int threads, const std::function<Piece(int worker, int64_t piece)>& make,
                       const std::function<absl::Status(int64_t piece, Piece)>& take);

// The work of one call of DoInOrder.
template <typename Piece>
class OrderedWork {
 public:
  OrderedWork(int64_t pieces, int threads, const std::function<Piece(int, int64_t)>& make)
      : pieces_(pieces), make_(make), made_(2 * static_cast<size_t>(threads)) {
    for (int worker = 1; worker < threads; ++worker) {
      try {
        workers_.emplace_back([this, worker] { Work(worker); });
      } catch (const std::system_error&) {
        break;  // no more threads
      }
    }
  }

  ~OrderedWork() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_stopped_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  // The piece after that of the last call.
  Piece Next() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!SlotOf(taken_).has_value()) {
      if (CanBegin()) {
        MakeOne(/*worker=*/0, &lock);
      } else {
        changed_.wait(lock);
      }
    }
    std::optional<Piece>& slot = SlotOf(taken_++);
    Piece piece = *std::move(slot);
    slot.reset();
    changed_.notify_all();
    return piece;
  }

 private:
  std::optional<Piece>& SlotOf(int64_t piece) { return made_[static_cast<size_t>(piece) % made_.size()]; }
  bool CanBegin() const { return begun_ < pieces_ && begun_ < taken_ + static_cast<int64_t>(made_.size()); }

  void Work(int worker) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return is_stopped_ || begun_ == pieces_ || CanBegin(); });
      if (is_stopped_ || begun_ == pieces_) return;
      MakeOne(worker, &lock);
    }
  }

  void MakeOne(int worker, std::unique_lock<std::mutex>* lock) {
    const int64_t number = begun_++;
    lock->unlock();
    Piece piece = make_(worker, number);
    lock->lock();
    SlotOf(number) = std::move(piece);
    changed_.notify_all();
  }

  const int64_t pieces_;
  const std::function<Piece(int, int64_t)>& make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Piece>> made_;  // piece p at p % size
  int64_t begun_ = 0;
  int64_t taken_ = 0;
  bool is_stopped_ = false;
  std::vector<std::thread> workers_;
};

template <typename Piece>
absl::Status DoInOrder(int64_t pieces, int threads, const std::function<Piece(int worker, int64_t piece)>& make,
                       const std::function<absl::Status(int64_t piece, Piece)>& take) {
  OrderedWork<Piece> work(pieces, threads, make);
  for (int64_t piece = 0; piece < pieces; ++piece) {
    if (absl::Status status = take(piece, work.Next()); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace mica

#endif  // MICA_DATA_EXPORT_ORDERED_WORK_H_
