// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad input, 4 a table broke a check, 130
// interrupted.
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "cli/application.h"
#include "s3/buckets.h"

int main(int argc, char** argv) {
  using tarn::cli::Terminal;
  // Output is flushed where it must be seen; C's streams are not used.
  std::ios::sync_with_stdio(false);
  std::vector<std::string> words(argv + 1, argv + argc);
  tarn::cli::Console console{Terminal(std::cout, STDOUT_FILENO),
                             Terminal(std::cerr, STDERR_FILENO)};
  const int exit_code = tarn::cli::RunApplication(words, console);
  // Reads that nobody waits for any more must not outlive what they use.
  tarn::s3::EndBuckets();
  return exit_code;
}
