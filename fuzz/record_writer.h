#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::fuzz {

/// What a key's values mostly are.
enum class Taste { kAny, kString, kInteger, kDecimal, kBoolean, kArray, kObject };

struct Key {
  std::string text;  ///< as it is written between quotes
  Taste taste = Taste::kAny;
};

/// \brief Writes JSON records by chance: valid ones, alike or not, and damaged ones.
class RecordWriter {
 public:
  RecordWriter(uint64_t seed, std::vector<Key> keys);

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }

  /// \brief A valid object in the present style, mostly: same keys, same white space.
  std::string Record();

  /// \brief Choose keys, their order and the white space of the records that follow.
  void ChangeStyle();

  /// \brief Flip, remove, insert, repeat or move some bytes; cut the end; take a part of `other`;
  /// break UTF-8.
  std::string Damage(std::string text, std::string_view other);

 private:
  std::string Space();
  std::string Digits(uint32_t count);
  std::string NumberBetweenDoubles();
  std::string ShortestNumber();
  std::string Integer();
  std::string Number();
  std::string Escape();
  std::string Character();
  std::string String();
  std::string Array(int depth);
  std::string Object(int depth);
  std::string Deep();
  std::string Value(Taste taste, int depth);
  std::string AnyValue(int depth);

  std::mt19937_64 random_;
  const std::vector<Key> keys_;
  std::vector<const Key*> style_keys_;
  std::string style_space_[4];  // before and after a key, before and after a value
};

}  // namespace tarn::fuzz
