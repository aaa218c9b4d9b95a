// The clocks and calendars that a contact has to keep to: hours, holidays and people's own windows, in each
// zone.
#pragma once

#include <optional>
#include <vector>

#include "domain/reach/contact_hours.h"
#include "domain/reach/decision.h"
#include "domain/reach/whereabouts.h"

namespace linebook {

/// Keeps references to all that it is made of. For care, service and marketing.
class ContactCalendar {
 public:
  ContactCalendar(ContactFacts const&, ContactPolicy const&, Whereabouts const&);

  /// outside_hours, holiday and outside_contact_window, as far as they stand in the way at facts.at.
  void tell(std::vector<Reason>& reasons) const;
  /// The first instant of [from, last] at which nothing of it stands in the way.
  std::optional<Instant> next_opening(Instant from, Instant last) const;
  /// Where nothing does at facts.at: the first instant after it at which something does, or `last`.
  Instant closing(Instant last) const;

 private:
  bool open_everywhere(DailyHours const&) const;
  bool in_all_windows() const;
  Instant horizon() const { return facts_.at + decision_horizon; }
  std::vector<Timetable> everywhere(DailyHours const&) const;

  ContactFacts const& facts_;
  ContactPolicy const& policy_;
  Whereabouts const& where_;
  SolicitationHours hours_;
  HolidayFreeDays days_;
};

}  // namespace linebook
