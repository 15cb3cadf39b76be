#include <gtest/gtest.h>

#include "local/expr/spark_answers_for_test.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kAssertionsAnswers[] = {
    {"assert_true(0 < 1)", "VOID", "NULL"},
    {"assert_true(0 > 1)", "VOID", "!USER_RAISED_EXCEPTION"},
    {"assert_true(NULL)", "VOID", "!USER_RAISED_EXCEPTION"},
    {"assert_true(0 > 1, 'oops')", "VOID", "!USER_RAISED_EXCEPTION"},
    {"raise_error('custom error message')", "VOID", "!USER_RAISED_EXCEPTION"},
    {"raise_error(NULL)", "VOID", "!USER_RAISED_EXCEPTION"},
    {"raise_error(1)", "VOID", "!USER_RAISED_EXCEPTION"},
};

TEST(Assertions, AnswersAsSparkDoes) { ExpectSparkAnswers(kAssertionsAnswers); }

}  // namespace
}  // namespace tarn::local
