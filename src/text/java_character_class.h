#pragma once

#include <unicode/uniset.h>

#include <memory>
#include <string>

#include "base/error.h"

/// Sets of characters as java.util.regex names them.
namespace tarn::text {

/// \brief The set of `\d`, `\w`, `\s`, `\h` or `\v`; of a capital, the other characters.
/// \param[in] unicode whether the flag U is set
/// \return null for other letters
std::unique_ptr<icu::UnicodeSet> PredefinedClass(char letter, bool unicode);

/// \brief The set of `\p{name}`.
/// \param[in] unicode whether the flag U is set, for which POSIX's classes are those of Unicode
/// \return Invalid for a name that there is not
Result<icu::UnicodeSet> PropertyClass(const std::string& name, bool unicode);

/// \brief Add the other cases of what is in `set`.
/// \param[in] unicode whether of all letters; else of those of ASCII
void AddOtherCases(bool unicode, icu::UnicodeSet* set);

/// \brief `[\x{61}-\x{7a}]`, for ICU and RE2 alike.
/// \param[in] for_re2 without surrogates, which RE2 refuses
std::string ClassText(const icu::UnicodeSet& set, bool for_re2);

}  // namespace tarn::text
