// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad input, 4 a table broke a check, 5 another run
// holds the lake, 130 interrupted.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/application.h"

namespace {

// Whether the program ends because memory, or threads, run out: it throws in a thread that cannot
// report it, or ends others while it unwinds.
bool IsOutOfMemory() {
  const std::exception_ptr current = std::current_exception();
  if (current == nullptr) return std::uncaught_exceptions() > 0;
  try {
    std::rethrow_exception(current);
  } catch (const std::bad_alloc&) {
    return true;
  } catch (const std::system_error& error) {
    return error.code() == std::errc::resource_unavailable_try_again;
  } catch (...) {
    return false;
  }
}

// What is left in a lake is as after kill -9: the next run undoes or finishes it.
[[noreturn]] void EndProgram() {
  if (!IsOutOfMemory()) std::abort();
  constexpr std::string_view kText = "error: out of memory\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kText.data(), kText.size());
  _exit(1);
}

// Arrow's own choice, mimalloc, takes memory in huge pages and gives it back soon: the kernel then
// clears it again and again, a third of a run's CPU time (docs/adr/0017). Read when Arrow allocates
// first.
void ChooseAllocator() { setenv("ARROW_DEFAULT_MEMORY_POOL", "system", /*overwrite=*/0); }

}  // namespace

int main(int argc, char** argv) {
  using tarn::cli::Terminal;
  std::set_terminate(EndProgram);
  ChooseAllocator();
  // Output is flushed where it must be seen; C's streams are not used.
  std::ios::sync_with_stdio(false);
  std::vector<std::string> words(argv + 1, argv + argc);
  tarn::cli::Console console{Terminal(std::cout, STDOUT_FILENO),
                             Terminal(std::cerr, STDERR_FILENO)};
  const int exit_code = tarn::cli::RunApplication(words, console);
  // Everything is in order but for listings that an interrupt has left behind: they must not meet
  // what would be destroyed here.
  constexpr int kInterrupted = 130;
  if (exit_code == kInterrupted) _exit(exit_code);
  return exit_code;
}
