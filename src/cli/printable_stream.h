#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace tarn::cli {

/// \brief Hands on to another stream what is written to it, made printable: names, values and
/// messages of others can neither drive a terminal nor hide what they are.
///
/// Each write is text of whole characters.
class PrintableStream : public std::ostream {
 public:
  /// \param[in] target borrowed.
  /// \param[in] mark what sets this program's own control sequences off: nobody else can know it.
  ///   Empty: there are none.
  PrintableStream(std::ostream& target, std::string mark);

  /// \brief `sequence` so that this stream lets it through; nothing without a mark.
  std::string Control(std::string_view sequence) const;

 private:
  class Buffer : public std::streambuf {
   public:
    Buffer(std::streambuf* target, std::string mark) : target_(target), mark_(std::move(mark)) {}

    const std::string& mark() const { return mark_; }

   protected:
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int_type overflow(int_type character) override;
    int sync() override { return target_->pubsync(); }

   private:
    std::string PrintableWithControls(std::string_view text) const;

    std::streambuf* const target_;
    const std::string mark_;
  };

  Buffer buffer_;
};

}  // namespace tarn::cli
