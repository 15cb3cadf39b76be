// Any bytes as a file: decompressed, decoded, framed and cut into blocks of any size, its records
// are those of the whole text.
#include <arrow/api.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "input/block_reader.h"
#include "input/framing.h"
#include "input/text_stream.h"
#include "json/scanner.h"

namespace tarn::input {
namespace {

constexpr int64_t kTextBytesMax = 1 << 20;

struct Found {
  std::vector<std::string> rows;
  int64_t num_records = 0;
  size_t num_bad = 0;

  bool operator==(const Found&) const = default;
};

std::string ToString(const Found& found) {
  std::string text = std::to_string(found.num_records) + " records, " +
                     std::to_string(found.num_bad) + " bad, rows";
  for (const std::string& row : found.rows) text += " " + row;
  return text;
}

void Add(const json::ScanResult& result, Found* found) {
  const auto& column = static_cast<const arrow::StringArray&>(*result.batch->column(0));
  for (int64_t row = 0; row < column.length(); ++row) {
    found->rows.push_back(column.IsNull(row) ? "null" : column.GetString(row));
  }
  found->num_records += result.num_records;
  found->num_bad += result.bad_records.size();
}

std::unique_ptr<json::Scanner> MakeScanner(json::Framing framing) {
  json::ScanOptions options;
  options.schema = arrow::schema({arrow::field("a", arrow::utf8())});
  options.output = {0};
  options.framing = framing;
  options.find_new_keys = true;
  return json::Scanner::Make(std::move(options)).ValueOrDie();
}

Found InBlocks(const std::string& text, json::Framing framing, int64_t block_bytes) {
  const auto stream = OpenBuffer(arrow::Buffer::FromString(text));
  BlockReader reader(stream.get(), framing == json::Framing::kLines, block_bytes,
                     /*record_bytes_max=*/kTextBytesMax);
  const auto scanner = MakeScanner(framing);
  Found found;
  TextBlock block;
  json::ScanResult result;
  while (!result.lost_track && *reader.Next(result.num_bytes_left, &block)) {
    result = scanner->Scan(std::span(&block.block, 1)).ValueOrDie();
    Add(result, &found);
  }
  return found;
}

void Test(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  // A block that begins a file holds its mark, of up to three bytes.
  const int64_t block_bytes = size == 0 ? 3 : 3 + data[size - 1];
  Result<TextFile> file = OpenText(OpenBuffer(arrow::Buffer::FromString(std::move(bytes))), "a");
  if (!file.ok()) return;
  const std::string text(*file->text->Peek(kTextBytesMax));
  const json::Framing framing = FramingOf(text, /*is_whole=*/true);
  IsCertainlyNotLines(text, /*is_whole=*/true);
  Found whole;
  Add(MakeScanner(framing)->Scan(text).ValueOrDie(), &whole);
  const Found in_blocks = InBlocks(text, framing, block_bytes);
  if (in_blocks == whole) return;
  std::fprintf(stderr, "framing %d: %s in blocks of %d bytes, %s as a whole\n",
               static_cast<int>(framing), ToString(in_blocks).c_str(),
               static_cast<int>(block_bytes), ToString(whole).c_str());
  std::abort();
}

}  // namespace
}  // namespace tarn::input

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tarn::input::Test(data, size);
  return 0;
}
