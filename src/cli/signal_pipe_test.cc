#include "cli/signal_pipe.h"

#include <gtest/gtest.h>

namespace tarn::cli {
namespace {

void (*HandlerOf(int signal_number))(int) {
  struct sigaction action {};
  sigaction(signal_number, nullptr, &action);
  return action.sa_handler;
}

TEST(SignalPipe, GivesSignalsWhileItIsOpen) {
  const auto signals = *SignalPipe::Make();
  signals->Open();
  EXPECT_EQ(signals->Take(), 0);
  raise(SIGINT);
  raise(SIGTERM);
  EXPECT_EQ(signals->Take(), SIGINT);
  EXPECT_EQ(signals->Take(), SIGTERM);
  EXPECT_EQ(signals->Take(), 0);
  raise(SIGWINCH);
  signals->Close();
  signals->Open();
  EXPECT_EQ(signals->Take(), 0);
  signals->Close();
}

TEST(SignalPipe, AnInterruptDoesNothingWhileItIsClosed) {
  const auto before = HandlerOf(SIGINT);
  {
    const auto signals = *SignalPipe::Make();
    raise(SIGINT);
    signals->Open();
    EXPECT_EQ(signals->Take(), 0);
    signals->Close();
    raise(SIGINT);
    EXPECT_EQ(HandlerOf(SIGTERM), SIG_DFL);
  }
  EXPECT_EQ(HandlerOf(SIGINT), before);
}

TEST(SignalPipe, WhatIsIgnoredStaysSo) {
  const auto before = signal(SIGHUP, SIG_IGN);
  const auto signals = *SignalPipe::Make();
  signals->Open();
  raise(SIGHUP);
  EXPECT_EQ(signals->Take(), 0);
  signals->Close();
  EXPECT_EQ(HandlerOf(SIGHUP), SIG_IGN);
  signal(SIGHUP, before);
}

}  // namespace
}  // namespace tarn::cli
