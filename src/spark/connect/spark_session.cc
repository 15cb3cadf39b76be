#include "spark/connect/spark_session.h"

#include "spark/connect/connection.h"
#include "spark/connect/data_type.h"
#include "spark/connect/execution.h"
#include "spark/connect/result_reader.h"

namespace tarn::connect {
namespace {

using Stub = Connection::Stub;

// Somebody who answers a connection but no call is no server.
constexpr std::chrono::seconds kOpenDurationMax{30};
constexpr std::chrono::seconds kInterruptAllDurationMax{10};

class ConnectSession : public Session {
 public:
  explicit ConnectSession(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  Status AskForVersion() {
    auto request = connection_->NewRequest<proto::AnalyzePlanRequest>();
    request.mutable_spark_version();
    ARROW_ASSIGN_OR_RAISE(const auto response,
                          connection_->Call(&Stub::AsyncAnalyzePlan, request,
                                            connection_->options().open_retry, kOpenDurationMax));
    spark_version_ = response.spark_version().version();
    return Status::OK();
  }

  const std::string& session_id() const override { return connection_->session_id(); }
  const std::string& spark_version() const override { return spark_version_; }

  Status SetConfig(const std::map<std::string, std::string>& settings) override {
    auto request = connection_->NewRequest<proto::ConfigRequest>();
    auto* set = request.mutable_operation()->mutable_set();
    for (const auto& [name, value] : settings) {
      auto* pair = set->add_pairs();
      pair->set_key(name);
      pair->set_value(value);
    }
    return connection_->Call(&Stub::AsyncConfig, request).status();
  }

  Result<std::optional<std::string>> GetConfig(const std::string& name) override {
    auto request = connection_->NewRequest<proto::ConfigRequest>();
    request.mutable_operation()->mutable_get_option()->add_keys(name);
    ARROW_ASSIGN_OR_RAISE(const auto response, connection_->Call(&Stub::AsyncConfig, request));
    if (response.pairs().empty() || !response.pairs(0).has_value()) return std::nullopt;
    return response.pairs(0).value();
  }

  Status CreateTempView(const std::string& name, const Relation& relation) override {
    proto::Plan plan;
    auto* view = plan.mutable_command()->mutable_create_dataframe_view();
    *view->mutable_input() = relation.message();
    view->set_name(name);
    view->set_replace(true);
    return Execute(std::move(plan), nullptr);
  }

  Result<std::shared_ptr<arrow::Schema>> Schema(const Relation& relation) override {
    auto request = connection_->NewRequest<proto::AnalyzePlanRequest>();
    *request.mutable_schema()->mutable_plan()->mutable_root() = relation.message();
    ARROW_ASSIGN_OR_RAISE(const auto response, connection_->Call(&Stub::AsyncAnalyzePlan, request));
    ARROW_ASSIGN_OR_RAISE(const auto type, ArrowTypeOf(response.schema().schema()));
    return arrow::schema(type->fields());
  }

  Result<std::string> Explain(const Relation& relation) override {
    auto request = connection_->NewRequest<proto::AnalyzePlanRequest>();
    auto* explain = request.mutable_explain();
    *explain->mutable_plan()->mutable_root() = relation.message();
    explain->set_explain_mode(proto::AnalyzePlanRequest::Explain::EXPLAIN_MODE_FORMATTED);
    ARROW_ASSIGN_OR_RAISE(const auto response, connection_->Call(&Stub::AsyncAnalyzePlan, request));
    return response.explain().explain_string();
  }

  Status Persist(const Relation& relation) override {
    auto request = connection_->NewRequest<proto::AnalyzePlanRequest>();
    *request.mutable_persist()->mutable_relation() = relation.message();
    return connection_->Call(&Stub::AsyncAnalyzePlan, request).status();
  }

  Status Unpersist(const Relation& relation) override {
    auto request = connection_->NewRequest<proto::AnalyzePlanRequest>();
    *request.mutable_unpersist()->mutable_relation() = relation.message();
    return connection_->Call(&Stub::AsyncAnalyzePlan, request).status();
  }

  Result<std::shared_ptr<arrow::RecordBatchReader>> Stream(const Relation& relation,
                                                           ExecutionObserver* observer) override {
    proto::Plan plan;
    *plan.mutable_root() = relation.message();
    return MakeResultReader(std::make_unique<Execution>(connection_, std::move(plan), observer));
  }

  Result<std::shared_ptr<arrow::Table>> Collect(const Relation& relation,
                                                ExecutionObserver* observer) override {
    ARROW_ASSIGN_OR_RAISE(const auto reader, Stream(relation, observer));
    return reader->ToTable();
  }

  Status Write(const Relation& relation, const WriteSpec& spec,
               ExecutionObserver* observer) override {
    proto::Plan plan;
    auto* write = plan.mutable_command()->mutable_write_operation();
    *write->mutable_input() = relation.message();
    write->set_source(spec.format);
    write->set_path(spec.path);
    write->set_mode(proto::WriteOperation::SAVE_MODE_APPEND);
    write->mutable_partitioning_columns()->Add(spec.partition_by.begin(), spec.partition_by.end());
    write->mutable_options()->insert(spec.options.begin(), spec.options.end());
    return Execute(std::move(plan), observer);
  }

  Status Interrupt() override {
    auto request = connection_->NewRequest<proto::InterruptRequest>();
    request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_ALL);
    return connection_
        ->Call(&Stub::AsyncInterrupt, request, connection_->options().retry,
               kInterruptAllDurationMax)
        .status();
  }

  Status Release() override {
    // Spark 3.5 has no such call: it ends a session when it has heard nothing for an hour.
    if (spark_version_.starts_with("3.")) return Status::OK();
    const auto request = connection_->NewRequest<proto::ReleaseSessionRequest>();
    return connection_->Call(&Stub::AsyncReleaseSession, request).status();
  }

 private:
  Status Execute(proto::Plan plan, ExecutionObserver* observer) {
    Execution execution(connection_, std::move(plan), observer);
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const auto response, execution.Next());
      if (!response) return Status::OK();
    }
  }

  const std::shared_ptr<Connection> connection_;
  std::string spark_version_;
};

}  // namespace

Result<std::shared_ptr<Session>> Session::Open(SessionOptions options) {
  ARROW_ASSIGN_OR_RAISE(auto connection, Connection::Make(std::move(options)));
  auto session = std::make_shared<ConnectSession>(std::move(connection));
  ARROW_RETURN_NOT_OK(session->AskForVersion());
  return session;
}

}  // namespace tarn::connect
