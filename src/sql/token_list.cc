#include "sql/token_list.h"

#include <pg_query.h>

#include <algorithm>

#include "base/printable_text.h"

namespace tarn::sql {
namespace {

// Numbers of enum Token in libpg_query's pg_query.proto.
constexpr uint64_t kIdent = 258, kUnicodeIdent = 259, kFloat = 260, kString = 261;
constexpr uint64_t kLastString = 264, kInteger = 266, kLineComment = 275, kBlockComment = 276;

// The scan result is a protobuf message; libpg_query offers no other form, and its four varint
// fields are not worth a library: ScanResult{version = 1, tokens = 2}, ScanToken{start = 1, end =
// 2, token = 4, keyword_kind = 5}.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return bytes_.empty(); }

  uint64_t ReadVarint() {
    uint64_t value = 0;
    for (int shift = 0; !bytes_.empty() && shift < 64; shift += 7) {
      auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  std::string_view ReadBytes() {
    size_t length = std::min<uint64_t>(ReadVarint(), bytes_.size());
    std::string_view bytes = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return bytes;
  }

 private:
  std::string_view bytes_;
};

struct ScannedToken {
  uint64_t fields[6] = {};
  uint64_t start() const { return fields[1]; }
  uint64_t end() const { return fields[2]; }
  uint64_t type() const { return fields[4]; }
  bool is_keyword() const { return fields[5] != 0; }
};

ScannedToken ReadToken(std::string_view bytes) {
  ScannedToken token;
  ProtobufReader reader(bytes);
  while (!reader.done()) {
    uint64_t field = reader.ReadVarint() >> 3;
    uint64_t value = reader.ReadVarint();
    if (field < std::size(token.fields)) token.fields[field] = value;
  }
  return token;
}

Token::Kind KindOf(const ScannedToken& token) {
  if (token.is_keyword()) return Token::Kind::kKeyword;
  if (token.type() == kIdent || token.type() == kUnicodeIdent) return Token::Kind::kIdentifier;
  if (token.type() == kInteger || token.type() == kFloat) return Token::Kind::kNumber;
  if (token.type() >= kString && token.type() <= kLastString) return Token::Kind::kString;
  return Token::Kind::kSymbol;
}

char LowerChar(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerChar);
  return lower;
}

int OffsetOfCharacter(std::string_view text, int position) {
  size_t offset = 0;
  for (int character = 1; character < position && offset < text.size(); ++character) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80) {
      ++offset;
    }
  }
  return static_cast<int>(offset);
}

std::optional<SyntaxError> TokenList::Scan(const std::string& sql) {
  sql_ = sql;
  tokens_.clear();
  PgQueryScanResult result = pg_query_scan(sql.c_str());
  std::optional<SyntaxError> error;
  if (result.error != nullptr) {
    error = SyntaxError{CutToWidth(result.error->message, kSyntaxMessageWidthMax),
                        OffsetOfCharacter(sql, result.error->cursorpos)};
  } else {
    ProtobufReader reader({result.pbuf.data, result.pbuf.len});
    while (!reader.done()) {
      bool is_token = reader.ReadVarint() >> 3 == 2;
      if (!is_token) {
        reader.ReadVarint();
        continue;
      }
      ScannedToken token = ReadToken(reader.ReadBytes());
      if (token.type() == kLineComment || token.type() == kBlockComment) continue;
      tokens_.push_back(
          {KindOf(token), static_cast<int>(token.start()), static_cast<int>(token.end())});
    }
    MatchBrackets();
  }
  pg_query_free_scan_result(result);
  return error;
}

void TokenList::MatchBrackets() {
  std::vector<int> open;
  for (int i = 0; i < size(); ++i) {
    Token& token = tokens_[i];
    char first = token.kind == Token::Kind::kSymbol ? sql_[token.begin] : ' ';
    if ((first == ')' || first == ']') && !open.empty()) {
      token.matching = open.back();
      tokens_[open.back()].matching = i;
      open.pop_back();
    }
    token.depth = static_cast<int>(open.size());
    if (first == '(' || first == '[') open.push_back(i);
  }
}

int TokenList::IndexAt(int offset) const {
  auto token = std::lower_bound(tokens_.begin(), tokens_.end(), offset,
                                [](const Token& t, int o) { return t.begin < o; });
  return static_cast<int>(token - tokens_.begin());
}

std::string_view TokenList::TextOf(int index) const {
  if (index < 0 || index >= size()) return {};
  return sql_.substr(tokens_[index].begin, tokens_[index].end - tokens_[index].begin);
}

bool TokenList::Is(int index, std::string_view word) const {
  std::string_view text = TextOf(index);
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(),
                    [](char a, char b) { return LowerChar(a) == LowerChar(b); });
}

std::string TokenList::NameOf(int index) const {
  std::string_view text = TextOf(index);
  if (text.size() < 2 || text.front() != '"') return std::string(text);
  std::string name;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"') ++i;
  }
  return name;
}

}  // namespace tarn::sql
