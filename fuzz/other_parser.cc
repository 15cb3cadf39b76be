#include "other_parser.h"

#include <algorithm>
#include <cstdint>
#include <istream>
#include <map>
#include <nlohmann/json.hpp>
#include <streambuf>

namespace tarn::fuzz {
namespace {

constexpr int kOutOfRange = 406;  // nlohmann-json's number for "number overflow"

/// Bytes as a stream, which tells how many were taken.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string* text) {
    setg(text->data(), text->data(), text->data() + text->size());
  }
  size_t num_taken() const { return static_cast<size_t>(gptr() - eback()); }
};

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// \param[in] replaced the tokens of numbers that another one stands for, by their place among
  /// numbers
  TreeBuilder(Node* root, const std::map<size_t, std::string>& replaced)
      : root_(root), replaced_(replaced) {}

  size_t num_numbers() const { return num_numbers_; }
  bool out_of_range() const { return out_of_range_; }
  size_t error_position() const { return error_position_; }
  const std::string& error_token() const { return error_token_; }

  bool null() override { return Scalar(Node::Kind::kNull, ""); }
  bool boolean(bool value) override {
    return Scalar(value ? Node::Kind::kTrue : Node::Kind::kFalse, "");
  }
  // Of negative integers; -0 is the only one that becomes 0.
  bool number_integer(number_integer_t value) override {
    return Number(value == 0 ? "-0" : std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override { return Number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& token) override { return Number(token); }
  bool string(string_t& value) override { return Scalar(Node::Kind::kString, value); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& key) override {
    key_ = key;
    return true;
  }
  bool start_object(std::size_t) override { return Open(Node::Kind::kObject); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Node::Kind::kArray); }
  bool end_array() override { return Close(); }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    out_of_range_ = error.id == kOutOfRange;
    error_position_ = position;
    error_token_ = token;
    return false;
  }

 private:
  // Where the next value goes. Nodes above an open one do not move: they get no child meanwhile.
  Node* Add() {
    if (open_.empty()) return root_;
    Node* const parent = open_.back();
    if (parent->kind == Node::Kind::kArray) return &parent->elements.emplace_back();
    return &parent->members.emplace_back(std::move(key_), Node()).second;
  }

  bool Scalar(Node::Kind kind, std::string text) {
    Node* const node = Add();
    node->kind = kind;
    node->text = std::move(text);
    node->complete = true;
    return true;
  }

  bool Number(std::string token) {
    const auto original = replaced_.find(num_numbers_++);
    return Scalar(Node::Kind::kNumber,
                  original == replaced_.end() ? std::move(token) : original->second);
  }

  bool Open(Node::Kind kind) {
    Node* const node = Add();
    node->kind = kind;
    open_.push_back(node);
    return true;
  }

  bool Close() {
    open_.back()->complete = true;
    open_.pop_back();
    return true;
  }

  Node* const root_;
  const std::map<size_t, std::string>& replaced_;
  std::vector<Node*> open_;
  std::string key_;
  size_t num_numbers_ = 0;
  bool out_of_range_ = false;
  size_t error_position_ = 0;
  std::string error_token_;
};

}  // namespace

int DepthOf(const Node& node) {
  if (node.kind != Node::Kind::kArray && node.kind != Node::Kind::kObject) return 0;
  int depth = 0;
  for (const Node& element : node.elements) depth = std::max(depth, DepthOf(element));
  for (const auto& [key, value] : node.members) depth = std::max(depth, DepthOf(value));
  return depth + 1;
}

Parsed ParseOther(std::string_view text, bool strict) {
  std::string copy(text);
  std::map<size_t, std::string> replaced;
  while (true) {
    Parsed parsed;
    ViewBuffer buffer(&copy);
    std::istream stream(&buffer);
    TreeBuilder builder(&parsed.root, replaced);
    parsed.accepted =
        nlohmann::json::sax_parse(stream, &builder, nlohmann::json::input_format_t::json, strict);
    parsed.end = buffer.num_taken();
    if (!builder.out_of_range()) return parsed;
    // Put zero with an exponent of the same length in its place, which nothing can continue.
    const std::string& token = builder.error_token();
    replaced.emplace(builder.num_numbers(), token);
    const size_t begin = builder.error_position() - token.size();
    copy.replace(begin, token.size(), "0e" + std::string(token.size() - 2, '0'));
  }
}

}  // namespace tarn::fuzz
