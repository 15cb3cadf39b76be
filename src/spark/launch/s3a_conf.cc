#include "spark/launch/s3a_conf.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tarn::spark {
namespace {

constexpr std::string_view kHadoopAws = "hadoop-aws";
constexpr std::string_view kHadoopCloud = "spark-hadoop-cloud_";
constexpr std::pair<int, int> kSdk2Since{3, 4};  // of hadoop-aws

const std::string* FindJar(const std::vector<std::string>& jars, std::string_view prefix) {
  const auto found = std::find_if(
      jars.begin(), jars.end(), [&](const std::string& name) { return name.starts_with(prefix); });
  return found == jars.end() ? nullptr : &*found;
}

// {3, 5} of "hadoop-aws-3.5.0.jar"; of "hadoop-aws.jar", as EMR has it, the newest there is.
std::pair<int, int> HadoopVersion(const std::string& jar) {
  if (!jar.starts_with("hadoop-aws-")) return {9, 0};
  const char* const end = jar.data() + jar.size();
  int major = 0, minor = 0;
  const char* const dot = std::from_chars(jar.data() + kHadoopAws.size() + 1, end, major).ptr;
  if (dot != end) std::from_chars(dot + 1, end, minor);
  return {major, minor};
}

// Keys of spark.hadoop.fs.s3a or, for one bucket, of spark.hadoop.fs.s3a.bucket.NAME.
class BucketConf {
 public:
  BucketConf(const std::string& bucket, Conf* conf)
      : prefix_("spark.hadoop.fs.s3a.bucket." + bucket + "."), conf_(conf) {}

  void Set(const std::string& key, const std::string& value) {
    if (!value.empty()) conf_->emplace_back(prefix_ + key, value);
  }

 private:
  const std::string prefix_;
  Conf* const conf_;
};

void AddBucket(const JobBucket& bucket, bool has_sdk2, Conf* conf) {
  BucketConf settings(bucket.name, conf);
  settings.Set("endpoint", bucket.endpoint);
  settings.Set("endpoint.region", bucket.region);
  if (bucket.endpoint.starts_with("http://")) settings.Set("connection.ssl.enabled", "false");
  if (bucket.path_style) settings.Set("path.style.access", "true");
  if (bucket.requester_pays) settings.Set("requester.pays.enabled", "true");
  settings.Set("encryption.algorithm",
               bucket.encryption == "aws:kms" ? "SSE-KMS" : bucket.encryption);
  settings.Set("encryption.key", bucket.kms_key_id);
  if (bucket.anonymous) {
    settings.Set("aws.credentials.provider",
                 "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
    return;
  }
  if (!bucket.role_arn.empty()) {
    settings.Set("assumed.role.arn", bucket.role_arn);
    settings.Set("aws.credentials.provider",
                 "org.apache.hadoop.fs.s3a.auth.AssumedRoleCredentialProvider");
  } else if (has_sdk2) {
    // The first two take what the driver hands to its executors; S3A's own default ends without
    // profiles and web identities.
    settings.Set("aws.credentials.provider",
                 "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider,"
                 "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,"
                 "software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider");
  }
}

void AddMagicCommitter(Conf* conf) {
  conf->emplace_back("spark.hadoop.fs.s3a.committer.name", "magic");
  conf->emplace_back("spark.sql.sources.commitProtocolClass",
                     "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol");
  conf->emplace_back("spark.sql.parquet.output.committer.class",
                     "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter");
}

}  // namespace

S3aConf MakeS3aConf(const std::vector<JobBucket>& buckets, const std::vector<std::string>& jars) {
  S3aConf made;
  if (buckets.empty()) return made;
  const std::string* const hadoop_aws = FindJar(jars, kHadoopAws);
  if (hadoop_aws == nullptr) {
    made.warning =
        "Spark has no hadoop-aws among its jars and cannot read s3a://; name the one of its Hadoop "
        "version: spark.jars.packages=org.apache.hadoop:hadoop-aws:VERSION";
    return made;
  }
  const bool has_sdk2 = HadoopVersion(*hadoop_aws) >= kSdk2Since;
  for (const JobBucket& bucket : buckets) AddBucket(bucket, has_sdk2, &made.conf);
  if (FindJar(jars, kHadoopCloud) != nullptr) {
    AddMagicCommitter(&made.conf);
  } else {
    made.warning =
        "Spark has no spark-hadoop-cloud among its jars and commits its files by renaming, which "
        "in S3 is a slow copy of each, and not safe against failures; add "
        "spark.jars.packages=org.apache.spark:spark-hadoop-cloud_2.13:VERSION";
  }
  return made;
}

}  // namespace tarn::spark
