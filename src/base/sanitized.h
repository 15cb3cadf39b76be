#pragma once

/// TARN_SANITIZED is defined under the address and the thread sanitizer, whichever compiler it is.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TARN_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TARN_SANITIZED
#endif
#endif
