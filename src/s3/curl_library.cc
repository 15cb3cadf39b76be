#include "s3/curl_library.h"

#include <dlfcn.h>

#include "base/sanitized.h"

namespace tarn::s3 {
namespace {

// The sanitizers' runtimes do not bear a library that looks for symbols in itself first.
#ifdef TARN_SANITIZED
constexpr int kOwnSymbolsFirst = 0;
#else
constexpr int kOwnSymbolsFirst = RTLD_DEEPBIND;
#endif

void* OpenLibrary() {
  for (const char* name : {"libcurl-gnutls.so.4", "libcurl.so.4"}) {
    if (void* library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL | kOwnSymbolsFirst)) return library;
  }
  return nullptr;
}

template <class Function>
bool Find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(::dlsym(library, name));
  return *function != nullptr;
}

Result<CurlLibrary> Load() {
  void* const library = OpenLibrary();
  if (library == nullptr) {
    return MakeError(ErrorKind::kFailed,
                     "S3 needs libcurl, which is not installed; install the package "
                     "libcurl3-gnutls (Debian, Ubuntu) or libcurl (Fedora)");
  }
  CurlLibrary curl;
  decltype(&curl_global_init) global_init;
  const bool complete = Find(library, "curl_global_init", &global_init) &&
                        Find(library, "curl_easy_init", &curl.easy_init) &&
                        Find(library, "curl_easy_setopt", &curl.easy_setopt) &&
                        Find(library, "curl_easy_getinfo", &curl.easy_getinfo) &&
                        Find(library, "curl_easy_reset", &curl.easy_reset) &&
                        Find(library, "curl_easy_cleanup", &curl.easy_cleanup) &&
                        Find(library, "curl_easy_strerror", &curl.easy_strerror) &&
                        Find(library, "curl_slist_append", &curl.slist_append) &&
                        Find(library, "curl_slist_free_all", &curl.slist_free_all) &&
                        Find(library, "curl_multi_init", &curl.multi_init) &&
                        Find(library, "curl_multi_setopt", &curl.multi_setopt) &&
                        Find(library, "curl_multi_add_handle", &curl.multi_add_handle) &&
                        Find(library, "curl_multi_remove_handle", &curl.multi_remove_handle) &&
                        Find(library, "curl_multi_socket_action", &curl.multi_socket_action) &&
                        Find(library, "curl_multi_info_read", &curl.multi_info_read) &&
                        Find(library, "curl_multi_cleanup", &curl.multi_cleanup);
  if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return MakeError(ErrorKind::kFailed,
                     "The installed libcurl is too old; S3 needs version 7.68 or newer");
  }
  return curl;
}

}  // namespace

Result<const CurlLibrary*> LoadCurl() {
  static const Result<CurlLibrary> kLibrary = Load();
  ARROW_RETURN_NOT_OK(kLibrary.status());
  return &*kLibrary;
}

}  // namespace tarn::s3
