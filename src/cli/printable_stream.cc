#include "cli/printable_stream.h"

#include <utility>

#include "base/printable_text.h"

namespace tarn::cli {

PrintableStream::PrintableStream(std::ostream& target, std::string mark)
    : std::ostream(nullptr), buffer_(target.rdbuf(), std::move(mark)) {
  rdbuf(&buffer_);
  tie(target.tie());
  setf(target.flags() & std::ios_base::unitbuf);
}

std::string PrintableStream::Control(std::string_view sequence) const {
  const std::string& mark = buffer_.mark();
  return mark.empty() ? "" : mark + std::string(sequence) + mark;
}

std::streamsize PrintableStream::Buffer::xsputn(const char* text, std::streamsize size) {
  const std::string printable =
      PrintableWithControls(std::string_view(text, static_cast<size_t>(size)));
  const auto printable_size = static_cast<std::streamsize>(printable.size());
  return target_->sputn(printable.data(), printable_size) == printable_size ? size : 0;
}

PrintableStream::Buffer::int_type PrintableStream::Buffer::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof()))
    return traits_type::not_eof(character);
  const char byte = traits_type::to_char_type(character);
  return xsputn(&byte, 1) == 1 ? character : traits_type::eof();
}

std::string PrintableStream::Buffer::PrintableWithControls(std::string_view text) const {
  std::string printable;
  while (!mark_.empty()) {
    const size_t begin = text.find(mark_);
    if (begin == std::string_view::npos) break;
    const size_t control = begin + mark_.size();
    const size_t end = text.find(mark_, control);
    if (end == std::string_view::npos) break;
    printable += PrintableLines(text.substr(0, begin));
    printable += text.substr(control, end - control);
    text.remove_prefix(end + mark_.size());
  }
  return printable + PrintableLines(text);
}

}  // namespace tarn::cli
