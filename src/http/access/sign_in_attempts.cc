#include "http/access/sign_in_attempts.h"

#include <cmath>

namespace linebook::http {
namespace {

Result<void> tried_too_often(Budget::Bounds const& bounds) {
  auto const wait = static_cast<int>(std::ceil(1 / bounds.per_second));
  auto error =
      Error{ErrorCode::too_many_requests,
            "too many attempts to sign in from this network; wait " + std::to_string(wait) + " seconds",
            {}};
  error.retry_after_seconds = wait;
  return fail(std::move(error));
}

}  // namespace

Result<void> SignInAttempts::begin(boost::asio::ip::address const& client, Clock::time_point now) {
  std::scoped_lock lock(mutex_);
  if (!attempts_.of(client).take(attempts_of_network, now)) return tried_too_often(attempts_of_network);
  if (!failures_.of(client).take(failures_of_network, now)) return tried_too_often(failures_of_network);
  if (failures_of_all_.take(failures_of_node, now)) return {};
  failures_.of(client).give_back();
  return tried_too_often(failures_of_node);
}

void SignInAttempts::succeeded(boost::asio::ip::address const& client) {
  std::scoped_lock lock(mutex_);
  failures_.of(client).give_back();
  failures_of_all_.give_back();
}

}  // namespace linebook::http
