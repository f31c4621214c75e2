#include "eval/embedding/repulsion_tree.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/processor_versions.h"

namespace mica {
namespace {

constexpr int kLevels = 16;       // halvings of the square around all points, in each direction
constexpr int32_t kLanes = 32;    // points that are computed side by side
constexpr int32_t kMaxLeaf = 16;  // points of a cell that is not divided
constexpr size_t kUsualCells = 512;
constexpr float kOnePlace = 1e-30f;  // points that are nearer to one another are not divided
constexpr float kNever = std::numeric_limits<float>::infinity();

// The bits of a number below 2^16, moved to the even places.
uint32_t Spread(uint32_t bits) {
  bits = (bits | bits << 8) & 0x00ff00ff;
  bits = (bits | bits << 4) & 0x0f0f0f0f;
  bits = (bits | bits << 2) & 0x33333333;
  return (bits | bits << 1) & 0x55555555;
}

// A number's place among 2^16 equal steps of a range.
struct Steps {
  float low;
  float per_unit;

  uint32_t Of(float value) const { return std::min(static_cast<uint32_t>((value - low) * per_unit), uint32_t{(1 << kLevels) - 1}); }
};

// By the upper 32 bits, stable: one pass for each of their bytes.
void RadixSort(std::vector<uint64_t>* keys, std::vector<uint64_t>* spare) {
  spare->resize(keys->size());
  for (int shift = 32; shift < 64; shift += 8) {
    std::array<uint32_t, 257> begin = {};
    for (const uint64_t key : *keys) ++begin[(key >> shift & 255) + 1];
    for (int digit = 0; digit < 256; ++digit) begin[digit + 1] += begin[digit];
    for (const uint64_t key : *keys) (*spare)[begin[key >> shift & 255]++] = key;
    keys->swap(*spare);
  }
}

struct Lanes {
  float x[kLanes] = {}, y[kLanes] = {}, sum[kLanes] = {};
};

MICA_PROCESSOR_VERSIONS void AddCells(const float* cell_x, const float* cell_y, const float* cell_count, size_t cells, const float* x,
                                      const float* y, Lanes* lanes) {
  Lanes sums;
  for (size_t c = 0; c < cells; ++c) {
    const float cx = cell_x[c], cy = cell_y[c], count = cell_count[c];
    for (int l = 0; l < kLanes; ++l) {
      const float dx = x[l] - cx, dy = y[l] - cy;
      const float kernel = 1 / (1 + (dx * dx + dy * dy));
      const float weight = count * kernel, push = weight * kernel;
      sums.sum[l] += weight;
      sums.x[l] += push * dx;
      sums.y[l] += push * dy;
    }
  }
  *lanes = sums;
}

}  // namespace

// What a group looks at: cells, and single points as cells of one.
struct RepulsionTree::CellList {
  std::vector<float> x, y, count;

  CellList() {
    for (std::vector<float>* numbers : {&x, &y, &count}) numbers->reserve(kUsualCells);
  }

  void Add(float new_x, float new_y, float new_count) {
    x.push_back(new_x);
    y.push_back(new_y);
    count.push_back(new_count);
  }
};

void RepulsionTree::Build(const PlanePoints& points) {
  SortPoints(points);
  cells_.clear();
  groups_.clear();
  const Range all = {0, static_cast<int32_t>(points.size())};
  if (all.end == 0) return;
  AddCell(all, 2 * (kLevels - 1));
  AddGroups(all);
}

// Along a Z-order curve, so that each square of the quadtree is a range.
void RepulsionTree::SortPoints(const PlanePoints& points) {
  const auto [left, right] = std::minmax_element(points.x.begin(), points.x.end());
  const auto [bottom, top] = std::minmax_element(points.y.begin(), points.y.end());
  keys_.resize(points.size());
  if (points.size() > 0) {
    const float width = std::max(*right - *left, *top - *bottom), per_unit = width > kOnePlace ? (1 << kLevels) / width : 0;
    const Steps horizontal = {*left, per_unit}, vertical = {*bottom, per_unit};
    for (size_t i = 0; i < points.size(); ++i) {
      keys_[i] = uint64_t{Spread(horizontal.Of(points.x[i])) | Spread(vertical.Of(points.y[i])) << 1} << 32 | i;
    }
  }
  RadixSort(&keys_, &spare_keys_);
  sorted_.x.assign(points.size() + kLanes, 0);
  sorted_.y.assign(points.size() + kLanes, 0);
  for (size_t i = 0; i < points.size(); ++i) {
    sorted_.x[i] = points.x[static_cast<uint32_t>(keys_[i])];
    sorted_.y[i] = points.y[static_cast<uint32_t>(keys_[i])];
  }
}

// The cell of these points, which differ in no bits of the curve above the two at `shift`, and its
// parts.
void RepulsionTree::AddCell(Range points, int shift) {
  const auto quadrant = [&](int32_t i) { return keys_[i] >> (32 + shift) & 3; };
  while (shift >= 0 && quadrant(points.begin) == quadrant(points.end - 1)) shift -= 2;
  const size_t index = cells_.size();
  Cell cell = {};
  cell.points = points;
  cell.has_parts = shift >= 0 && points.end - points.begin > kMaxLeaf;
  cells_.push_back(cell);
  for (int32_t begin = points.begin; cell.has_parts && begin < points.end;) {
    const auto is_before = [&](uint64_t key, uint64_t limit) { return (key >> (32 + shift) & 3) <= limit; };
    const auto end = std::lower_bound(keys_.begin() + begin, keys_.begin() + points.end, quadrant(begin), is_before);
    const Range part = {begin, static_cast<int32_t>(end - keys_.begin())};
    AddCell(part, shift - 2);
    begin = part.end;
  }
  cell.next = static_cast<int32_t>(cells_.size());
  Enclose(&cell, static_cast<int32_t>(index));
  const float width = std::max(cell.right - cell.left, cell.top - cell.bottom);
  cell.far_squared = theta_squared_ > 0 ? width * width / theta_squared_ : kNever;
  // So many points in the smallest square are one for all others and for themselves.
  if (theta_squared_ > 0 && shift < 0 && points.end - points.begin > kMaxLeaf) cell.far_squared = 0;
  cells_[index] = cell;
}

// Centre and borders, from the parts or the points.
void RepulsionTree::Enclose(Cell* cell, int32_t index) const {
  cell->left = cell->bottom = kNever;
  cell->right = cell->top = -kNever;
  double x = 0, y = 0;
  const auto add = [&](float left, float right, float bottom, float top) {
    cell->left = std::min(cell->left, left);
    cell->right = std::max(cell->right, right);
    cell->bottom = std::min(cell->bottom, bottom);
    cell->top = std::max(cell->top, top);
  };
  if (cell->has_parts) {
    for (int32_t i = index + 1; i < cell->next; i = cells_[i].next) {
      const Cell& part = cells_[i];
      x += static_cast<double>(part.x) * part.count;
      y += static_cast<double>(part.y) * part.count;
      add(part.left, part.right, part.bottom, part.top);
    }
  } else {
    for (int32_t i = cell->points.begin; i < cell->points.end; ++i) {
      x += sorted_.x[i];
      y += sorted_.y[i];
      add(sorted_.x[i], sorted_.x[i], sorted_.y[i], sorted_.y[i]);
    }
  }
  cell->count = static_cast<float>(cell->points.end - cell->points.begin);
  cell->x = static_cast<float>(x / cell->count);
  cell->y = static_cast<float>(y / cell->count);
}

void RepulsionTree::AddGroups(Range points) {
  for (int32_t begin = points.begin; begin < points.end; begin += kLanes) groups_.push_back({begin, std::min(begin + kLanes, points.end)});
}

RepulsionTree::CellList RepulsionTree::FindCells(Range group) const {
  const auto [left, right] = std::minmax_element(sorted_.x.begin() + group.begin, sorted_.x.begin() + group.end);
  const auto [bottom, top] = std::minmax_element(sorted_.y.begin() + group.begin, sorted_.y.begin() + group.end);
  CellList list;
  for (size_t i = 0; i < cells_.size();) {
    const Cell& cell = cells_[i];
    const float dx = std::max({*left - cell.x, cell.x - *right, 0.0f}), dy = std::max({*bottom - cell.y, cell.y - *top, 0.0f});
    const bool is_far = dx * dx + dy * dy >= cell.far_squared;
    if (is_far) {
      list.Add(cell.x, cell.y, cell.count);
    } else if (!cell.has_parts) {
      for (int32_t p = cell.points.begin; p < cell.points.end; ++p) list.Add(sorted_.x[p], sorted_.y[p], 1);
    }
    i = is_far || !cell.has_parts ? cell.next : i + 1;
  }
  return list;
}

double RepulsionTree::PushGroup(int64_t group, PlanePoints* push) const {
  const Range points = groups_[group];
  const CellList list = FindCells(points);
  Lanes lanes;
  AddCells(list.x.data(), list.y.data(), list.count.data(), list.x.size(), &sorted_.x[points.begin], &sorted_.y[points.begin], &lanes);
  double sum = 0;
  for (int32_t i = points.begin; i < points.end; ++i) {
    const int32_t lane = i - points.begin;
    const uint32_t point = static_cast<uint32_t>(keys_[i]);
    push->x[point] = lanes.x[lane];
    push->y[point] = lanes.y[lane];
    sum += static_cast<double>(lanes.sum[lane]) - 1;  // each point also met itself, at distance 0
  }
  return sum;
}

}  // namespace mica
