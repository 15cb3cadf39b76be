#include <gtest/gtest.h>

#include "local/expr/spark_answers_for_test.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kWordsAnswers[] = {
    {"levenshtein('kitten', 'sitting')", "INT", "3"},
    {"levenshtein('kitten', 'sitting', 2)", "INT", "-1"},
    {"levenshtein('', 'abc')", "INT", "3"},
    {"levenshtein('日本', '日')", "INT", "1"},
    {"levenshtein('abc', 'abc', 0)", "INT", "0"},
    {"levenshtein('abc', 'abd', -1)", "INT", "-1"},
    {"levenshtein('a', 'b', NULL)", "INT", "NULL"},
    {"levenshtein('😀', 'a')", "INT", "1"},
    {"levenshtein('abc', '', 3)", "INT", "3"},
    {"soundex('Miller')", "STRING", "M460"},
    {"soundex('')", "STRING", ""},
    {"soundex('é')", "STRING", "é"},
    {"soundex('1a')", "STRING", "1a"},
    {"soundex('Tymczak')", "STRING", "T522"},
    {"soundex('Pfister')", "STRING", "P236"},
    {"soundex('Ashcraft')", "STRING", "A261"},
    {"soundex('B1b')", "STRING", "B100"},
    {"soundex('bwb')", "STRING", "B000"},
    {"soundex('bab')", "STRING", "B100"},
    {"soundex('aéb')", "STRING", "A100"},
    {"jaro_winkler_similarity('MARTHA', 'MARHTA')", "DOUBLE", "0.9611111111111111"},
    {"jaro_winkler_similarity('', '')", "DOUBLE", "1.0"},
    {"jaro_winkler_similarity('a', '')", "DOUBLE", "0.0"},
    {"jaro_winkler_similarity('DwAyNE', 'DuANE')", "DOUBLE", "0.8400000000000001"},
    {"jaro_winkler_similarity('😀a', '😀b')", "DOUBLE", "0.8222222222222222"},
    {"jaro_winkler_similarity('abcdef', 'bcadef')", "DOUBLE", "0.9166666666666666"},
    {"jaro_winkler_similarity('kitten', 'sitting')", "DOUBLE", "0.746031746031746"},
    {"luhn_check('8112189876')", "BOOLEAN", "true"},
    {"luhn_check('79927398714')", "BOOLEAN", "false"},
    {"luhn_check('')", "BOOLEAN", "false"},
    {"luhn_check('0')", "BOOLEAN", "true"},
    {"luhn_check('１')", "BOOLEAN", "false"},
    {"luhn_check(' 0')", "BOOLEAN", "false"},
    {"luhn_check(NULL)", "BOOLEAN", "NULL"},
    {"mask('abcd-EFGH-8765-4321')", "STRING", "xxxx-XXXX-nnnn-nnnn"},
    {"mask('AbCD123-@$#', 'Q')", "STRING", "QxQQnnn-@$#"},
    {"mask('AbCD123-@$#', NULL, 'q', 'd', 'o')", "STRING", "AqCDdddoooo"},
    {"mask('AbCD123-@$#', NULL, NULL, NULL, NULL)", "STRING", "AbCD123-@$#"},
    {"mask('日é²Ⅷ Aa1')", "STRING", "日x²Ⅷ Xxn"},
    {"mask('١Aǅ', 'X', 'x', 'n', 'o')", "STRING", "nXo"},
    {"mask('𝐀a', 'X', 'x', 'n', 'o')", "STRING", "Xx"},
    {"mask(NULL)", "STRING", "NULL"},
};

TEST(Words, AnswersAsSparkDoes) { ExpectSparkAnswers(kWordsAnswers); }

}  // namespace
}  // namespace tarn::local
