#include "carriers/twilio/http_request.h"

#include <cstring>

namespace linebook::twilio {
namespace {

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace

HeldCredentials& HeldCredentials::operator=(HeldCredentials&& other) noexcept {
  wipe(held_.auth_token);
  held_ = std::move(other.held_);
  return *this;
}

HeldCredentials::~HeldCredentials() { wipe(held_.auth_token); }

}  // namespace linebook::twilio
