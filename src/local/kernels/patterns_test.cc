#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <gtest/gtest.h>

#include <random>

#include "local/kernels/kernel.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

using Characters = std::vector<std::string>;

std::string Join(const Characters& characters) {
  std::string text;
  for (const std::string& character : characters) text += character;
  return text;
}

Characters RandomCharacters(const Characters& alphabet, size_t length_max, std::mt19937* random) {
  Characters characters((*random)() % (length_max + 1));
  for (std::string& character : characters) character = alphabet[(*random)() % alphabet.size()];
  return characters;
}

// LIKE by its definition: every end of every % is tried.
bool Matches(std::span<const std::string> pattern, std::span<const std::string> text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == "%") {
    for (size_t end = 0; end <= text.size(); ++end) {
      if (Matches(pattern.subspan(1), text.subspan(end))) return true;
    }
    return false;
  }
  return !text.empty() && (pattern[0] == "_" || pattern[0] == text[0]) &&
         Matches(pattern.subspan(1), text.subspan(1));
}

TEST(PatternsTest, LikeMatchesAsByItsDefinition) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same patterns each time
  const Kernel kernel = FindKernel(*plan::FindFunction("like"));
  plan::Expr call;
  call.type = arrow::boolean();
  constexpr int kNumTexts = 40;
  int num_matches = 0;
  for (int i = 0; i < 2000; ++i) {
    const Characters pattern = RandomCharacters({"a", "b", "é", "%", "_"}, 8, &random);
    std::vector<Characters> texts;
    arrow::StringBuilder builder;
    for (int j = 0; j < kNumTexts; ++j) {
      texts.push_back(RandomCharacters({"a", "b", "é"}, 10, &random));
      ASSERT_TRUE(builder.Append(Join(texts.back())).ok());
    }
    const KernelContext context{.num_rows = kNumTexts, .call = &call};
    const arrow::Datum found =
        kernel
            .call(context, {arrow::Datum(builder.Finish().ValueOrDie()),
                            arrow::Datum(std::make_shared<arrow::StringScalar>(Join(pattern)))})
            .ValueOrDie();
    const auto matches = std::static_pointer_cast<arrow::BooleanArray>(found.make_array());
    for (int j = 0; j < kNumTexts; ++j) {
      const bool wanted = Matches(pattern, texts[j]);
      EXPECT_EQ(matches->Value(j), wanted) << Join(texts[j]) << " LIKE " << Join(pattern);
      num_matches += static_cast<int>(wanted);
    }
  }
  EXPECT_GT(num_matches, 1000);
}

}  // namespace
}  // namespace tarn::local
