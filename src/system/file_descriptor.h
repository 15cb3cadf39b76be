#pragma once

#include <unistd.h>

#include <utility>

namespace tarn {

/// \brief Owns one file descriptor; closes it, ignoring errors, when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      number_ = other.Release();
    }
    return *this;
  }
  ~FileDescriptor() { Close(); }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

  /// \brief Give up ownership without closing.
  int Release() { return std::exchange(number_, -1); }

  /// \return 0, or -1 with errno set. The descriptor is gone either way.
  int Close() { return is_open() ? ::close(Release()) : 0; }

 private:
  int number_ = -1;
};

}  // namespace tarn
