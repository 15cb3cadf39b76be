#include "s3/responses.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "base/spark_datetime.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

Result<pugi::xml_document> Parse(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(xml.data(), xml.size());
  if (result) return document;
  return Status::IOError("the answer is not XML: ", result.description());
}

// An answer whose root is called `name`.
Result<pugi::xml_document> ParseRoot(std::string_view xml, const char* name) {
  ARROW_ASSIGN_OR_RAISE(pugi::xml_document document, Parse(xml));
  if (document.child(name)) return document;
  return Status::IOError("the answer is no ", name);
}

std::string Text(const pugi::xml_node& node, const char* name) {
  return node.child(name).text().as_string();
}

std::string Key(const pugi::xml_node& node, const char* name) {
  return PercentDecode(node.child(name).text().as_string());
}

int64_t Nanoseconds(const pugi::xml_node& node, const char* name) {
  int64_t microseconds = 0;
  ParseSparkTimestamp(node.child(name).text().as_string(), &microseconds);
  return microseconds * 1000;
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
  const pugi::xml_node root = document.child("ListBucketResult");
  ListPage page;
  for (const pugi::xml_node& node : root.children("Contents")) {
    page.objects.push_back({Key(node, "Key"), node.child("Size").text().as_llong(),
                            Nanoseconds(node, "LastModified"), Text(node, "ETag")});
  }
  for (const pugi::xml_node& node : root.children("CommonPrefixes")) {
    page.prefixes.push_back(Key(node, "Prefix"));
  }
  if (root.child("IsTruncated").text().as_bool()) {
    page.next_token = Text(root, "NextContinuationToken");
    if (page.next_token.empty()) return Status::IOError("the listing does not say how it goes on");
  }
  return page;
}

Result<UploadPage> ParseUploadPage(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "ListMultipartUploadsResult"));
  const pugi::xml_node root = document.child("ListMultipartUploadsResult");
  UploadPage page;
  for (const pugi::xml_node& node : root.children("Upload")) {
    page.uploads.push_back(
        {Key(node, "Key"), Text(node, "UploadId"), Nanoseconds(node, "Initiated")});
  }
  if (root.child("IsTruncated").text().as_bool()) {
    page.next_key = Key(root, "NextKeyMarker");
    page.next_upload_id = Text(root, "NextUploadIdMarker");
  }
  return page;
}

Result<std::string> ParseUploadId(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, Parse(xml));
  std::string id = Text(document.child("InitiateMultipartUploadResult"), "UploadId");
  if (id.empty()) return Status::IOError("the answer names no upload");
  return id;
}

Result<std::string> ParseCopiedPart(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "CopyPartResult"));
  std::string etag = Text(document.child("CopyPartResult"), "ETag");
  if (etag.empty()) return Status::IOError("the answer does not tell the part's ETag");
  return etag;
}

Result<std::vector<std::pair<std::string, ServiceError>>> ParseDeleteErrors(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, ParseRoot(xml, "DeleteResult"));
  const pugi::xml_node root = document.child("DeleteResult");
  std::vector<std::pair<std::string, ServiceError>> errors;
  for (const pugi::xml_node& node : root.children("Error")) {
    errors.emplace_back(Text(node, "Key"),
                        ServiceError{200, Text(node, "Code"), Text(node, "Message"), ""});
  }
  return errors;
}

ServiceError ParseError(std::string_view xml) {
  const auto document = Parse(xml);
  if (!document.ok()) return {};
  const pugi::xml_node error = ErrorNode(*document);
  return {0, Text(error, "Code"), Text(error, "Message"), Text(error, "Region")};
}

Result<AssumedCredentials> ParseAssumedCredentials(std::string_view xml) {
  ARROW_ASSIGN_OR_RAISE(const auto document, Parse(xml));
  const pugi::xml_node node =
      document.child("AssumeRoleResponse").child("AssumeRoleResult").child("Credentials");
  if (!node) return Status::IOError("the answer holds no credentials");
  return AssumedCredentials{Text(node, "AccessKeyId"), Text(node, "SecretAccessKey"),
                            Text(node, "SessionToken"), Nanoseconds(node, "Expiration")};
}

std::string DeleteBody(const std::vector<std::string>& keys) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("Delete");
  root.append_child("Quiet").text() = "true";
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
