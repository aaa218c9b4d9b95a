// One HTTP request to the carrier's API, with libcurl: TLS checked, no redirects, bounded in time and size.
#pragma once

#include <atomic>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/carrier.h"

namespace linebook::twilio {

/// Answers are a page of numbers at most.
inline constexpr std::size_t max_answer_bytes = 1024 * 1024;

struct HttpAnswer {
  long status = 0;
  std::string body;
};

using Form = std::vector<std::pair<std::string_view, std::string>>;

/// "a=1&b=%2B2"
std::string encode_form(Form const&);

enum class HttpMethod { get, post, del };

/// Any thread; each keeps its connections. The error is unreachable where the request never left, timeout
/// where it may have got there and no whole answer came back, or `stopped` ended it.
CarrierResult<HttpAnswer> send(HttpMethod, std::string const& url, CarrierCredentials const&,
                               std::string const& form_body, std::atomic<bool> const& stopped);

}  // namespace linebook::twilio
