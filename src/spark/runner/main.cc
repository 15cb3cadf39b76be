// tarn-spark: carry out the job on standard input, report what happens on standard output. Started
// by tarn, and ended by it: by the end of standard input, or by its own end.
#include <arrow/util/cancel.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "spark/runner/run_job.h"

int main(int argc, char**) {
  using tarn::spark::MessageWriter;
  if (argc > 1) {
    std::cerr << "tarn-spark is a part of tarn: run `tarn run --engine spark`\n";
    return 2;
  }
  // Ctrl-C is for tarn, which then closes our standard input.
  signal(SIGINT, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  MessageWriter writer(stdout);
  std::string line;
  std::getline(std::cin, line);
  const auto job = tarn::spark::JobFromJson(line);
  if (!job.ok()) {
    writer.Send(tarn::spark::Failed{"failed", "tarn and tarn-spark are of different versions: " +
                                                  tarn::MessageOf(job.status())});
    return 1;
  }
  arrow::StopSource stop;
  std::thread([&stop] {
    while (std::cin.get() != std::char_traits<char>::eof()) {
    }
    stop.RequestStop();
  }).detach();
  const bool is_done = tarn::spark::RunJob(*job, stop.token(), &writer);
  // The detached thread may still wait for its input.
  std::_Exit(is_done ? 0 : 1);
}
