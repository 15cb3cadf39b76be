#include "s3/machine_region.h"

#include <fstream>

#include "s3/machine_credentials.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

bool IsEc2() {
  std::ifstream file("/sys/devices/virtual/dmi/id/sys_vendor");
  std::string vendor;
  std::getline(file, vendor);
  return vendor == "Amazon EC2";
}

}  // namespace

std::string MachineRegion() {
  if (EnvironmentVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT").empty() && !IsEc2()) return "";
  return AskInstance("placement/region");
}

}  // namespace tarn::s3
