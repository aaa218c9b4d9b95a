#include "domain/ledger/told_thing.h"

#include <algorithm>

namespace linebook {
namespace {

/// Whether it is gone after that.
bool ends(Entity entity, Action action) {
  return action == Action::deleted || action == Action::released ||
         (entity == Entity::session && action == Action::revoked);
}

/// A dial list counts its entries as it is filled, and the ledger is told once it is.
bool is_told_late(Entity entity, std::string_view field) {
  return entity == Entity::dial_list && field == "entries";
}

}  // namespace

ToldThing::ToldThing(Entity entity, Fields const& unsaid) : entity_(entity) {
  for (auto const& field : unsaid) unsaid_.push_back({std::string(field.name), field.value});
  // Calls that were told of before they had a direction all came in.
  if (entity == Entity::call) unsaid_.push_back({"direction", std::string("inbound")});
  fields_ = unsaid_;
}

std::string ToldThing::add(LedgerEntry const& entry) {
  std::string otherwise;
  for (auto const& change : entry.changes) {
    auto& known = told(change.field);
    if (change.secrecy == Secrecy::secret) {
      known.is_secret = true;
      continue;
    }
    // A thing's first entry says nothing of what stood before, but for what stands unsaid.
    bool const begins = !there_ && change.was == FieldValue();
    if (!begins && known.value != change.was && otherwise.empty() && !is_told_late(entity_, change.field))
      otherwise = change.field;
    known.value = change.is;
  }
  last_sequence_ = entry.sequence;
  there_ = !ends(entity_, entry.action);
  if (!there_) fields_ = unsaid_;
  return otherwise;
}

FieldValue const& ToldThing::value(std::string_view field) const {
  static constexpr FieldValue nothing;
  auto const* known = find(field);
  return known != nullptr ? known->value : nothing;
}

std::vector<std::string_view> ToldThing::differing(Fields const& stands) const {
  std::vector<std::string_view> names;
  for (auto const& field : stands) {
    if (is_told_late(entity_, field.name)) continue;
    auto const* known = find(field.name);
    bool const fits = field.secrecy == Secrecy::secret
                          ? (known != nullptr && known->is_secret) || field.value == FieldValue()
                          : field.value == value(field.name);
    if (!fits) names.push_back(field.name);
  }
  return names;
}

ToldThing::Told const* ToldThing::find(std::string_view field) const {
  auto const known = std::ranges::find(fields_, field, &Told::field);
  return known == fields_.end() ? nullptr : &*known;
}

ToldThing::Told& ToldThing::told(std::string_view field) {
  auto const known = std::ranges::find(fields_, field, &Told::field);
  return known != fields_.end() ? *known : fields_.emplace_back(Told{std::string(field), {}, false});
}

}  // namespace linebook
