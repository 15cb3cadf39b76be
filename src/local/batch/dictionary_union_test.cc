#include "local/batch/dictionary_union.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/encoding.h"
#include "local/batch/gather.h"

namespace tarn::local {
namespace {

BatchPtr Texts(const std::string& rows) { return MakeBatch("s STRING", rows); }

// Batches of one dictionary.
arrow::ArrayVector Encoded(const std::vector<std::string>& batches) {
  std::vector<BatchPtr> flat;
  for (const std::string& rows : batches) flat.push_back(Texts(rows));
  arrow::ArrayVector columns;
  for (const BatchPtr& batch : EncodeForTest(flat)) columns.push_back(batch->column(0));
  return columns;
}

void ExpectTexts(const std::shared_ptr<arrow::Array>& found, const std::string& values) {
  ExpectArray(**Flatten(found), values);
}

TEST(DictionaryUnion, KeepsTheCodesOfADictionaryThatGrew) {
  const arrow::ArrayVector chunks = Encoded({R"([["a"],[null]])", R"([["b"],["a"]])"});
  const arrow::ArrayVector unified = Unify(chunks).ValueOrDie();
  EXPECT_EQ(CodesOf(*unified[0])->raw_values(), CodesOf(*chunks[0])->raw_values());
  for (const auto& chunk : unified) EXPECT_EQ(DictionaryOf(*chunk)->length(), 3);
  ExpectTexts(unified[0], R"(["a",null])");
  ExpectTexts(unified[1], R"(["b","a"])");
}

TEST(DictionaryUnion, UnitesDictionaries) {
  const std::string rows = R"([["a"],["b"],["a"],[null],["b"],["a"]])";
  arrow::ArrayVector chunks = {Encoded({rows})[0], Encoded({R"([["c"],["b"],["c"],["b"]])"})[0]};
  chunks.push_back(arrow::MakeArrayOfNull(arrow::utf8(), 2).ValueOrDie());
  const arrow::ArrayVector unified = Unify(chunks).ValueOrDie();
  for (const auto& chunk : unified) EXPECT_EQ(DictionaryOf(*chunk)->length(), 4);
  ExpectTexts(unified[0], R"(["a","b","a",null,"b","a"])");
  ExpectTexts(unified[1], R"(["c","b","c","b"])");
  ExpectTexts(unified[2], "[null,null]");
}

TEST(DictionaryUnion, FlattensWhereThereAreFewRowsOrFlatOnes) {
  const std::string flat = R"([["x"]])";
  const arrow::ArrayVector few = {Encoded({R"([["a"]])"})[0], Encoded({R"([["b"]])"})[0]};
  const arrow::ArrayVector mixed = {Encoded({R"([["a"],["a"],["a"]])"})[0], Texts(flat)->column(0)};
  for (const arrow::ArrayVector& chunks : {few, mixed}) {
    for (const auto& chunk : Unify(chunks).ValueOrDie()) EXPECT_FALSE(IsDictionary(*chunk));
  }
}

TEST(DictionaryUnion, ServesConcatenationAndSelection) {
  const SchemaPtr schema = Texts("[]")->schema();
  const std::vector<std::string> rows = {R"([["a"],["b"],["a"],["a"],["b"],["a"]])",
                                         R"([["b"],["c"],[null],["c"],["b"],["c"]])"};
  const std::vector<arrow::ArrayVector> layouts = {
      Encoded(rows),
      {Encoded({rows[0]})[0], Encoded({rows[1]})[0]},
      {Encoded({rows[0]})[0], Texts(rows[1])->column(0)},
      {Texts(rows[0])->column(0), Texts(rows[1])->column(0)}};
  for (const arrow::ArrayVector& chunks : layouts) {
    std::vector<BatchPtr> batches;
    for (const auto& chunk : chunks) {
      batches.push_back(arrow::RecordBatch::Make(schema, 6, {chunk}));
    }
    const BatchPtr all = Concatenate(schema, batches).ValueOrDie();
    ExpectTexts(all->column(0), R"(["a","b","a","a","b","a","b","c",null,"c","b","c"])");
    const auto numbers = MakeBatch("n BIGINT", "[[7],[0],[null],[8]]")->column(0);
    ExpectTexts(TakeRows(all, numbers).ValueOrDie()->column(0), R"(["c","a",null,null])");
    ExpectTexts(TakeFromChunks(*schema->field(0), chunks, {11, 0, 12, 6}).ValueOrDie(),
                R"(["c","a",null,"b"])");
  }
}

}  // namespace
}  // namespace tarn::local
