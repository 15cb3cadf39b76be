#include "s3/responses.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "base/parse_number.h"
#include "base/utf8.h"
#include "s3/uri.h"
#include "values/spark_datetime.h"

namespace tarn::s3 {
namespace {

Result<pugi::xml_document> Parse(std::string_view xml) {
  pugi::xml_document document;
  // A name may be a blank alone.
  const pugi::xml_parse_result result = document.load_buffer(
      xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (result) return document;
  return Status::IOError("the answer is not XML: ", result.description());
}

// An answer whose root is called `name`.
Result<pugi::xml_document> ParseRoot(std::string_view xml, const char* name) {
  ARROW_ASSIGN_OR_RAISE(pugi::xml_document document, Parse(xml));
  const pugi::xml_node root = document.document_element();
  const auto is_element = [](const pugi::xml_node& node) {
    return node.type() == pugi::node_element;
  };
  if (std::string_view(root.name()) == name &&
      std::count_if(document.begin(), document.end(), is_element) == 1) {
    return document;
  }
  return Status::IOError("the answer is not one ", name);
}

// All of it: CDATA may stand within.
std::string Text(const pugi::xml_node& node, const char* name) {
  std::string text;
  for (const pugi::xml_node& piece : node.child(name)) text += piece.value();
  return text;
}

int64_t Nanoseconds(const pugi::xml_node& node, const char* name) {
  int64_t microseconds = 0;
  ParseSparkTimestamp(node.child(name).text().as_string(), &microseconds);
  return microseconds * 1000;
}

// The names of an answer: of objects, folders, markers.
class Names {
 public:
  explicit Names(const pugi::xml_node& root) : are_encoded_(Text(root, "EncodingType") == "url") {}

  // As forms are encoded: a blank is a `+`.
  std::string Of(const pugi::xml_node& node, const char* name) const {
    std::string text = Text(node, name);
    if (!are_encoded_) return text;
    std::replace(text.begin(), text.end(), '+', ' ');
    return PercentDecode(text);
  }

 private:
  const bool are_encoded_;
};

Result<ListedObject> ParseObject(const pugi::xml_node& node, const Names& names) {
  ListedObject object{names.Of(node, "Key"), 0, Nanoseconds(node, "LastModified"),
                      Text(node, "ETag")};
  object.size_bytes = ParseNumber<int64_t>(Text(node, "Size")).value_or(-1);
  if (object.key.empty() || object.size_bytes < 0) {
    return Status::IOError("an object of the listing has no key or size");
  }
  return object;
}

// The <Error> of an answer, whatever stands around it.
pugi::xml_node ErrorNode(const pugi::xml_document& document) {
  if (const auto node = document.child("Error")) return node;
  return document.child("ErrorResponse").child("Error");  // as STS has it
}

std::string ToText(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace

Result<ListPage> ParseListPage(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "ListBucketResult"));
  const pugi::xml_node root = document.document_element();
  const Names names(root);
  ListPage page;
  for (const pugi::xml_node& node : root.children("Contents")) {
    ARROW_ASSIGN_OR_RAISE(page.objects.emplace_back(), ParseObject(node, names));
  }
  for (const pugi::xml_node& node : root.children("CommonPrefixes")) {
    page.prefixes.push_back(names.Of(node, "Prefix"));
  }
  // What goes on is read, also where nothing says so.
  page.next_token = Text(root, "NextContinuationToken");
  if (page.next_token.empty() && root.child("IsTruncated").text().as_bool()) {
    return Status::IOError("the listing is truncated and has no continuation token");
  }
  return page;
}

Result<UploadPage> ParseUploadPage(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "ListMultipartUploadsResult"));
  const pugi::xml_node root = document.document_element();
  const Names names(root);
  UploadPage page;
  for (const pugi::xml_node& node : root.children("Upload")) {
    page.uploads.push_back(
        {names.Of(node, "Key"), Text(node, "UploadId"), Nanoseconds(node, "Initiated")});
    if (page.uploads.back().key.empty() || page.uploads.back().upload_id.empty()) {
      return Status::IOError("an upload of the listing has no key or id");
    }
  }
  // AWS names the last upload also on the last page, which it marks as the last.
  if (root.child("IsTruncated").text().as_bool(true)) {
    page.next_key = names.Of(root, "NextKeyMarker");
    page.next_upload_id = Text(root, "NextUploadIdMarker");
    if (page.next_key.empty() && root.child("IsTruncated")) {
      return Status::IOError("the listing is truncated and has no next marker");
    }
  }
  return page;
}

Result<std::string> ParseUploadId(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "InitiateMultipartUploadResult"));
  std::string id = Text(document.document_element(), "UploadId");
  if (id.empty()) return Status::IOError("the answer names no upload");
  return id;
}

Status ParseCompletedUpload(std::string_view xml) {
  return ParseRoot(xml, "CompleteMultipartUploadResult").status();
}

Result<std::string> ParseCopiedPart(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "CopyPartResult"));
  std::string etag = Text(document.child("CopyPartResult"), "ETag");
  if (etag.empty()) return Status::IOError("the answer lacks the part's ETag");
  return etag;
}

Result<DeleteOutcome> ParseDeleteOutcome(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "DeleteResult"));
  const pugi::xml_node root = document.document_element();
  const Names names(root);
  DeleteOutcome outcome;
  for (const pugi::xml_node& node : root.children("Deleted")) {
    outcome.deleted.push_back(names.Of(node, "Key"));
  }
  for (const pugi::xml_node& node : root.children("Error")) {
    outcome.errors.emplace_back(names.Of(node, "Key"),
                                ServiceError{200, Text(node, "Code"), Text(node, "Message"), ""});
  }
  return outcome;
}

ServiceError ParseError(std::string_view xml) {
  const auto document = Parse(xml);
  if (!document.ok()) return {};
  const pugi::xml_node error = ErrorNode(*document);
  return {0, Text(error, "Code"), Text(error, "Message"), Text(error, "Region")};
}

Result<AssumedCredentials> ParseAssumedCredentials(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, Parse(xml));
  const pugi::xml_node root = document.document_element();
  pugi::xml_node node;
  for (const char* call : {"AssumeRole", "AssumeRoleWithWebIdentity"}) {
    if (root.name() != std::string(call) + "Response") continue;
    node = root.child((std::string(call) + "Result").c_str()).child("Credentials");
  }
  AssumedCredentials credentials{Text(node, "AccessKeyId"), Text(node, "SecretAccessKey"),
                                 Text(node, "SessionToken"), Nanoseconds(node, "Expiration")};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Status::IOError("the answer has no credentials");
  }
  return credentials;
}

bool FitsDeleteBody(std::string_view key) {
  const bool has_control_character = std::any_of(key.begin(), key.end(), [](char character) {
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
  });
  // The last two are no characters: U+FFFE and U+FFFF.
  return !has_control_character && key.find("\xEF\xBF\xBE") == std::string_view::npos &&
         key.find("\xEF\xBF\xBF") == std::string_view::npos && IsUtf8(key);
}

std::string DeleteBody(const std::vector<std::string>& keys) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("Delete");
  root.append_child("Quiet").text() = "false";
  for (const std::string& key : keys) {
    root.append_child("Object").append_child("Key").text() = key.c_str();
  }
  return ToText(document);
}

std::string CompleteBody(const std::vector<std::string>& etags) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  int number = 0;
  for (const std::string& etag : etags) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text() = ++number;
    part.append_child("ETag").text() = etag.c_str();
  }
  return ToText(document);
}

}  // namespace tarn::s3
