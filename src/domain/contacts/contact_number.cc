#include "domain/contacts/contact_number.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<PhoneType> phone_types[] = {
    {PhoneType::cell, "cell"}, {PhoneType::home, "home"}, {PhoneType::other, "other"}};

constexpr Spelling<NumberOrder> number_orders[] = {
    {NumberOrder::newest, "newest"}, {NumberOrder::number, "number"}, {NumberOrder::name, "name"}};

}  // namespace

std::string_view to_string(NumberOrder o) { return spell(number_orders, o); }
std::optional<NumberOrder> parse_number_order(std::string_view text) { return unspell(number_orders, text); }

std::string_view to_string(PhoneType t) { return spell(phone_types, t); }
std::optional<PhoneType> parse_phone_type(std::string_view text) { return unspell(phone_types, text); }

ContactNumber edited(ContactNumber n, ContactNumberEdit const& edit, Instant now) {
  bool changed = false;
  auto set = [&](auto& field, auto const& wanted) {
    if (!wanted || field == *wanted) return false;
    field = *wanted;
    return changed = true;
  };
  // Whoever answered the old number proved nothing about the new one.
  if (set(n.number, edit.number)) {
    n.verified = false;
    n.verified_at = n.wrong_number_at = n.undeliverable_at = std::nullopt;
  }
  set(n.phone_type, edit.phone_type);
  set(n.primary, edit.primary);
  set(n.do_not_call, edit.do_not_call);
  if (changed) n.updated_at = now;
  return n;
}

void mark_verified(ContactNumber& n, Instant at) {
  n.verified = true;
  n.verified_at = at;
  n.wrong_number_at = std::nullopt;
}

bool claims_primary(ContactNumber const& before, ContactNumber const& after) {
  return after.primary && !(before.primary && before.phone_type == after.phone_type);
}

}  // namespace linebook
