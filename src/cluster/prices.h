#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cluster/cluster_file.h"

namespace tarn::cluster {

/// \brief Of one instance for an hour, in US dollars.
struct InstancePrice {
  double ec2 = 0;  ///< of the machine
  double emr = 0;  ///< that EMR asks for on top
};

/// \brief A dated table of prices, on demand.
struct PriceTable {
  std::string date;                                ///< day of the prices, as the file writes it
  std::string region;                              ///< that they are of; "": the file does not say
  std::string source;                              ///< where they come from, as text
  std::map<std::string, InstancePrice> instances;  ///< by instance type
};

/// \brief The table of that file; the one that tarn has when `path` is "".
/// \return kBadInput for a file that is no such table
Result<PriceTable> LoadPrices(const std::string& path);

/// \brief What a cluster costs in an hour, as far as the table knows.
struct Estimate {
  double dollars = 0;  ///< of the instances that it begins with, all of them on demand
  /// With as many workers as managed scaling may add; the same where there is none.
  double dollars_max = 0;
  int64_t num_spot = 0;                    ///< instances that cost less than that
  std::vector<std::string> unknown_types;  ///< not in the table, and not in the sums
};
Estimate EstimateCost(const ClusterSettings& settings, const PriceTable& prices);

}  // namespace tarn::cluster
