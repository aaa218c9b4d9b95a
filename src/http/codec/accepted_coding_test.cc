#include "http/codec/accepted_coding.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

TEST(AcceptedCoding, IsTheSmallestThatTheClientTakes) {
  struct Row {
    std::optional<std::string_view> header;
    std::string_view coding;
  };
  Row const rows[] = {
      {{}, "identity"},
      {"", "identity"},
      {"gzip, deflate, br, zstd", "br"},
      {"gzip, deflate", "gzip"},
      {"GZIP", "gzip"},
      {"br;q=0, gzip", "gzip"},
      {"br ; Q=0.000 , gzip;q=0.001", "gzip"},
      {"gzip;q=0", "identity"},
      {"*", "br"},
      {"*;q=0", "identity"},
      {"br;q=0, *", "gzip"},
      {"identity", "identity"},
      {"x-gzip, brotli, brr", "identity"},
      {",,;;=,q", "identity"},
  };
  for (auto const& [header, coding] : rows)
    EXPECT_EQ(to_string(accepted_coding(header, {ContentCoding::brotli, ContentCoding::gzip})), coding)
        << header.value_or("(absent)");
}

}  // namespace
}  // namespace linebook::http
