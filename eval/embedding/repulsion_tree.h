// What pushes the points of a t-SNE apart, by the method of Barnes and Hut (van der Maaten 2014,
// "Accelerating t-SNE using Tree-Based Algorithms", section 4).
//   RepulsionTree tree(/*theta=*/0.5);
//   tree.Build(points);
//   PlanePoints push(points.size());
//   double sum = 0;
//   for (int64_t group = 0; group < tree.groups(); ++group) sum += tree.PushGroup(group, &push);
//   // push of point i = sum_j k(i, j)^2 (y_i - y_j), with k(i, j) = 1 / (1 + |y_i - y_j|^2);
//   // sum = sum of all k(i, j), i != j
// Points near each other form a group and look at the tree together: a cell stands for its points
// if its width is at most theta times the distance from its centre to the nearest border of the
// group. So it errs less than a walk for each point would, and a group's points are computed side
// by side.
#ifndef MICA_EVAL_EMBEDDING_REPULSION_TREE_H_
#define MICA_EVAL_EMBEDDING_REPULSION_TREE_H_

#include <cstdint>
#include <vector>

#include "eval/embedding/plane_points.h"

namespace mica {

class RepulsionTree {
 public:
  // theta: 0 (every pair by itself) or above; 0.5 is usual.
  explicit RepulsionTree(double theta) : theta_squared_(static_cast<float>(theta * theta)) {}

  // Finite points, less than 2^31. Not thread-safe.
  void Build(const PlanePoints& points);

  int64_t groups() const { return static_cast<int64_t>(groups_.size()); }

  // Writes the push of the group's points to their places and returns their part of the sum.
  // Thread-safe; every group has other places.
  double PushGroup(int64_t group, PlanePoints* push) const;

 private:
  struct Range {
    int32_t begin, end;  // of sorted points
  };
  // Cells stand depth first: after a cell come its parts, and at `next` what is no part of it.
  struct Cell {
    float x, y;         // centre of its points
    float count;        // of points
    float far_squared;  // the least squared distance from which the centre may stand for its points
    float left, right, bottom, top;
    Range points;
    int32_t next;
    bool has_parts;
  };
  struct CellList;

  void SortPoints(const PlanePoints& points);
  void AddCell(Range points, int shift);
  void Enclose(Cell* cell, int32_t index) const;
  void AddGroups(Range points);
  CellList FindCells(Range group) const;

  float theta_squared_;
  std::vector<uint64_t> keys_, spare_keys_;  // place on a curve through the plane << 32 | point
  PlanePoints sorted_;                       // with room for a vector behind the last
  std::vector<Cell> cells_;
  std::vector<Range> groups_;
};

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_REPULSION_TREE_H_
