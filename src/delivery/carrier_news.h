// What a carrier within this process tells of calls and texts, taken into the books. (Twilio tells it over
// HTTP: http/calls/carrier_endpoints.cc.)
#pragma once

#include <functional>
#include <string_view>

#include "app/context.h"
#include "app/ports/carrier_listener.h"
#include "app/ports/clock.h"
#include "app/ports/store.h"

namespace linebook {

class CarrierNews final : public CarrierListener {
 public:
  struct Dependencies {
    Store& store;
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    std::string_view actor;  // in the ledger
    /// Gets the operator's words on what failed.
    std::function<void(std::string_view)> log;
  };

  explicit CarrierNews(Dependencies deps) : deps_(std::move(deps)) {}

  void call_changed(CallNews, std::move_only_function<void(bool taken)>) override;
  void call_answered(CallNews, std::move_only_function<void(CallScript)>) override;
  void call_came_in(CallNews, std::move_only_function<void(CallScript)>) override;
  void text_changed(TextNews, std::move_only_function<void(bool taken)>) override;
  void text_came_in(InboundText,
                    std::move_only_function<void(bool taken, std::optional<std::string> reply)>) override;

 private:
  struct OurSide {
    Context ctx;
    Line line;
  };
  std::optional<OurSide> our_side(Transaction const&, std::string_view number) const;
  template <class Work, class Done>
  void take_in(std::string number, Work, Done);

  Dependencies deps_;
};

}  // namespace linebook
