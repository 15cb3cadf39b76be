#include "json/profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "json/record/number.h"
#include "json/record/shorten.h"
#include "json/record/unescape.h"
#include "json/record/valid_json.h"
#include "values/spark_datetime.h"

namespace tarn::json {
namespace {

// `2018-11-21`, judged by the places of its digits alone.
constexpr std::string_view kDateForm = "dddd-dd-dd";
constexpr std::string_view kTimestampForm = "dddd-dd-ddTdd:dd";

bool HasForm(std::string_view text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    const char c = text[i];
    const bool fits = form[i] == 'd'   ? c >= '0' && c <= '9'
                      : form[i] == 'T' ? c == 'T' || c == ' '
                                       : c == form[i];
    if (!fits) return false;
  }
  return true;
}

void CountTimes(const Value& string, ValueProfile* profile) {
  const std::string_view text = string.text();
  int32_t days = 0;
  int64_t microseconds = 0;
  if (!HasForm(text, kDateForm)) return;
  if (text.size() == kDateForm.size()) {
    profile->num_dates += ParseSparkDate(text, &days);
  } else if (HasForm(text, kTimestampForm) && text.back() != ' ') {
    profile->num_timestamps += ParseSparkTimestamp(text, &microseconds);
  }
}

void CountInteger(const Value& value, ValueProfile* profile) {
  ++profile->num_integers;
  int64_t integer = 0;
  if (ParseInteger(value, &integer)) {
    profile->integer_min = std::min(profile->integer_min, integer);
    profile->integer_max = std::max(profile->integer_max, integer);
  } else {
    const int64_t num_digits = int64_t{value.length} - (*value.begin == '-');
    profile->num_digits_max = std::max(profile->num_digits_max, num_digits);
  }
}

// The first bytes of an object or array, more than `num_bytes` if it has them, without the space
// between its tokens.
std::string CompactText(std::string_view text, size_t num_bytes) {
  std::string compact;
  bool in_string = false;
  for (size_t i = 0; i < text.size() && compact.size() <= num_bytes; ++i) {
    const char c = text[i];
    if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    compact += c;
    if (in_string && c == '\\') {
      compact += text[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return compact;
}

// The string with no more escapes than JSON needs: other writers escape letters, too.
std::string PlainText(const Value& string) {
  std::string text;
  AssignText(string, &text);
  std::string plain = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') {
      plain += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\') plain += '\\';
      plain += c;
    }
  }
  return plain + '"';
}

void AddExample(const Value& value, ValueProfile* profile) {
  auto& examples = profile->examples;
  if (examples.size() == ValueProfile::kExamplesMax) return;
  std::string_view text = value.text();
  std::string rewritten;
  if (value.kind == ValueKind::kString) {
    text = {value.begin - 1, value.length + size_t{2}};
  } else if (value.kind == ValueKind::kEscapedString) {
    rewritten = PlainText(value);
    text = rewritten;
  } else if (value.kind == ValueKind::kObject || value.kind == ValueKind::kArray) {
    rewritten = CompactText(text, ValueProfile::kExampleBytesMax);
    text = rewritten;
  }
  // Compared before a string is made: most values are known.
  const size_t length = ShortenedLength(text, ValueProfile::kExampleBytesMax);
  const bool known = std::any_of(examples.begin(), examples.end(), [&](const std::string& example) {
    return example.starts_with(text.substr(0, length)) &&
           (example.size() > length) == (text.size() > length);
  });
  if (!known) examples.push_back(Shorten(text, ValueProfile::kExampleBytesMax));
}

}  // namespace

/// Levels of a column's type that DDL takes, with some to spare.
constexpr int kTypeDepthMax = 60;

/// Adds valid records to a profile.
class RecordProfiler {
 public:
  explicit RecordProfiler(Profile* profile) : profile_(profile) {}

  void Add(const Value& record, const RecordPlace& place) {
    place_ = place;
    ValueProfile* const root = &profile_->record_;
    if (root->num_values++ == 0) root->first = place;
    AddObject(record, root);
  }

  void AddBad(const RecordPlace& place, const std::string& reason) {
    profile_->AddBadRecord(place, reason);
  }

 private:
  struct Pending {
    ValueProfile* profile;
    Value value;
  };

  void AddValue(const Value& value, ValueProfile* profile) {
    ++profile->num_values;
    switch (value.kind) {
      case ValueKind::kMissing:
      case ValueKind::kNull:
        ++profile->num_nulls;
        return;
      case ValueKind::kFalse:
      case ValueKind::kTrue:
        ++profile->num_booleans;
        break;
      case ValueKind::kInteger:
        CountInteger(value, profile);
        break;
      case ValueKind::kDecimal:
        ++profile->num_decimals;
        break;
      case ValueKind::kString:
        CountTimes(value, profile);
        ++profile->num_strings;
        break;
      case ValueKind::kEscapedString:
        ++profile->num_strings;
        break;
      case ValueKind::kObject:
      case ValueKind::kArray:
        AddNested(value, profile);
    }
    AddExample(value, profile);
  }

  // What lies deeper than types go is text: it has no types of its own, and needs no stack.
  void AddNested(const Value& value, ValueProfile* profile) {
    if (depth_ == kTypeDepthMax) {
      ++profile->num_strings;
      return;
    }
    ++depth_;
    if (value.kind == ValueKind::kObject) {
      AddObject(value, profile);
    } else {
      AddArray(value, profile);
    }
    --depth_;
  }

  // Members are gathered before they are added: a later one may make the object a map.
  void AddObject(const Value& object, ValueProfile* profile) {
    ++profile->num_objects;
    const size_t begin = pending_.size();
    MemberReader reader(object);
    Value key;
    Value value;
    size_t expected = 0;
    while (reader.Next(&key, &value)) {
      const bool was_map = profile->map_values != nullptr;
      ValueProfile* const member = profile_->ProfileOf(TextOf(key), profile, &expected, place_);
      if (member == nullptr) {
        ++profile_->num_values_left_out_;
        continue;
      }
      const bool is_map = profile->map_values != nullptr;
      if (is_map && !was_map) {
        for (size_t i = begin; i < pending_.size(); ++i) pending_[i].profile = member;
      }
      pending_.push_back({member, value});
    }
    // By index: adding them opens further objects.
    const size_t end = pending_.size();
    for (size_t i = begin; i < end; ++i) {
      const Pending pending = pending_[i];
      AddValue(pending.value, pending.profile);
    }
    pending_.resize(begin);
  }

  void AddArray(const Value& array, ValueProfile* profile) {
    ++profile->num_arrays;
    ElementReader reader(array);
    Value element;
    while (reader.Next(&element)) {
      if (profile->elements == nullptr) {
        profile->elements = std::make_unique<ValueProfile>();
        profile->elements->first = place_;
      }
      AddValue(element, profile->elements.get());
    }
  }

  std::string_view TextOf(const Value& key) {
    if (key.kind == ValueKind::kString) return key.text();
    AssignText(key, &key_);
    return key_;
  }

  Profile* const profile_;
  RecordPlace place_;
  int depth_ = 0;                 // objects and arrays that are open inside the record
  std::vector<Pending> pending_;  // members of the objects that are open
  std::string key_;
};

Result<std::unique_ptr<Profiler>> Profiler::Make(Framing framing, int64_t record_bytes_max,
                                                 arrow::MemoryPool* pool) {
  ScanOptions options;
  options.schema = arrow::schema({});
  options.framing = framing;
  options.locate_records = true;
  options.record_bytes_max = record_bytes_max;
  ARROW_ASSIGN_OR_RAISE(auto scanner, Scanner::Make(std::move(options), pool));
  return std::unique_ptr<Profiler>(new Profiler(std::move(scanner)));
}

Result<Profiler::Added> Profiler::Add(const Block& block, const RecordPlace& place,
                                      int64_t num_records_max, Profile* profile) {
  ARROW_ASSIGN_OR_RAISE(ScanResult scanned, scanner_->Scan(std::span(&block, 1)));
  const std::string_view text = block.text;
  RecordProfiler records(profile);
  RecordPlace at = place;
  size_t counted = 0;
  const auto move_to = [&](int64_t offset) {
    at.line += std::count(text.begin() + counted, text.begin() + offset, '\n');
    at.byte_offset = place.byte_offset + offset;
    counted = offset;
  };
  int64_t end = 0;
  auto bad = scanned.bad_records.begin();
  auto good = scanned.records.begin();
  for (int64_t n = std::min(num_records_max, scanned.num_records); n > 0; --n) {
    if (good == scanned.records.end() ||
        (bad != scanned.bad_records.end() && bad->byte_offset < good->byte_offset)) {
      move_to(bad->byte_offset);
      records.AddBad(at, bad->reason);
      end = bad->byte_offset + bad->num_bytes;
      ++bad;
      continue;
    }
    move_to(good->byte_offset);
    end = good->byte_offset + good->num_bytes;
    Value record;
    record.begin = text.data() + good->byte_offset;
    record.length = static_cast<uint32_t>(good->num_bytes);
    record.kind = ValueKind::kObject;
    if (end + kPaddingBytes > std::ssize(text)) {
      copy_.assign(record.text());
      copy_.append(kPaddingBytes, '\0');
      record.begin = copy_.data();
    }
    records.Add(record, at);
    ++good;
  }
  return Added{num_records_max >= scanned.num_records, end, std::move(scanned.bad_records),
               scanned.num_bytes_left, scanned.lost_track};
}

}  // namespace tarn::json
