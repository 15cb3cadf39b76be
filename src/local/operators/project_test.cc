#include "local/operators/project.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/operators/filter.h"
#include "local/operators/union_all.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::local {
namespace {

constexpr char kViews[] = "page STRING, user STRING, n INT";

class ProjectTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  const plan::ExprPtr page_ = ColumnOf(kViews, "page"), user_ = ColumnOf(kViews, "user");
  const plan::ExprPtr is_home_ =
      plan::MakePredicate(plan::kEq, {page_, plan::MakeLiteral(arrow::MakeScalar("Home"))});
  const Batches views_ =
      MakeInput(kViews, {R"([["Home","7",1],["About",null,2],["Home","8",3],["Home","7",4]])",
                         R"([[null,"7",5],["Home","8",6]])", R"([["Home","9",7]])",
                         R"([["Home","7",8],["Home",null,9],["About","8",10],["Home","7",11]])"});
};

TEST_F(ProjectTest, ComputesOfTextsWhateverTheirLayout) {
  const SchemaPtr schema =
      MakeBatch("page STRING, id BIGINT, home BOOLEAN, same BOOLEAN", "[]")->schema();
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    const std::vector<plan::ExprPtr> exprs = {page_, plan::CastTo(user_, arrow::int64()), is_home_,
                                              plan::MakePredicate(plan::kEq, {page_, user_})};
    return std::vector<PieceSinkPtr>{
        std::make_shared<ProjectStage>(context, schema, CompileAll(exprs, {}), std::move(next))};
  };
  ExpectRows(RunStageInAnyOrder(schema, make, {views_}),
             R"([["Home",7,true,false],["About",null,false,null],["Home",8,true,false],
                 ["Home",7,true,false],[null,7,null,null],["Home",8,true,false],
                 ["Home",9,true,false],["Home",7,true,false],["Home",null,true,null],
                 ["About",8,false,false],["Home",7,true,false]])");
}

TEST_F(ProjectTest, AFilterKeepsTextsInTheirLayout) {
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    return std::vector<PieceSinkPtr>{std::make_shared<FilterStage>(
        context, CompiledExpr(is_home_, {}), std::vector<int>{0, 1, 2}, std::move(next))};
  };
  ExpectRows(RunStageInAnyOrder(views_.schema, make, {views_}),
             R"([["Home","7",1],["Home","8",3],["Home","7",4],["Home","8",6],["Home","9",7],
                 ["Home","7",8],["Home",null,9],["Home","7",11]])");
}

TEST_F(ProjectTest, AUnionTakesTextsOfBothLayouts) {
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    return UnionAll::Make(context, views_.schema, 2, std::move(next));
  };
  const Batches more = MakeInput(kViews, {R"([["Help","7",12]])"});
  ExpectRows(RunStageInAnyOrder(views_.schema, make, {more, views_}),
             R"([["Help","7",12],["Home","7",1],["About",null,2],["Home","8",3],["Home","7",4],
                 [null,"7",5],["Home","8",6],["Home","9",7],["Home","7",8],["Home",null,9],
                 ["About","8",10],["Home","7",11]])");
}

}  // namespace
}  // namespace tarn::local
