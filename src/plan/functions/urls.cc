#include "plan/functions/family_internal.h"

// Parts and escapes of URLs.
namespace tarn::plan {
namespace {

constexpr Function kUrlFunctions[] = {
    {.name = "parse_url",
     .signature = "parse_url(url STRING, part STRING[, key STRING])",
     .help =
         "HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO; of QUERY a key's value",
     .example = "parse_url('https://music.example/songs?id=7&page=2', 'QUERY', 'id')",
     .num_args = {2, 3},
     .resolve = Takes<String(String, String, String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_parse_url",
     .signature = "try_parse_url(url STRING, part STRING[, key STRING])",
     .help = "as parse_url, NULL for what is no URL",
     .example = "try_parse_url('https://music example/', 'HOST')",
     .num_args = {2, 3},
     .resolve = Takes<String(String, String, String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "url_encode",
     .signature = "url_encode(STRING)",
     .help = "as the value of an HTML form: a space becomes +, other marks %2F",
     .example = "url_encode('rock & roll')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.may_fail = false}},
    {.name = "url_decode",
     .signature = "url_decode(STRING)",
     .help = "what url_encode was given; an error where a % has no two digits behind it",
     .example = "url_decode('rock+%26+roll')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>},
    {.name = "try_url_decode",
     .signature = "try_url_decode(STRING)",
     .help = "as url_decode, NULL in place of an error",
     .example = "try_url_decode('100%')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways}},
};

}  // namespace

std::span<const Function> UrlFunctions() { return kUrlFunctions; }

}  // namespace tarn::plan
