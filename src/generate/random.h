#pragma once

#include <cstdint>

namespace tarn::generate {

/// \brief SplitMix64: small, and the same numbers with every compiler and standard library, which
/// the distributions of <random> do not promise.
///
/// Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014).
class Random {
 public:
  /// \brief Stream `stream` of `seed`. Streams are independent, so that each file and each user has
  /// one of its own, whichever thread draws from it.
  Random(uint64_t seed, uint64_t stream) : state_(seed) {
    // Mixed twice: states that differ by a multiple of kGamma would give the same numbers, shifted.
    state_ = Next() ^ stream;
    state_ = Next();
  }

  uint64_t Next() {
    state_ += kGamma;
    uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  /// \brief Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

  /// \brief Uniform in [0, bound); 0 when bound is 0.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>(Unit() * static_cast<double>(bound));
  }

  /// \brief In [0, bound), low numbers far more often: the first one in 1/sqrt(bound) of the draws.
  uint64_t Skewed(uint64_t bound) {
    double unit = Unit();
    return static_cast<uint64_t>(unit * unit * static_cast<double>(bound));
  }

  bool Chance(double share) { return Unit() < share; }

 private:
  static constexpr uint64_t kGamma = 0x9E3779B97F4A7C15;
  uint64_t state_;
};

}  // namespace tarn::generate
