#include "carriers/twilio/waiting_requests.h"

namespace linebook::twilio {

void WaitingRequests::put_in_turn(std::string const& account_sid, Lane& lane) {
  if (lane.in_turn || lane.waiting.empty() || lane.under_way >= max_under_way_of_account) return;
  lane.in_turn = true;
  turns_.push_back(account_sid);
}

void WaitingRequests::push(WaitingRequest waiting) {
  auto const account_sid = waiting.request.credentials->account_sid;
  auto& lane = lanes_[account_sid];
  lane.waiting.push_back(std::move(waiting));
  put_in_turn(account_sid, lane);
}

std::optional<WaitingRequest> WaitingRequests::pop() {
  while (under_way_ < max_under_way && !turns_.empty()) {
    auto const account_sid = std::move(turns_.front());
    turns_.pop_front();
    auto& lane = lanes_[account_sid];
    lane.in_turn = false;
    if (lane.waiting.empty()) {  // all were overdue
      if (lane.under_way == 0) lanes_.erase(account_sid);
      continue;
    }
    auto next = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    ++lane.under_way;
    ++under_way_;
    put_in_turn(account_sid, lane);
    return next;
  }
  return std::nullopt;
}

void WaitingRequests::ended(std::string const& account_sid) {
  auto const at = lanes_.find(account_sid);
  auto& lane = at->second;
  --lane.under_way;
  --under_way_;
  put_in_turn(account_sid, lane);
  if (lane.under_way == 0 && !lane.in_turn) lanes_.erase(at);
}

std::vector<WaitingRequest> WaitingRequests::take_overdue(std::chrono::steady_clock::time_point now) {
  std::vector<WaitingRequest> overdue;
  for (auto& [account_sid, lane] : lanes_) {
    while (!lane.waiting.empty() && lane.waiting.front().until <= now) {
      overdue.push_back(std::move(lane.waiting.front()));
      lane.waiting.pop_front();
    }
  }
  return overdue;
}

std::vector<WaitingRequest> WaitingRequests::take_all() {
  return take_overdue(std::chrono::steady_clock::time_point::max());
}

}  // namespace linebook::twilio
