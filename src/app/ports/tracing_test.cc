#include "app/ports/tracing.h"

#include <gtest/gtest.h>

#include <set>

namespace linebook {
namespace {

struct KeptSpans final : TraceRecorder {
  std::vector<Span> spans;
  void take(Span span) override { spans.push_back(std::move(span)); }
};

TraceContext caller(bool sampled) { return {1, 2, 3, sampled}; }

constexpr AccountId home{1};

TEST(Tracing, WhatIsOffRecordsNothing) {
  auto span = Tracer::off().open(SpanKind::server, "a", caller(true));
  EXPECT_FALSE(span.is_recorded());
  EXPECT_FALSE(span.place().context);
  Tracer::off().remember({home, "req_1"}, {nullptr, caller(true)});
  std::string told = "something";
  EXPECT_FALSE(Tracer::off().open_for_request(SpanKind::client, "b", {home, "req_1"}, told).is_recorded());
  EXPECT_EQ(told, "");
}

TEST(Tracing, TheCallersDecisionStands) {
  KeptSpans kept;
  Tracer never(kept, 0);
  Tracer always(kept, 1);
  {
    auto const span = never.open(SpanKind::server, "a", caller(true));
  }
  ASSERT_EQ(kept.spans.size(), 1u);
  EXPECT_EQ(kept.spans[0].context.trace_low, 2u);
  EXPECT_EQ(kept.spans[0].parent, 3u);
  EXPECT_NE(kept.spans[0].context.span, 3u);
  EXPECT_FALSE(always.open(SpanKind::server, "a", caller(false)).is_recorded());
  EXPECT_FALSE(never.open(SpanKind::server, "a", std::nullopt).is_recorded());
  EXPECT_TRUE(always.open(SpanKind::server, "a", std::nullopt).is_recorded());
}

TEST(Tracing, ByChanceAboutAsManyAsAskedFor) {
  KeptSpans kept;
  Tracer tracer(kept, 0.1);
  for (int i = 0; i < 20'000; ++i) tracer.open(SpanKind::server, "a", std::nullopt);
  EXPECT_GT(kept.spans.size(), 1'600u);
  EXPECT_LT(kept.spans.size(), 2'400u);
  std::set<std::pair<std::uint64_t, std::uint64_t>> traces;
  for (auto const& span : kept.spans) traces.emplace(span.context.trace_high, span.context.trace_low);
  EXPECT_EQ(traces.size(), kept.spans.size());
}

TEST(Tracing, AJobWaitsThenRuns) {
  KeptSpans kept;
  Tracer tracer(kept, 1);
  auto request = tracer.open(SpanKind::server, "request", std::nullopt);
  auto const above = request.place().context;
  JobTrace job(request.place());
  job.queued();
  job.begin();
  auto const within = job.place();
  job.begin();  // it is run again
  EXPECT_EQ(job.place().context.span, within.context.span);
  {
    OpenSpan statement(job.place(), SpanKind::client, "a_statement");
  }
  job.end(true, 3);
  job.end(false);
  request.end();
  ASSERT_EQ(kept.spans.size(), 4u);
  EXPECT_EQ(kept.spans[0].name, "queue");
  EXPECT_EQ(kept.spans[0].parent, above.span);
  EXPECT_EQ(kept.spans[1].name, "a_statement");
  EXPECT_EQ(kept.spans[1].parent, within.context.span);
  EXPECT_EQ(kept.spans[2].name, "transaction");
  EXPECT_TRUE(kept.spans[2].failed);
  EXPECT_EQ(std::get<std::int64_t>(kept.spans[2].notes.at(0).second), 3);
  EXPECT_EQ(kept.spans[3].parent, 0u);
}

TEST(Tracing, WhatIsDoneLaterBelongsToItsRequest) {
  KeptSpans kept;
  Tracer tracer(kept, 0);
  tracer.remember({home, "req_yes"}, {&kept, caller(true)});
  tracer.remember({home, "req_no"}, {nullptr, caller(false)});
  std::string told;
  auto span = tracer.open_for_request(SpanKind::client, "call", {home, "req_yes"}, told);
  EXPECT_EQ(told, traceparent_of(span.place().context));
  EXPECT_EQ(span.place().context.trace_low, 2u);
  EXPECT_FALSE(tracer.open_for_request(SpanKind::client, "call", {home, "req_no"}, told).is_recorded());
  EXPECT_EQ(told, traceparent_of(caller(false)));
  EXPECT_FALSE(tracer.open_for_request(SpanKind::client, "call", {home, "req_unknown"}, told).is_recorded());
  EXPECT_EQ(told, "");
  EXPECT_FALSE(tracer.open_for_request(SpanKind::client, "call", {{2}, "req_yes"}, told).is_recorded());
  EXPECT_EQ(told, "") << "another account's request of that id";
  for (std::size_t i = 0; i < Tracer::remembered_requests; ++i) {
    auto const id = "req_" + std::to_string(i);
    tracer.remember({home, id}, {nullptr, caller(false)});
  }
  EXPECT_FALSE(tracer.open_for_request(SpanKind::client, "call", {home, "req_yes"}, told).is_recorded());
  EXPECT_EQ(told, "") << "the oldest make room";
}

}  // namespace
}  // namespace linebook
