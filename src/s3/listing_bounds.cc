#include "s3/listing_bounds.h"

namespace tarn::s3 {

Status CheckPage(const ListPage& page, const AskedPage& asked) {
  if (!page.next_token.empty() && page.next_token == asked.token) {
    return Status::IOError("the listing does not advance: the same token again");
  }
  const bool is_first = asked.token.empty();
  const auto check = [&asked](const std::string& name, bool is_after) {
    if (!name.starts_with(asked.prefix)) {
      return Status::IOError("the listing is of another prefix: ", name);
    }
    if (is_after && asked.is_ordered && name <= asked.after) {
      return Status::IOError("the listing does not advance: ", name, " is not after ", asked.after);
    }
    return Status::OK();
  };
  for (const ListedObject& object : page.objects) ARROW_RETURN_NOT_OK(check(object.key, true));
  // A first page may begin with the folder that it starts within.
  for (const std::string& name : page.prefixes) ARROW_RETURN_NOT_OK(check(name, !is_first));
  return Status::OK();
}

Status CheckUploadPage(const UploadPage& page, const std::string& prefix, const UploadPage* after) {
  for (const ListedUpload& upload : page.uploads) {
    if (!upload.key.starts_with(prefix)) {
      return Status::IOError("the listing is of another prefix: ", upload.key);
    }
    if (after != nullptr && upload.key < after->next_key) {
      return Status::IOError("the listing does not advance: ", upload.key, " is before ",
                             after->next_key);
    }
  }
  if (after != nullptr && !page.next_key.empty() && page.next_key == after->next_key &&
      page.next_upload_id == after->next_upload_id) {
    return Status::IOError("the listing does not advance: the same marker again");
  }
  return Status::OK();
}

Status ListingBounds::Count(const ListPage& page) {
  return CountPage(page.objects.empty() && page.prefixes.empty(), page.next_token.empty());
}

Status ListingBounds::Count(const UploadPage& page) {
  if (!page.next_key.empty() &&
      !upload_markers_.emplace(page.next_key, page.next_upload_id).second) {
    return Status::IOError("The listing does not advance: the same marker again");
  }
  return CountPage(page.uploads.empty(), page.next_key.empty());
}

Status ListingBounds::CountPage(bool is_empty, bool is_last) {
  ++num_pages_;
  num_empty_ = is_empty ? num_empty_ + 1 : 0;
  if (is_last) return Status::OK();
  if (num_empty_ > kEmptyPagesMax) {
    return Status::IOError("The listing does not advance; ", num_empty_,
                           " pages after each other are empty");
  }
  if (num_pages_ > num_pages_max_) {
    return Status::IOError("The listing does not end; name a longer path. Pages so far: ",
                           num_pages_);
  }
  return Status::OK();
}

}  // namespace tarn::s3
