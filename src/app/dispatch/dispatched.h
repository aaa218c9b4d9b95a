// The call or the text that a dispatch is of, to the steps of its saga (dispatch_steps.h): what differs
// between the two is here.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/dispatch/dispatch_steps.h"
#include "app/lines/line_carrier.h"
#include "app/outbox.h"

namespace linebook {

class Dispatched {
 public:
  /// Nothing: it is gone.
  static std::optional<Dispatched> find(Transaction&, Context const&, Dispatch const&);

  bool is_over() const;
  std::string const& from() const;
  std::string const& to() const;
  std::string const& carrier_sid() const;
  bool has_carrier_sid() const;
  /// Of a text: its words, to know it by. Empty for a call.
  std::string words(Transaction const&, Context const&) const;
  Instant asked_for_at() const;

  /// Where it is not allowed any more, or was to end before it began, it is ended here.
  bool may_leave(Transaction&, Context const&, ReachRules const&, Dispatch&);
  /// Completes the order to place or send it. False: its words cannot be opened.
  bool fill_in(Transaction const&, Context const&, DispatchOrder&) const;

  /// The carrier has it: it is followed from here on.
  void take_in(Transaction&, Context const&, CarrierCall const&);
  void take_in(Transaction&, Context const&, CarrierText const&);
  /// The carrier refused it.
  void refuse(Transaction&, Context const&, CarrierError const&);
  /// It never left, and will not.
  void give_up(Transaction&, Context const&, Dispatch const&, std::string words);
  /// Nobody can tell whether it left.
  void lose_sight(Transaction&, Context const&);

 private:
  explicit Dispatched(std::variant<CallRecord, Message> subject) : subject_(std::move(subject)) {}

  std::variant<CallRecord, Message> subject_;
};

}  // namespace linebook
