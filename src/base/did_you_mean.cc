#include "base/did_you_mean.h"

#include <algorithm>

#include "base/ascii.h"

namespace tarn {
namespace {

// Edit distance with adjacent transpositions, without case.
size_t EditDistance(std::string_view a, std::string_view b) {
  auto same = [](char x, char y) { return ToLower(x) == ToLower(y); };
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substitution = previous[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[b.size()];
}

}  // namespace

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest;
  size_t limit = std::max<size_t>(1, std::max<size_t>(word.size(), 3) / 3) + 1;
  for (const std::string& candidate : candidates) {
    size_t distance = EditDistance(word, candidate);
    if (distance < limit) {
      limit = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates,
                       std::string otherwise) {
  const std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? otherwise : "did you mean " + nearest + "?";
}

}  // namespace tarn
