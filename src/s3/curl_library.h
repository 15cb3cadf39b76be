#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/error.h"

namespace tarn::s3 {

/// \brief The functions of libcurl that HTTP requests need.
///
/// libcurl is loaded when the first bucket is opened, so that runs without S3 do without it. It and
/// the libraries that it brings look for symbols among themselves first: some of them need OpenSSL,
/// whose names Arrow's libparquet exports too (docs/adr/0010).
struct CurlLibrary {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_reset) easy_reset;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_setopt) multi_setopt;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_socket_action) multi_socket_action;
  decltype(&curl_multi_info_read) multi_info_read;
  decltype(&curl_multi_cleanup) multi_cleanup;
};

/// \brief The library, loaded once and never unloaded. Threads: any.
/// \return kFailed with the package to install when there is no libcurl
Result<const CurlLibrary*> LoadCurl();

}  // namespace tarn::s3
