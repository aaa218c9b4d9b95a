// One HTTP request to the carrier's API, and what came of it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "app/ports/carrier.h"

namespace linebook::twilio {

/// An owner's credentials that leave nothing behind in memory.
class HeldCredentials {
 public:
  explicit HeldCredentials(CarrierCredentials credentials) : held_(std::move(credentials)) {}
  HeldCredentials(HeldCredentials const&) = default;
  HeldCredentials& operator=(HeldCredentials const&) = delete;
  HeldCredentials(HeldCredentials&&) = default;
  HeldCredentials& operator=(HeldCredentials&& other) noexcept;
  ~HeldCredentials();

  CarrierCredentials const& operator*() const { return held_; }
  CarrierCredentials const* operator->() const { return &held_; }

 private:
  CarrierCredentials held_;
};

enum class HttpMethod { get, post, del };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  HeldCredentials credentials;
  std::string form_body = {};  // of a POST
};

struct HttpAnswer {
  long status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after = {};
};

using HttpReply = std::move_only_function<void(CarrierResult<HttpAnswer>)>;

}  // namespace linebook::twilio
