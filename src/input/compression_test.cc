#include "input/compression.h"

#include <gmock/gmock.h>

#include "input/compress_for_test.h"

namespace tarn::input {
namespace {

using ::testing::HasSubstr;

struct Format {
  Compression compression;
  arrow::Compression::type type;
};

class EachFormatTest : public ::testing::TestWithParam<Format> {
 protected:
  std::string Packed(std::string_view text) { return Compress(GetParam().type, text); }
  std::unique_ptr<ByteStream> Unpack(std::string packed) {
    return Decompress(GetParam().compression, StreamOf(std::move(packed))).ValueOrDie();
  }
};

std::string SomeText(size_t num_lines) {
  std::string text;
  for (size_t i = 0; i < num_lines; ++i) {
    text += "{\"number\":" + std::to_string(i * 7919 % 10007) + "}\n";
  }
  return text;
}

TEST_P(EachFormatTest, GivesTheTextWhateverTheSteps) {
  const std::string text = SomeText(200'000);
  const std::string packed = Packed(text);
  EXPECT_EQ(*DetectCompression(packed, "a.json"), GetParam().compression);
  for (const int64_t step : {1, 7, 4096, 10'000'000}) {
    if (step == 1) {
      EXPECT_EQ(ReadAll(Unpack(Packed("{}\n")).get(), step), "{}\n");
      continue;
    }
    auto stream = Unpack(packed);
    EXPECT_EQ(ReadAll(stream.get(), step), text);
    EXPECT_EQ(stream->damage(), "");
    EXPECT_EQ(stream->num_file_bytes(), static_cast<int64_t>(packed.size()));
  }
}

TEST_P(EachFormatTest, ReadsSeveralMembersAndPadding) {
  auto stream = Unpack(Packed("one\n") + Packed("two\n") + Packed("") + Packed("three\n") +
                       std::string(600, '\0'));
  EXPECT_EQ(ReadAll(stream.get()), "one\ntwo\nthree\n");
  EXPECT_EQ(stream->damage(), "");
}

TEST_P(EachFormatTest, TellsWhereItIsCutShort) {
  const std::string text = SomeText(20'000);
  const std::string packed = Packed(text);
  for (const size_t length : {packed.size() - 1, packed.size() / 2, size_t{20}}) {
    auto stream = Unpack(packed.substr(0, length));
    const std::string got = ReadAll(stream.get());
    EXPECT_TRUE(text.starts_with(got));
    EXPECT_THAT(stream->damage(),
                HasSubstr("cut short: it ends at byte " + std::to_string(length)));
  }
}

TEST_P(EachFormatTest, AFlippedByteIsDamageOrChangesTheText) {
  const std::string text = SomeText(2'000);
  const std::string packed = Packed(text);
  int num_damaged = 0;
  for (size_t i = 0; i < packed.size(); ++i) {
    std::string broken = packed;
    broken[i] = static_cast<char>(broken[i] ^ 0x55);
    auto stream = Unpack(broken);
    ReadAll(stream.get());
    num_damaged += !stream->damage().empty();
  }
  EXPECT_GT(num_damaged, 0);
}

TEST_P(EachFormatTest, GarbageAfterTheEndIsDamage) {
  auto stream = Unpack(Packed("one\n") + "garbage that is no member");
  EXPECT_EQ(ReadAll(stream.get()), "one\n");
  EXPECT_NE(stream->damage(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Formats, EachFormatTest,
    ::testing::Values(Format{Compression::kGzip, arrow::Compression::GZIP},
                      Format{Compression::kZstd, arrow::Compression::ZSTD},
                      Format{Compression::kBzip2, arrow::Compression::BZ2},
                      Format{Compression::kLz4, arrow::Compression::LZ4_FRAME}),
    [](const auto& info) { return std::string(NameOf(info.param.compression)); });

TEST(DetectCompressionTest, GoesByTheBytes) {
  EXPECT_EQ(*DetectCompression("{\"a\":1}", "a.json"), Compression::kNone);
  EXPECT_EQ(*DetectCompression("", "a.json.gz"), Compression::kNone);
  EXPECT_EQ(*DetectCompression("{\"a\":1}", "a.json.gz"), Compression::kNone);
  EXPECT_EQ(*DetectCompression("\x1F\x8B\x08", "a.json"), Compression::kGzip);
}

TEST(DetectCompressionTest, ASkippableFrameIsOfTheFormatThatTheNameSays) {
  const std::string_view frame("\x50\x2A\x4D\x18\x00\x00\x00\x00", 8);
  EXPECT_EQ(*DetectCompression(frame, "a.zst"), Compression::kZstd);
  EXPECT_EQ(*DetectCompression(frame, "a.lz4"), Compression::kLz4);
  EXPECT_EQ(*DetectCompression(frame, "a"), Compression::kZstd);
}

TEST(DetectCompressionTest, RefusesWhatIsNotRead) {
  const std::string snappy("\xFF\x06\x00\x00sNaPpY", 10);
  EXPECT_THAT(MessageOf(DetectCompression(snappy, "a.json").status()), HasSubstr("snappy data"));
  EXPECT_THAT(MessageOf(DetectCompression("\x93\x12\x99", "a.json.gz").status()),
              HasSubstr("the name says gzip"));
}

}  // namespace
}  // namespace tarn::input
