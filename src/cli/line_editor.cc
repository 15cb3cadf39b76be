#include "cli/line_editor.h"

#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/utf8.h"
#include "cli/history_file.h"
#include "cli/signal_pipe.h"

namespace tarn::cli {
namespace {

// Entries of the history that can be had again; the file may have twice as many.
constexpr int kHistoryMax = 1000;

// libedit takes its characters as the thread's locale has them.
class Utf8Locale {
 public:
  explicit Utf8Locale(locale_t locale) : before_(uselocale(locale)) {}
  ~Utf8Locale() { uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  const locale_t before_;
};

int NumCharacters(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// How many bytes a character of UTF-8 has by its first one.
size_t LengthBy(unsigned char first) {
  return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

// The only character of `bytes`; U+FFFD when it is none.
wchar_t Decode(std::string_view bytes) {
  if (Utf8CharacterLength(bytes) != bytes.size()) return 0xFFFD;
  constexpr int kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  int code = bytes[0] & kFirstBits[bytes.size()];
  for (const char byte : bytes.substr(1)) code = code << 6 | (byte & 0x3F);
  return code;
}

bool IsReadable(int descriptor) {
  pollfd ready{descriptor, POLLIN, 0};
  return poll(&ready, 1, 0) > 0;
}

struct HistoryEnd {
  void operator()(History* history) const { history_end(history); }
};
using HistoryPtr = std::unique_ptr<History, HistoryEnd>;

HistoryPtr MakeHistory(int size) {
  HistoryPtr made(history_init());
  HistEvent event;
  if (made != nullptr) history(made.get(), &event, H_SETSIZE, size);
  return made;
}

}  // namespace

// The callbacks of libedit find their object as its client data.
class LineEditor::Library {
 public:
  Library(const Terminal& terminal, std::string history_file, std::unique_ptr<SignalPipe> signals)
      : terminal_(terminal),
        history_file_(std::move(history_file)),
        signals_(std::move(signals)),
        locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Library() {
    if (line_ != nullptr) el_end(line_);
    if (locale_ != nullptr) freelocale(locale_);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  Status Init();
  TypedLine Read(const std::string& prompt, const Completer& complete);
  void Remember(const std::string& entry);

 private:
  static Library* Of(EditLine* line) {
    void* self = nullptr;
    el_get(line, EL_CLIENTDATA, &self);
    return static_cast<Library*>(self);
  }
  static char* PromptOf(EditLine* line) { return Of(line)->prompt_.data(); }
  static int ReadCharacterOf(EditLine* line, wchar_t* character) {
    return Of(line)->ReadCharacter(character);
  }
  static unsigned char CompleteOf(EditLine* line, wint_t /*key*/) { return Of(line)->Complete(); }

  void Bind();
  void LoadHistory();
  bool Handle(int signal_number);
  int ReadCharacter(wchar_t* character);
  unsigned char Complete();
  void List(const Completion& completion);

  const Terminal& terminal_;
  const std::string history_file_;
  const std::unique_ptr<SignalPipe> signals_;
  const locale_t locale_;  // null: that of the process
  EditLine* line_ = nullptr;
  HistoryPtr history_;
  std::string prompt_;
  const Completer* complete_ = nullptr;
  std::optional<TypedLine::Kind> ended_by_signal_;
};

Status LineEditor::Library::Init() {
  const Utf8Locale utf8(locale_);
  line_ = el_init("tarn", stdin, stdout, stderr);
  history_ = MakeHistory(kHistoryMax);
  if (line_ == nullptr || history_ == nullptr) {
    return MakeError(ErrorKind::kFailed, "the terminal could not be set up for editing");
  }
  el_set(line_, EL_CLIENTDATA, this);
  el_set(line_, EL_PROMPT, PromptOf);
  el_set(line_, EL_GETCFN, ReadCharacterOf);
  el_set(line_, EL_SIGNAL, 0);
  el_set(line_, EL_HIST, history, history_.get());
  LoadHistory();
  Bind();
  return Status::OK();
}

// As readline has them; whoever wants other keys has an ~/.editrc.
void LineEditor::Library::Bind() {
  el_set(line_, EL_EDITOR, "emacs");
  el_set(line_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_set(line_, EL_BIND, "^W", "ed-delete-prev-word", nullptr);
  el_set(line_, EL_BIND, "\\e[1;5D", "ed-prev-word", nullptr);
  el_set(line_, EL_BIND, "\\e[1;5C", "em-next-word", nullptr);
  el_source(line_, nullptr);
  el_set(line_, EL_ADDFN, "tarn-complete", "Complete the word before the cursor", CompleteOf);
  el_set(line_, EL_BIND, "\t", "tarn-complete", nullptr);
}

void LineEditor::Library::LoadHistory() {
  if (history_file_.empty()) return;
  MakeHistoryFile(history_file_);
  HistEvent event;
  history(history_.get(), &event, H_SETUNIQUE, 1);
  const int num_loaded = history(history_.get(), &event, H_LOAD, history_file_.c_str());
  if (num_loaded > 2 * kHistoryMax) {
    history(history_.get(), &event, H_SAVE, history_file_.c_str());
  }
}

TypedLine LineEditor::Library::Read(const std::string& prompt, const Completer& complete) {
  const Utf8Locale utf8(locale_);
  prompt_ = prompt;
  complete_ = &complete;
  ended_by_signal_.reset();
  terminal_.stream().flush();
  signals_->Open();
  el_set(line_, EL_PREP_TERM, 1);  // before the prompt: what is typed at once is for the editor
  int size = 0;
  const char* const typed = el_gets(line_, &size);
  signals_->Close();
  if (ended_by_signal_) return {*ended_by_signal_, ""};
  if (typed == nullptr) return {TypedLine::Kind::kEnd, ""};
  std::string text(typed, static_cast<size_t>(std::max(size, 0)));
  if (text.ends_with('\n')) text.pop_back();
  return {TypedLine::Kind::kText, std::move(text)};
}

// The file is added to, as other shells may be doing as well.
void LineEditor::Library::Remember(const std::string& entry) {
  const Utf8Locale utf8(locale_);
  HistEvent event;
  const bool is_new = history(history_.get(), &event, H_ENTER, entry.c_str()) > 0;
  if (!is_new || history_file_.empty()) return;
  const HistoryPtr one = MakeHistory(1);
  if (one == nullptr) return;
  FILE* const file = fopen(history_file_.c_str(), "ae");
  if (file == nullptr) return;
  history(one.get(), &event, H_ENTER, entry.c_str());
  // What the file begins with is written when it is empty.
  fseek(file, 0, SEEK_END);
  history(one.get(), &event, H_SAVE_FP, file);
  fclose(file);
}

// Whether the line ends by this signal.
bool LineEditor::Library::Handle(int signal_number) {
  switch (signal_number) {
    case SIGWINCH:
      el_resize(line_);
      return false;
    case SIGTSTP:
      el_set(line_, EL_PREP_TERM, 0);
      signals_->StopProcess();
      el_set(line_, EL_PREP_TERM, 1);
      el_set(line_, EL_REFRESH);
      return false;
    case SIGINT:
      ended_by_signal_ = TypedLine::Kind::kInterrupted;
      return true;
    default:
      ended_by_signal_ = TypedLine::Kind::kEnd;
      return true;
  }
}

// As libedit asks for it: 1 for a character, 0 at the end, -1 for an error.
int LineEditor::Library::ReadCharacter(wchar_t* character) {
  std::string bytes;
  while (true) {
    pollfd ready[] = {{signals_->descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (poll(ready, 2, -1) < 0 && errno != EINTR) return -1;
    while (const int signal_number = signals_->Take()) {
      if (Handle(signal_number)) return 0;
    }
    if (!IsReadable(STDIN_FILENO)) continue;
    char byte = 0;
    const ssize_t num_read = read(STDIN_FILENO, &byte, 1);
    if (num_read < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (num_read <= 0) return static_cast<int>(num_read);
    bytes += byte;
    if (bytes.size() < LengthBy(static_cast<unsigned char>(bytes[0]))) continue;
    *character = Decode(bytes);
    return 1;
  }
}

// What is pasted may hold tabs, which stand for themselves: more of it is there to be read.
unsigned char LineEditor::Library::Complete() {
  if (IsReadable(STDIN_FILENO)) {
    el_insertstr(line_, "\t");
    return CC_REFRESH;
  }
  const LineInfo* const info = el_line(line_);
  const std::string before(info->buffer, info->cursor);
  const std::string after(info->cursor, info->lastchar);
  const Completion completion = (*complete_)(before, after);
  if (completion.candidates.empty()) return CC_REFRESH_BEEP;
  const std::string_view begun =
      std::string_view(before).substr(before.size() - completion.num_replaced);
  const bool is_only = completion.candidates.size() == 1;
  std::string text = completion.CommonStart();
  if (!is_only && text.size() <= begun.size()) {
    List(completion);
    return CC_NORM;
  }
  if (is_only && !completion.is_path && !text.ends_with('(') && after.empty()) text += ' ';
  el_deletestr(line_, NumCharacters(begun));
  return el_insertstr(line_, text.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

// Below the line, which is then drawn anew.
void LineEditor::Library::List(const Completion& completion) {
  terminal_.stream() << "\n" << completion.Listing(terminal_.Width()) << std::flush;
  el_set(line_, EL_REFRESH);
}

LineEditor::LineEditor(std::unique_ptr<Library> library) : library_(std::move(library)) {}

LineEditor::~LineEditor() = default;

Result<std::unique_ptr<LineEditor>> LineEditor::Make(const Terminal& terminal,
                                                     std::string history_file) {
  ARROW_ASSIGN_OR_RAISE(auto signals, SignalPipe::Make());
  auto library = std::make_unique<Library>(terminal, std::move(history_file), std::move(signals));
  ARROW_RETURN_NOT_OK(library->Init());
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(library)));
}

TypedLine LineEditor::Read(const std::string& prompt, const Completer& complete) {
  return library_->Read(prompt, complete);
}

void LineEditor::Remember(const std::string& entry) { library_->Remember(entry); }

}  // namespace tarn::cli
