#include "lake/run_lengths.h"

#include <algorithm>
#include <array>

namespace tarn::lake {
namespace {

constexpr size_t kGroup = 8;
// As many as the count of one byte can say.
constexpr size_t kPackedGroupsMax = 63;

void AppendVarint(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

// \param[in] group eight numbers
template <class Number>
void AppendPacked(const Number* group, int bit_width, std::string* out) {
  std::array<char, kGroup * sizeof(uint32_t)> bytes;
  size_t num_bytes = 0;
  uint64_t bits = 0;
  int num_bits = 0;
  for (size_t i = 0; i < kGroup; ++i) {
    bits |= static_cast<uint64_t>(group[i]) << num_bits;
    for (num_bits += bit_width; num_bits >= 8; num_bits -= 8, bits >>= 8) {
      bytes[num_bytes++] = static_cast<char>(bits);
    }
  }
  out->append(bytes.data(), num_bytes);
}

template <class Number>
bool AreEqual(const Number* group) {
  Number differences = 0;
  for (size_t i = 1; i < kGroup; ++i) {
    differences = static_cast<Number>(differences | (group[i] ^ group[0]));
  }
  return differences == 0;
}

template <class Number>
void Append(std::span<const Number> numbers, int bit_width, std::string* out) {
  size_t count_at = 0;  // of the groups in the packed run
  size_t num_groups = 0;
  const auto end_packed = [&] {
    if (num_groups == 0) return;
    (*out)[count_at] = static_cast<char>(num_groups << 1 | 1);
    num_groups = 0;
  };
  const auto append_group = [&](const Number* group) {
    if (num_groups == 0) {
      count_at = out->size();
      out->push_back('\0');
    }
    AppendPacked(group, bit_width, out);
    if (++num_groups == kPackedGroupsMax) end_packed();
  };
  const auto append_run = [&](Number number, size_t length) {
    AppendVarint(length << 1, out);
    for (int bit = 0; bit < bit_width; bit += 8) {
      out->push_back(static_cast<char>(static_cast<uint32_t>(number) >> bit));
    }
  };
  size_t at = 0;
  while (numbers.size() - at >= kGroup) {
    const Number* const group = numbers.data() + at;
    if (!AreEqual(group)) {
      append_group(group);
      at += kGroup;
      continue;
    }
    end_packed();
    size_t length = kGroup;
    while (at + length < numbers.size() && group[length] == group[0]) ++length;
    append_run(group[0], length);
    at += length;
  }
  const std::span<const Number> rest = numbers.subspan(at);
  const bool is_run = num_groups == 0 && std::all_of(rest.begin(), rest.end(), [&](Number number) {
                        return number == rest.front();
                      });
  if (!rest.empty() && is_run) {
    append_run(rest.front(), rest.size());
  } else if (!rest.empty()) {
    std::array<Number, kGroup> group{};
    std::copy(rest.begin(), rest.end(), group.begin());
    append_group(group.data());
  }
  end_packed();
}

}  // namespace

void AppendRunLengths(std::span<const int32_t> numbers, int bit_width, std::string* out) {
  Append(numbers, bit_width, out);
}

void AppendRunLengths(std::span<const uint8_t> numbers, int bit_width, std::string* out) {
  Append(numbers, bit_width, out);
}

}  // namespace tarn::lake
