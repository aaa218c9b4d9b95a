#include "base/trace_context.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

constexpr auto trace = "4bf92f3577b34da6a3ce929d0e0e4736";

TEST(TraceContext, OfAWellFormedHeader) {
  for (auto const* header :
       {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings"}) {
    auto const context = parse_traceparent(header);
    ASSERT_TRUE(context) << header;
    EXPECT_EQ(trace_id_text(*context), trace);
    EXPECT_EQ(span_id_text(context->span), "00f067aa0ba902b7");
    EXPECT_TRUE(context->sampled);
  }
}

TEST(TraceContext, IsWrittenAsItWasRead) {
  for (auto const* header : {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-00000000000000000000000000000001-0000000000000001-00"})
    EXPECT_EQ(traceparent_of(*parse_traceparent(header)), header);
}

TEST(TraceContext, OtherFlagsAreNotTheSampledOne) {
  EXPECT_FALSE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
  EXPECT_TRUE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03")->sampled);
}

TEST(TraceContext, AMalformedHeaderIsIgnored) {
  for (auto const* header : {"", "00", "nonsense", "00-4bf92f3577b34da6a3ce929d0e0e4736",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bZ-01",
                             "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"})
    EXPECT_FALSE(parse_traceparent(header)) << header;
}

}  // namespace
}  // namespace linebook
