#include "cluster/cluster_file.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/placeholder_bucket.h"
#include "base/printable_text.h"
#include "base/units.h"
#include "config/environment.h"
#include "config/section_reader.h"
#include "config/toml.h"
#include "s3/uri.h"
#include "system/environment_variables.h"
#include "system/text_file.h"

namespace tarn::cluster {
namespace {

constexpr ConfigKey kClusterKeys[] = {
    {.name = "name", .takes_string = true},
    {.name = "region", .takes_string = true},
    {.name = "release_label", .takes_string = true},
    {.name = "applications", .takes_array = true},
    {.name = "log_uri", .takes_string = true},
    {.name = "idle_timeout", .takes_string = true},
    {.name = "service_role", .takes_string = true},
    {.name = "instance_profile", .takes_string = true},
    {.name = "auto_scaling_role", .takes_string = true},
    {.name = "ec2_key", .takes_string = true},
    {.name = "subnet", .takes_string = true},
    {.name = "security_group", .takes_string = true},
    {.name = "ebs_root_volume_size", .takes_integer = true},
    {.name = "scale_down_behavior", .takes_string = true},
    {.name = "prices", .takes_string = true},
};
constexpr ConfigKey kPrimaryKeys[] = {{.name = "instance_type", .takes_string = true}};
constexpr ConfigKey kWorkersKeys[] = {
    {.name = "instance_type", .takes_string = true},
    {.name = "count", .takes_integer = true},
    {.name = "spot_share", .takes_integer = true, .takes_fraction = true},
};
constexpr ConfigKey kScalingKeys[] = {
    {.name = "min", .takes_integer = true},
    {.name = "max", .takes_integer = true},
    {.name = "max_on_demand", .takes_integer = true},
};
constexpr ConfigKey kTunnelKeys[] = {
    {.name = "through", .takes_string = true},
    {.name = "identity_file", .takes_string = true},
    {.name = "user", .takes_string = true},
};
constexpr ConfigKey kAwsKeys[] = {
    {.name = "program", .takes_string = true},
    {.name = "profile", .takes_string = true},
    {.name = "endpoint_url", .takes_string = true},
};
constexpr ConfigKey kServerlessKeys[] = {
    {.name = "application", .takes_string = true},
    {.name = "release_label", .takes_string = true},
    {.name = "execution_role", .takes_string = true},
    {.name = "idle_timeout", .takes_string = true},
};
constexpr ConfigSection kClusterSections[] = {
    {.name = "cluster", .keys = kClusterKeys},
    {.name = "primary", .keys = kPrimaryKeys},
    {.name = "workers", .keys = kWorkersKeys},
    {.name = "managed_scaling", .keys = kScalingKeys},
    {.name = "tags", .keys = {}},
    {.name = "tunnel", .keys = kTunnelKeys},
    {.name = "aws", .keys = kAwsKeys},
    {.name = "serverless", .keys = kServerlessKeys},
};

constexpr int64_t kInstancesMax = 4000;

class FileReader {
 public:
  FileReader(const ConfigValue& root, std::string path, std::vector<Diagnostic>* diagnostics)
      : root_(root), diagnostics_(diagnostics) {
    settings_.path = std::move(path);
  }

  ClusterSettings Read() {
    CheckSections(kClusterSections, root_, diagnostics_);
    ReadAws();
    ReadCluster();
    ReadInstances();
    ReadScaling();
    ReadTags();
    ReadTunnel();
    ReadServerless();
    return std::move(settings_);
  }

 private:
  // The section's reader, when the file has it.
  std::optional<SectionReader> ReaderOf(std::string_view section) {
    const ConfigEntry* entry = FindSectionEntry(kClusterSections, root_, section, diagnostics_);
    if (entry == nullptr) return std::nullopt;
    return std::optional<SectionReader>(std::in_place, *FindSection(kClusterSections, section),
                                        *entry->value.table(), entry->key, entry->key_at,
                                        diagnostics_);
  }

  static void ReadText(SectionReader* reader, std::string_view key, std::string* text) {
    if (const auto item = reader->String(key)) *text = item->value();
  }

  void ReadFile(SectionReader* reader, std::string_view key, std::string* file) {
    const auto item = reader->String(key);
    if (!item) return;
    std::filesystem::path path = item->value();
    const char* const home = std::getenv("HOME");
    if (item->value().starts_with("~/") && home != nullptr) {
      path = std::filesystem::path(home) / item->value().substr(2);
    }
    *file = (std::filesystem::path(settings_.path).parent_path() / path).lexically_normal();
  }

  std::optional<int64_t> ReadNumber(SectionReader* reader, std::string_view key, int64_t least,
                                    int64_t most) {
    const ConfigValue* value = reader->Find(key);
    if (value == nullptr) return std::nullopt;
    const int64_t number = std::get<int64_t>(value->data);
    if (number >= least && number <= most) return number;
    reader->Report(key, fmt::format("this is not from {} to {}", least, most), "");
    return std::nullopt;
  }

  template <typename Duration>
  void ReadDuration(SectionReader* reader, std::string_view key, Duration least, Duration most,
                    Duration* duration) {
    const auto item = reader->String(key);
    if (!item) return;
    const auto seconds = ParseDuration(item->value());
    if (seconds && *seconds >= least && *seconds <= most) {
      *duration = std::chrono::duration_cast<Duration>(*seconds);
      return;
    }
    reader->Report(*item, "this is no time from a minute to seven days: " + item->value(),
                   "write \"30m\" or \"2h\"");
  }

  void ReadCluster() {
    auto reader = ReaderOf("cluster");
    if (reader) ReadClusterKeys(&*reader);
    if (!settings_.applications.empty()) return;
    // Releases that are named after Spark have it with YARN, and no application of that name.
    if (!settings_.release_label.starts_with("emr-spark-")) {
      settings_.applications.push_back("Hadoop");
    }
    settings_.applications.push_back("Spark");
  }

  void ReadClusterKeys(SectionReader* reader) {
    const std::pair<const char*, std::string*> texts[] = {
        {"name", &settings_.name},
        {"region", &settings_.aws.region},
        {"release_label", &settings_.release_label},
        {"service_role", &settings_.service_role},
        {"instance_profile", &settings_.instance_profile},
        {"auto_scaling_role", &settings_.auto_scaling_role},
        {"ec2_key", &settings_.ec2_key},
        {"subnet", &settings_.subnet},
        {"security_group", &settings_.security_group},
    };
    for (const auto& [key, text] : texts) ReadText(reader, key, text);
    settings_.applications = reader->UniqueStrings("applications");
    if (const auto item = reader->String("log_uri")) {
      settings_.log_uri = item->value();
      if (!settings_.log_uri.starts_with("s3://")) {
        reader->Report(*item, "this is no place in S3: " + item->value(),
                       "write \"s3://NAME-OF-YOUR-BUCKET/FOLDER/\"");
      } else if (const auto placeholder = PlaceholderBucket(settings_.log_uri, IsAtAws())) {
        reader->Report(*item, "this is a placeholder for a bucket's name: " + *placeholder,
                       kPlaceholderBucketHint);
      } else if (const Status parsed = s3::ParseUri(settings_.log_uri).status(); !parsed.ok()) {
        reader->Report(*item, MessageOf(parsed), "write \"s3://NAME-OF-YOUR-BUCKET/FOLDER/\"");
      }
    }
    // What EMR takes; without one, an unused cluster runs on.
    ReadDuration(reader, "idle_timeout", std::chrono::seconds(60),
                 std::chrono::seconds(7 * 24 * 3600), &settings_.idle_timeout);
    settings_.ebs_root_volume_gib = ReadNumber(reader, "ebs_root_volume_size", 10, 16'384);
    ReadWord(reader, "scale_down_behavior",
             Words<std::string>{{"TERMINATE_AT_TASK_COMPLETION", "TERMINATE_AT_TASK_COMPLETION"},
                                {"TERMINATE_AT_INSTANCE_HOUR", "TERMINATE_AT_INSTANCE_HOUR"}},
             &settings_.scale_down_behavior);
    ReadFile(reader, "prices", &settings_.prices_file);
  }

  bool IsAtAws() const {
    return settings_.aws.endpoint_url.empty() && EnvironmentVariable("AWS_ENDPOINT_URL").empty();
  }

  void ReadInstances() {
    if (auto reader = ReaderOf("primary")) {
      ReadText(&*reader, "instance_type", &settings_.primary_type);
      settings_.worker_type = settings_.primary_type;
    }
    auto reader = ReaderOf("workers");
    if (!reader) return;
    ReadText(&*reader, "instance_type", &settings_.worker_type);
    settings_.num_workers =
        ReadNumber(&*reader, "count", 0, kInstancesMax).value_or(settings_.num_workers);
    const ConfigValue* share = reader->Find("spot_share");
    if (share == nullptr) return;
    const auto* whole = std::get_if<int64_t>(&share->data);
    settings_.spot_share =
        whole != nullptr ? static_cast<double>(*whole) : std::get<double>(share->data);
    if (settings_.spot_share >= 0 && settings_.spot_share <= 1) return;
    reader->Report("spot_share", "this is not from 0 to 1", "write 0.5 for half of the workers");
  }

  void ReadScaling() {
    auto reader = ReaderOf("managed_scaling");
    if (!reader) return;
    reader->Require("min", "write min = 1, of the instances besides the primary node");
    reader->Require("max", "write max = 10");
    ManagedScaling& scaling = settings_.managed_scaling.emplace();
    const int64_t least = ReadNumber(&*reader, "min", 1, kInstancesMax).value_or(1);
    scaling.instances_min = least;
    scaling.instances_max = ReadNumber(&*reader, "max", least, kInstancesMax).value_or(least);
    scaling.on_demand_max = ReadNumber(&*reader, "max_on_demand", 0, kInstancesMax);
    if (!settings_.auto_scaling_role.empty()) {
      reader->Report("max", "auto_scaling_role and managed scaling exclude one another",
                     "remove one of the two");
    }
  }

  // Any keys; AWS's own limits are checked here, since its error would not say which tag it is.
  void ReadTags() {
    const ConfigEntry* section = FindSectionEntry(kClusterSections, root_, "tags", diagnostics_);
    if (section == nullptr) return;
    for (const ConfigEntry& entry : *section->value.table()) {
      const ConfigString* value = entry.value.string();
      if (value == nullptr) {
        Report(entry, "expected a string, found " + entry.value.type_name(), "put it in quotes");
      } else if (FindControlCharacter(entry.key + value->value) != std::string::npos) {
        Report(entry, "this has a control character in it", "write it without");
      } else if (entry.key.empty() || entry.key.size() > 128 ||
                 entry.key.find('=') != std::string::npos || entry.key.starts_with("aws:")) {
        Report(entry, "this cannot be a tag: " + entry.key,
               "use 1 to 128 characters without =, not beginning with aws:");
      } else {
        settings_.tags.emplace_back(entry.key, value->value);
      }
    }
  }

  void ReadTunnel() {
    auto reader = ReaderOf("tunnel");
    if (!reader) return;
    using Through = TunnelSettings::Through;
    ReadWord(&*reader, "through", Words<Through>{{"ssh", Through::kSsh}, {"ssm", Through::kSsm}},
             &settings_.tunnel.through);
    ReadFile(&*reader, "identity_file", &settings_.tunnel.identity_file);
    if (const auto user = reader->String("user")) {
      settings_.tunnel.user = user->value();
      if (user->value().starts_with("-")) {
        reader->Report(*user, "this cannot be a user's name: " + user->value(), "");
      }
    }
  }

  void ReadAws() {
    auto reader = ReaderOf("aws");
    if (!reader) return;
    // It runs as the user: not what a folder that somebody else filled happens to hold.
    if (const auto program = reader->String("program")) {
      settings_.aws.program = program->value();
      if (!program->value().starts_with("/")) {
        reader->Report(*program, "this is no absolute path: " + program->value(),
                       "write \"/usr/local/bin/aws\"; without this key, PATH is searched for aws");
      }
    }
    ReadText(&*reader, "profile", &settings_.aws.profile);
    ReadText(&*reader, "endpoint_url", &settings_.aws.endpoint_url);
  }

  void ReadServerless() {
    auto reader = ReaderOf("serverless");
    if (!reader) return;
    ServerlessSettings& serverless = settings_.serverless.emplace();
    ReadText(&*reader, "application", &serverless.application);
    ReadText(&*reader, "release_label", &serverless.release_label);
    reader->Require("execution_role", "write the ARN of the role that reads and writes the data");
    if (const auto role = reader->String("execution_role")) {
      serverless.execution_role = role->value();
      CheckRole(&*reader, *role);
    }
    ReadDuration(&*reader, "idle_timeout", std::chrono::minutes(1), std::chrono::minutes(7 * 1440),
                 &serverless.idle_timeout);
  }

  // An example's: AWS would say only that the role may not be passed.
  static void CheckRole(SectionReader* reader, const ConfigItem& role) {
    for (const char* example : {"111122223333", "ACCOUNT", "<", "…", "..."}) {
      if (role.value().find(example) == std::string::npos) continue;
      reader->Report(role, "this is the ARN of an example: " + role.value(),
                     "write the ARN of your role: `aws iam list-roles` lists them");
      return;
    }
  }

  void Report(const ConfigEntry& entry, std::string message, std::string hint) {
    diagnostics_->push_back(
        MakeDiagnostic(entry.key_at, "tags." + entry.key, std::move(message), std::move(hint)));
  }

  const ConfigValue& root_;
  std::vector<Diagnostic>* diagnostics_;
  ClusterSettings settings_;
};

}  // namespace

int64_t ClusterSettings::num_spot_workers() const {
  const auto wanted =
      static_cast<int64_t>(std::llround(spot_share * static_cast<double>(num_workers)));
  return std::clamp<int64_t>(wanted, 0, std::max<int64_t>(num_workers - 1, 0));
}

Result<ClusterSettings> ReadClusterFile(const std::string& path, std::string text) {
  const auto shared = std::make_shared<ConfigText>(ConfigText{path, std::move(text)});
  ARROW_ASSIGN_OR_RAISE(ConfigValue root, ParseToml(shared));
  std::vector<Diagnostic> diagnostics;
  ExpandEnvironment("", &root, &diagnostics);
  ClusterSettings settings = FileReader(root, path, &diagnostics).Read();
  if (!diagnostics.empty()) return MakeError(std::move(diagnostics));
  return settings;
}

Result<ClusterSettings> LoadClusterFile(const std::string& path) {
  Result<std::string> text = ReadTextFileOfFolder(path);
  if (text.ok()) return ReadClusterFile(path, *std::move(text));
  Diagnostic diagnostic;
  diagnostic.file = path;
  diagnostic.message = MessageOf(text.status());
  diagnostic.hint = "copy docs/cluster.toml, or name another file by --config";
  return MakeError({std::move(diagnostic)});
}

}  // namespace tarn::cluster
