#include "http/codec/operation_outcome.h"

#include <gtest/gtest.h>

#include "http/codec/query_reader.h"

namespace linebook::http {
namespace {

TEST(OperationOutcome, HasAnIssueForEachThingAtFault) {
  EXPECT_EQ(operation_outcome({ErrorCode::not_found, "there is no \"x\""}),
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found",)"
            R"("diagnostics":"there is no \"x\""}]})");
  EXPECT_EQ(operation_outcome({ErrorCode::invalid_parameter,
                               "query parameter a …",
                               {{"a", std::string(no_such_parameter)}, {"b", "must not be empty"}}}),
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-supported",)"
            R"("diagnostics":"a is not a parameter of this request"},)"
            R"({"severity":"error","code":"invalid","diagnostics":"b must not be empty"}]})");
  EXPECT_EQ(operation_outcome({ErrorCode::internal_error, "wrong"}),
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception",)"
            R"("diagnostics":"wrong"}]})");
}

TEST(OperationOutcome, TellsWhatKindOfErrorItIs) {
  struct {
    ErrorCode code;
    char const* type;
  } const cases[] = {
      {ErrorCode::unauthorized, "login"},
      {ErrorCode::forbidden, "forbidden"},
      {ErrorCode::too_many_requests, "throttled"},
      {ErrorCode::method_not_allowed, "not-supported"},
      {ErrorCode::overloaded, "transient"},
      {ErrorCode::unavailable, "transient"},
      {ErrorCode::expired, "deleted"},
      {ErrorCode::invalid_page_token, "invalid"},
  };
  for (auto const& c : cases) EXPECT_EQ(issue_type_of(c.code), c.type);
}

}  // namespace
}  // namespace linebook::http
