// The tiles of a grouped matrix product, whose groups' rows are read on the device: shared by the forms for Hopper and for others.
#pragma once
#include "device.cuh"

/** One output tile. */
struct GemmTile {
  int group, first_row, rows;  // rows left in the group from first_row on, at least 1
  int first_weight;
};

/** Walks this block's tiles in order; every thread computes the same. */
template <class S, class Args> struct GemmWalk {
  static constexpr int kBand = 8;  // token tiles that share a pass over the weights, so that both stay in L2
  const Args& a;
  const int weight_tiles;
  int index, group = 0, before = 0;

  __device__ __forceinline__ explicit GemmWalk(const Args& args)
      : a(args), weight_tiles((args.n + S::kWeights - 1) / S::kWeights), index(blockIdx.x) {}

  __device__ __forceinline__ bool next(GemmTile& tile) {
    for (; group < a.groups; group++) {
      const int rows = a.counts ? a.counts[group] : a.group_rows;
      const int token_tiles = (rows + S::kTokens - 1) / S::kTokens;
      const int inside = index - before;
      if (inside < token_tiles * weight_tiles) {
        const int band = inside / (kBand * weight_tiles);
        const int wide = min(kBand, token_tiles - band * kBand);
        const int rest = inside - band * kBand * weight_tiles;
        const int token_tile = band * kBand + rest % wide;
        tile.group = group;
        tile.rows = rows - token_tile * S::kTokens;
        tile.first_row = (a.starts ? a.starts[group] : a.token_columns ? 0 : group * a.group_rows) + token_tile * S::kTokens;
        tile.first_weight = rest / wide * S::kWeights;
        index += gridDim.x;
        return true;
      }
      before += token_tiles * weight_tiles;
    }
    return false;
  }
};
