#include <thread>

#include "base/units.h"
#include "cli/cluster_opening.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/table_text.h"
#include "cluster/create_call.h"
#include "cluster/local_port.h"
#include "cluster/preflight.h"
#include "cluster/prices.h"
#include "cluster/step_logs.h"
#include "cluster/tunnel.h"

namespace tarn::cli {
namespace {

constexpr size_t kLogLines = 100;
constexpr int kConnectPort = 15002;
constexpr int kHistoryPort = 18080;
constexpr int kYarnPort = 8088;

// What the sums leave out or can't know.
std::string LimitsText(const cluster::Estimate& estimate, const cluster::PriceTable& prices,
                       const std::string& region) {
  std::string text;
  if (estimate.num_spot > 0) {
    text += fmt::format("less for {}, whose price changes\n",
                        FormatCount(estimate.num_spot, "spot instance"));
  }
  if (!prices.region.empty() && region != prices.region) {
    text += fmt::format(
        "these are the prices of {}, not of {}: name a table of them, [cluster] "
        "prices = \"…\"\n",
        Printable(prices.region),
        region.empty() ? "the region that the AWS CLI chooses" : Printable(region));
  }
  for (const std::string& type : estimate.unknown_types) {
    text += fmt::format(
        "without the instances of type {}, whose price is unknown: name a table that "
        "has it, [cluster] prices = \"…\"\n",
        Printable(type));
  }
  return text;
}

std::string EstimateText(const cluster::Estimate& estimate, const cluster::PriceTable& prices,
                         const std::string& region) {
  std::string text = fmt::format("${:.2f} an hour", estimate.dollars);
  if (estimate.dollars_max > estimate.dollars) {
    text += fmt::format(", up to ${:.2f} when managed scaling has added its most",
                        estimate.dollars_max);
  }
  const std::string place = prices.region.empty() ? "" : prices.region + ", ";
  text +=
      fmt::format(", on demand, without disks (prices of {})\n", Printable(place + prices.date));
  return text + LimitsText(estimate, prices, region) +
         fmt::format("prices: {}\n", Printable(prices.source));
}

class ClusterCommand {
 public:
  ClusterCommand(const ClusterArguments& arguments, const Console& console)
      : arguments_(arguments), console_(console), news_(ClusterNews(console.err, false)) {}

  Status Run() {
    ARROW_ASSIGN_OR_RAISE(settings_, LoadSettings());
    if (arguments_.action == "plan") return Plan();
    ARROW_ASSIGN_OR_RAISE(aws_, OpenAws(settings_, console_.err));
    if (arguments_.action == "create") return Create();
    if (arguments_.action == "list") return List();
    ARROW_ASSIGN_OR_RAISE(id_, cluster::FindCluster(*aws_, arguments_.cluster));
    if (arguments_.action == "status") return ShowStatus();
    if (arguments_.action == "logs") return ShowLogs();
    if (arguments_.action == "tunnel") return HoldTunnel();
    ARROW_RETURN_NOT_OK(EndCluster(*aws_, settings_, id_));
    Out() << "cluster " << id_ << " is being terminated\n";
    return Status::OK();
  }

 private:
  std::ostream& Out() const { return console_.out.stream(); }

  // Only a file says what to make.
  Result<cluster::ClusterSettings> LoadSettings() const {
    const bool makes = arguments_.action == "plan" || arguments_.action == "create";
    return LoadCluster(makes && arguments_.config.empty() ? "cluster.toml" : arguments_.config);
  }

  Status Plan() {
    ARROW_ASSIGN_OR_RAISE(const cluster::PriceTable prices,
                          cluster::LoadPrices(settings_.prices_file));
    Out() << cluster::ShellLines(
                 cluster::CommandOf(settings_.aws, cluster::CreateClusterWords(settings_)))
          << "\n\n"
          << EstimateText(cluster::EstimateCost(settings_, prices), prices,
                          cluster::RegionOf(settings_.aws))
          << "it terminates itself after "
          << FormatDuration(static_cast<double>(settings_.idle_timeout.count()))
          << " without work\n";
    return Status::OK();
  }

  Status Create() {
    InterruptGuard interrupt;
    cluster::PreflightOptions options;
    options.allow_cross_region = arguments_.allow_cross_region;
    options.needs_tunnel = !settings_.ec2_key.empty() ||
                           settings_.tunnel.through == cluster::TunnelSettings::Through::kSsm;
    ARROW_RETURN_NOT_OK(cluster::CheckBeforeCreate(*aws_, settings_, options, interrupt.token()));
    if (interrupt.token().IsStopRequested()) {
      return MakeError(ErrorKind::kCancelled, "interrupted; no cluster was created");
    }
    ARROW_ASSIGN_OR_RAISE(id_,
                          cluster::CreateCluster(*aws_, cluster::CreateClusterWords(settings_)));
    Out() << id_ << std::endl;
    if (!arguments_.wait) return Status::OK();
    const auto ready = cluster::WaitUntilReady(*aws_, id_, interrupt.token(), news_);
    if (KindOf(ready.status()) != ErrorKind::kCancelled) return ready.status();
    return MakeError(
        ErrorKind::kCancelled,
        fmt::format("interrupted; the cluster keeps running: `tarn cluster status {}`, "
                    "`tarn cluster terminate {}`",
                    id_, id_));
  }

  Status List() const {
    ARROW_ASSIGN_OR_RAISE(const auto clusters, cluster::ListClusters(*aws_, arguments_.all));
    TextTable table({{"id", false, true}, {"name"}, {"state"}, {"created"}, {"hours", true}});
    for (const cluster::Cluster& found : clusters) {
      table.AddRow({{Printable(found.id)},
                    {Printable(found.name)},
                    {Printable(found.state)},
                    {Printable(found.created)},
                    {FormatCount(found.num_hours)}});
    }
    Out() << (clusters.empty() ? "no clusters\n" : table.Render({}, console_.out).text);
    return Status::OK();
  }

  Result<cluster::Cluster> Describe() const {
    return cluster::DescribeCluster(*aws_, id_, arrow::StopToken::Unstoppable());
  }

  Status ShowStatus() const {
    ARROW_ASSIGN_OR_RAISE(const cluster::Cluster found, Describe());
    const std::pair<const char*, const std::string&> facts[] = {
        {"id", found.id},         {"name", found.name},           {"state", found.state},
        {"reason", found.reason}, {"created", found.created},     {"release", found.release_label},
        {"logs", found.log_uri},  {"primary", found.primary_dns},
    };
    for (const auto& [name, value] : facts) {
      if (!value.empty()) Out() << fmt::format("{:<8} {}\n", name, Printable(value));
    }
    ARROW_ASSIGN_OR_RAISE(const auto steps, cluster::ListSteps(*aws_, id_));
    if (steps.empty()) return Status::OK();
    TextTable table({{"step", false, true}, {"name"}, {"state"}, {"reason"}});
    for (const cluster::Step& step : steps) {
      table.AddRow({{Printable(step.id)},
                    {Printable(step.name)},
                    {Printable(step.state)},
                    {Printable(step.reason)}});
    }
    Out() << "\n" << table.Render({}, console_.out).text;
    return Status::OK();
  }

  Status ShowLogs() const {
    ARROW_ASSIGN_OR_RAISE(const cluster::Cluster found, Describe());
    std::string step = arguments_.step;
    if (step.empty()) {
      ARROW_ASSIGN_OR_RAISE(const auto steps, cluster::ListSteps(*aws_, id_));
      if (steps.empty()) {
        Out() << "cluster " << id_ << " had no steps\n";
        return Status::OK();
      }
      step = steps[0].id;  // EMR lists the newest first
    }
    bool is_empty = true;
    for (const char* name : {"stderr", "stdout", "controller"}) {
      // How EMR started the step is of use where the step itself says nothing.
      if (!is_empty && std::string_view(name) == "controller") break;
      ARROW_ASSIGN_OR_RAISE(const std::string log, cluster::StepLog(*aws_, found, step, name));
      if (log.empty()) continue;
      is_empty = false;
      Out() << fmt::format("== {} of step {}\n", name, Printable(step))
            << cluster::Tail(log, kLogLines) << (log.ends_with('\n') ? "" : "\n");
    }
    if (is_empty)
      Out() << "no logs of step " << Printable(step) << " yet: EMR needs some minutes\n";
    return Status::OK();
  }

  Status HoldTunnel() const {
    InterruptGuard interrupt;
    ARROW_ASSIGN_OR_RAISE(const cluster::Cluster found, Describe());
    // The usual ports here too, where no server of this machine has them.
    ARROW_ASSIGN_OR_RAISE(const int connect, cluster::FreePort(kConnectPort));
    ARROW_ASSIGN_OR_RAISE(const int history, cluster::FreePort(kHistoryPort));
    ARROW_ASSIGN_OR_RAISE(const int yarn, cluster::FreePort(kYarnPort));
    ARROW_ASSIGN_OR_RAISE(const auto tunnel,
                          cluster::Tunnel::Open(*aws_, settings_.tunnel, found,
                                                {{{connect}, kConnectPort, true},
                                                 {{history}, kHistoryPort, false},
                                                 {{yarn}, kYarnPort, false}},
                                                interrupt.token()));
    Out() << fmt::format(
                 "Spark Connect  sc://127.0.0.1:{}\nSpark history  http://127.0.0.1:{}/\n"
                 "YARN           http://127.0.0.1:{}/\nCtrl-C closes the tunnel\n",
                 connect, history, yarn)
          << std::flush;
    while (!interrupt.token().IsStopRequested()) {
      ARROW_RETURN_NOT_OK(tunnel->CheckOpen());
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return Status::OK();
  }

  const ClusterArguments& arguments_;
  const Console& console_;
  const cluster::OnProgress news_;
  cluster::ClusterSettings settings_;
  std::unique_ptr<cluster::AwsCli> aws_;
  std::string id_;
};

}  // namespace

Status DriveCluster(const ClusterArguments& arguments, const Console& console) {
  return ClusterCommand(arguments, console).Run();
}

}  // namespace tarn::cli
