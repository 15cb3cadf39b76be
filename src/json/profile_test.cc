// What a profile counts, and that it is the same however the input is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/profiler.h"

namespace tarn::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

void Add(std::string_view block, Profile* profile, Framing framing = Framing::kLines,
         RecordPlace place = {}, int64_t num_records_max = kAll) {
  auto profiler = Profiler::Make(framing).ValueOrDie();
  ASSERT_TRUE(profiler->Add(Block{block}, place, num_records_max, profile).ok());
}

Profile ProfileOf(std::string_view block, Framing framing = Framing::kLines) {
  Profile profile;
  Add(block, &profile, framing);
  return profile;
}

const ValueProfile& MemberOf(const ValueProfile& object, std::string_view key) {
  for (const auto& member : object.members) {
    if (member->key == key) return *member;
  }
  ADD_FAILURE() << "no key " << key;
  return object;
}

std::vector<std::string> KeysOf(const ValueProfile& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.members) keys.push_back(member->key);
  return keys;
}

// Everything that a profile says.
std::string TextOf(const ValueProfile& p) {
  std::string text = p.key + "(";
  for (int64_t n :
       {p.num_values, p.num_nulls, p.num_booleans, p.num_integers, p.num_decimals, p.num_strings,
        p.num_objects, p.num_arrays, p.num_dates, p.num_timestamps, p.integer_min, p.integer_max,
        p.num_digits_max, p.first.file, p.first.line, p.first.byte_offset}) {
    text += std::to_string(n) + " ";
  }
  for (const std::string& example : p.examples) text += example + " ";
  for (const auto& member : p.members) text += TextOf(*member);
  if (p.map_values != nullptr) text += "map:" + TextOf(*p.map_values);
  if (p.elements != nullptr) text += "elements:" + TextOf(*p.elements);
  return text + ")";
}

std::string TextOf(const Profile& profile) {
  std::string text = TextOf(profile.record()) + std::to_string(profile.num_values_left_out());
  for (const Profile::Bad& bad : profile.bad_records()) {
    text += std::to_string(bad.place.line) + ":" + bad.reason;
  }
  return text;
}

TEST(ProfileTest, KindsAreCounted) {
  const Profile profile = ProfileOf(
      "{\"a\":1}\n{\"a\":-2.5}\n{\"a\":null}\n{\"a\":true}\n{\"a\":\"x\"}\n{\"a\":{}}\n{\"a\":[]}\n"
      "{\"b\":1e3}\n");
  EXPECT_EQ(profile.num_records(), 8);
  const ValueProfile& a = MemberOf(profile.record(), "a");
  EXPECT_EQ(a.num_values, 7);
  EXPECT_EQ(a.num_nulls, 1);
  EXPECT_EQ(a.num_integers, 1);
  EXPECT_EQ(a.num_decimals, 1);
  EXPECT_EQ(a.num_booleans, 1);
  EXPECT_EQ(a.num_strings, 1);
  EXPECT_EQ(a.num_objects, 1);
  EXPECT_EQ(a.num_arrays, 1);
  EXPECT_THAT(a.examples, ElementsAre("1", "-2.5", "true"));
  const ValueProfile& b = MemberOf(profile.record(), "b");
  EXPECT_EQ(b.num_decimals, 1);
  EXPECT_EQ(b.first.line, 7);
}

TEST(ProfileTest, IntegersHaveARange) {
  const Profile profile = ProfileOf(
      "{\"a\":7}\n{\"a\":-9223372036854775808}\n{\"a\":9223372036854775807}\n"
      "{\"a\":9223372036854775808}\n{\"a\":-123456789012345678901}\n");
  const ValueProfile& a = MemberOf(profile.record(), "a");
  EXPECT_EQ(a.num_integers, 5);
  EXPECT_EQ(a.integer_min, INT64_MIN);
  EXPECT_EQ(a.integer_max, INT64_MAX);
  EXPECT_EQ(a.num_digits_max, 21);
}

TEST(ProfileTest, OnlyWholeIsoTimesCount) {
  for (const char* date : {"2018-11-21", "0001-01-01", "2024-02-29"}) {
    const Profile profile = ProfileOf("{\"a\":\"" + std::string(date) + "\"}");
    EXPECT_EQ(MemberOf(profile.record(), "a").num_dates, 1) << date;
  }
  for (const char* timestamp :
       {"2018-11-21T10:00:00Z", "2018-11-21 10:00", "2018-11-21T10:00:00.123456789+02:00",
        "2018-11-21T10:00:00-0800", "2018-11-21 10:00:00 Europe/Rome"}) {
    const Profile profile = ProfileOf("{\"a\":\"" + std::string(timestamp) + "\"}");
    EXPECT_EQ(MemberOf(profile.record(), "a").num_timestamps, 1) << timestamp;
  }
  for (const char* text : {"2018", "2018-11", "2018-1-2", "2018-11-31", "2018-11-21T",
                           "2018-11-21 noon", "20181121", "2018-11-21T10", "2018-11-21T25:00:00",
                           " 2018-11-21", "2018-11-21 10:00:00 Rome", "2018-11-21T10:00:00 ", ""}) {
    const Profile profile = ProfileOf("{\"a\":\"" + std::string(text) + "\"}");
    const ValueProfile& a = MemberOf(profile.record(), "a");
    EXPECT_EQ(a.num_dates + a.num_timestamps, 0) << text;
    EXPECT_EQ(a.num_strings, 1);
  }
}

TEST(ProfileTest, NestedValuesHaveProfiles) {
  const Profile profile = ProfileOf(
      "{\"o\": {\"x\": 1, \"y\": [1, \"s\", {\"z\": null}]}}\n"
      "{\"o\": {\"y\": [[true]]}}\n");
  const ValueProfile& o = MemberOf(profile.record(), "o");
  EXPECT_EQ(o.num_objects, 2);
  EXPECT_EQ(MemberOf(o, "x").num_values, 1);
  const ValueProfile& elements = *MemberOf(o, "y").elements;
  EXPECT_EQ(elements.num_values, 4);
  EXPECT_EQ(elements.num_integers, 1);
  EXPECT_EQ(elements.num_objects, 1);
  EXPECT_EQ(elements.num_arrays, 1);
  EXPECT_EQ(MemberOf(elements, "z").num_nulls, 1);
  EXPECT_EQ(elements.elements->num_booleans, 1);
  EXPECT_THAT(o.examples,
              ElementsAre("{\"x\":1,\"y\":[1,\"s\",{\"z\":null}]}", "{\"y\":[[true]]}"));
}

TEST(ProfileTest, EachOfDuplicateKeysCounts) {
  const Profile profile =
      ProfileOf("{\"a\":1,\"b\":true,\"a\":\"x\",\"\\u0061\":null}\n{\"a\":2}\n");
  const ValueProfile& a = MemberOf(profile.record(), "a");
  EXPECT_EQ(a.num_values, 4);
  EXPECT_EQ(a.num_nulls, 1);
  EXPECT_EQ(a.num_strings, 1);
  EXPECT_EQ(a.num_integers, 2);
  EXPECT_THAT(KeysOf(profile.record()), ElementsAre("a", "b"));
}

TEST(ProfileTest, KeysAreUnescaped) {
  const Profile profile = ProfileOf("{\"\\u00e9\\n\":1}\n{\"é\\u000A\":2}");
  EXPECT_THAT(KeysOf(profile.record()), ElementsAre("é\n"));
}

TEST(ProfileTest, ExamplesAreDistinctAndShort) {
  const std::string long_text(100, 'x');
  const Profile profile =
      ProfileOf("{\"a\":\"p\"}\n{\"a\":\"p\"}\n{\"a\":\"" + long_text + "y\"}\n{\"a\":\"" +
                long_text + "z\"}\n{\"a\":\"pq\"}\n{\"a\":\"r\"}\n{\"b\":[\n");
  const ValueProfile& a = MemberOf(profile.record(), "a");
  EXPECT_THAT(a.examples, ElementsAre("\"p\"", "\"" + std::string(39, 'x') + "…", "\"pq\""));
}

TEST(ProfileTest, ExamplesHaveNoMoreEscapesThanNeeded) {
  const Profile profile =
      ProfileOf("{\"a\":\"\\u00e9\\/\\\"\\\\\\n\"}\n{\"a\":\"é/\\\"\\\\\\u000a\"}");
  EXPECT_THAT(MemberOf(profile.record(), "a").examples, ElementsAre("\"é/\\\"\\\\\\u000a\""));
}

TEST(ProfileTest, AnExampleIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "é";
  const Profile profile = ProfileOf("{\"a\":\"" + text + "\"}");
  EXPECT_THAT(MemberOf(profile.record(), "a").examples,
              ElementsAre("\"" + text.substr(0, 38) + "…"));
}

TEST(ProfileTest, BadRecordsAreCountedWhereTheyAre) {
  Profile profile;
  Add("\xEF\xBB\xBF{\"a\":1}\n\n{\"a\":}\n[1]\n{\"a\":\"x\"}\n{\"a\":tru\n", &profile,
      Framing::kLines, {3, 10, 100});
  EXPECT_EQ(profile.num_records(), 5);
  EXPECT_EQ(profile.num_bad_records(), 3);
  ASSERT_EQ(profile.bad_records().size(), 3);
  EXPECT_EQ(profile.bad_records()[0].place.file, 3);
  EXPECT_EQ(profile.bad_records()[0].place.line, 12);
  EXPECT_EQ(profile.bad_records()[0].place.byte_offset, 112);
  EXPECT_EQ(profile.bad_records()[1].place.line, 13);
  EXPECT_EQ(profile.bad_records()[2].place.line, 15);
  EXPECT_EQ(MemberOf(profile.record(), "a").num_values, 2);
  EXPECT_EQ(MemberOf(profile.record(), "a").first.byte_offset, 103);
}

TEST(ProfileTest, ValuesThatSpanLines) {
  const Profile profile =
      ProfileOf("{\n \"a\": {\n  \"b\": 1}\n}\n{\"a\"\n:null, \"c\": [ ] } ", Framing::kValues);
  EXPECT_EQ(profile.num_records(), 2);
  EXPECT_EQ(profile.num_bad_records(), 0);
  EXPECT_EQ(MemberOf(profile.record(), "c").first.line, 4);
  EXPECT_THAT(MemberOf(profile.record(), "a").examples, ElementsAre("{\"b\":1}"));
}

TEST(ProfileTest, ArraysInParts) {
  const std::string text = "[{\"a\":1},\n {\"a\":2}, {\"a\":\"x\"}]";
  for (size_t cut = 0; cut < text.size(); ++cut) {
    Profile profile;
    auto profiler = Profiler::Make(Framing::kArray).ValueOrDie();
    const auto added =
        profiler->Add(Block{text.substr(0, cut), true, false}, {}, kAll, &profile).ValueOrDie();
    ASSERT_FALSE(added.lost_track);
    const size_t next = cut - added.num_bytes_left;
    const auto line = std::count(text.begin(), text.begin() + next, '\n');
    const RecordPlace place{0, line, static_cast<int64_t>(next)};
    ASSERT_TRUE(profiler->Add(Block{text.substr(next), false, true}, place, kAll, &profile).ok());
    EXPECT_EQ(TextOf(profile), TextOf(ProfileOf(text, Framing::kArray))) << cut;
  }
}

TEST(ProfileTest, NoMoreRecordsThanAskedFor) {
  Profile profile;
  Add("{\"a\":1}\nbad\n{\"b\":1}\n{\"c\":1}\n", &profile, Framing::kLines, {}, 3);
  EXPECT_EQ(profile.num_records(), 3);
  EXPECT_THAT(KeysOf(profile.record()), ElementsAre("a", "b"));
}

TEST(ProfileTest, EmptyInput) {
  for (const char* text : {"", "\n \n", "\xEF\xBB\xBF"}) {
    const Profile profile = ProfileOf(text);
    EXPECT_EQ(profile.num_records(), 0);
    EXPECT_THAT(profile.record().members, IsEmpty());
  }
}

std::string ObjectOf(int first_key, int num_keys) {
  std::string text = "{";
  for (int i = first_key; i < first_key + num_keys; ++i) {
    text += (i > first_key ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + "}";
}

TEST(ProfileTest, TooManyKeysOfAnObjectMakeAMap) {
  Profile profile({.object_keys_max = 10, .keys_max = 1000});
  Add("{\"o\":" + ObjectOf(0, 10) + "}\n", &profile);
  EXPECT_EQ(MemberOf(profile.record(), "o").members.size(), 10);
  Add("{\"o\":" + ObjectOf(8, 5) + "}\n{\"o\":" + ObjectOf(50, 3) + "}\n", &profile);
  const ValueProfile& o = MemberOf(profile.record(), "o");
  EXPECT_THAT(o.members, IsEmpty());
  ASSERT_NE(o.map_values, nullptr);
  EXPECT_EQ(o.map_values->num_integers, 18);
  EXPECT_EQ(o.map_values->integer_max, 52);
}

TEST(ProfileTest, KeysAreLimitedInAll) {
  Profile profile({.object_keys_max = 100, .keys_max = 20});
  for (int i = 0; i < 30; ++i) {
    Add("{\"r" + std::to_string(i) + "\":{\"x\":" + ObjectOf(i * 5, 5) + "}}\n", &profile);
  }
  EXPECT_EQ(profile.num_records(), 30);
  size_t num_keys = profile.record().members.size();
  int64_t num_values = profile.num_values_left_out();
  for (const auto& member : profile.record().members) num_values += member->num_values;
  EXPECT_LE(num_keys, 20);
  EXPECT_EQ(num_values, 30);
  EXPECT_GT(profile.num_values_left_out(), 0);
}

// Merged from parts, however cut, it is the profile of the whole.
TEST(ProfileTest, PartsMergeToTheWhole) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    text += "{\"id\":" + n + ",\"s\":\"v" + std::to_string(i / 7) + "\"";
    if (i % 5 == 0)
      text += ",\"late" + std::to_string(i / 20) + "\":{\"k" + n + "\":[" + n + ",null]}";
    if (i % 9 == 0) text += ",\"at\":\"2018-11-21\"";
    text += i % 17 == 16 ? "\n" : "}\n";
  }
  for (const ProfileLimits& limits :
       {ProfileLimits{}, ProfileLimits{3, 1000}, ProfileLimits{4, 8}}) {
    Profile whole(limits);
    Add(text, &whole);
    for (const int num_lines : {1, 7, 30}) {
      Profile merged(limits);
      RecordPlace place;
      size_t begin = 0;
      while (begin < text.size()) {
        size_t end = begin;
        for (int i = 0; i < num_lines && end < text.size(); ++i) end = text.find('\n', end) + 1;
        Profile part(limits);
        Add(text.substr(begin, end - begin), &part, Framing::kLines, place);
        merged.Merge(part);
        place.line += num_lines;
        place.byte_offset += static_cast<int64_t>(end - begin);
        begin = end;
      }
      if (limits.keys_max < 1000) {
        // Which keys come before a limit on all of them depends on the parts; the counts don't.
        EXPECT_EQ(merged.num_records(), whole.num_records());
        continue;
      }
      EXPECT_EQ(TextOf(merged), TextOf(whole)) << num_lines;
    }
  }
}

}  // namespace
}  // namespace tarn::json
