#include "app/ledger/ledger_fields.h"

#include <array>
#include <string>
#include <utility>

#include "base/calendar_date.h"
#include "domain/text/iso_duration.h"

namespace linebook {
namespace {

FieldValue text(std::string_view v) { return std::string(v); }
FieldValue text(std::optional<std::string> const& v) { return v ? FieldValue(*v) : FieldValue(); }
template <class Kind>
FieldValue text(std::optional<Id<Kind>> const& v) {
  return v ? FieldValue(v->value) : FieldValue();
}
FieldValue time(std::optional<Instant> const& v) { return v ? FieldValue(to_rfc3339(*v)) : FieldValue(); }

FieldValue fallback(std::optional<FallbackDestination> const& f) {
  if (!f) return {};
  return (f->type == FallbackType::number ? "number:" : "sip:") + f->address;
}

void append(Fields& fields, ByoTrunk const& t) {
  fields.push_back({"sip_termination_uri", text(t.sip_termination_uri)});
  fields.push_back({"sip_username", text(t.sip_username)});
  fields.push_back({"sip_password", text(t.sip_password_sealed), Secrecy::secret});
  fields.push_back({"e164_check", t.e164_check});
}

void append(Fields& fields, TwilioHolding const& t) {
  fields.push_back({"twilio_account_sid", t.account_sid});
  fields.push_back({"twilio_auth_token", text(t.auth_token_sealed), Secrecy::secret});
  fields.push_back({"twilio_phone_number_sid", text(t.phone_number_sid)});
  std::optional<std::string> capabilities;
  for (auto const& name : t.capabilities.value_or(std::vector<std::string>()))
    capabilities = capabilities ? *capabilities + " " + name : name;
  fields.push_back({"capabilities", text(capabilities)});
}

void append(Fields& fields, PiaHolding const& p) {
  fields.push_back({"area_code", text(p.area_code)});
  fields.push_back({"country_code", p.country_code});
}

}  // namespace

Fields ledger_fields(ContactNumber const& n) {
  return {{n.person.type == PersonType::patient ? "patient_id" : "doctor_id", n.person.id.value},
          {"number", n.number.str()},
          {"phone_type", text(to_string(n.phone_type))},
          {"primary", n.primary},
          {"verified", n.verified},
          {"do_not_call", n.do_not_call},
          {"wrong_number_at", time(n.wrong_number_at)},
          {"undeliverable_at", time(n.undeliverable_at)}};
}

Fields ledger_fields(Person const& p) {
  Fields fields{{"first_name", p.first_name}, {"last_name", p.last_name}};
  if (p.ref.type == PersonType::patient) {
    fields.push_back({"date_of_birth", text(p.date_of_birth)});
    fields.push_back({"gender", p.gender ? text(to_string(*p.gender)) : FieldValue()});
  } else {
    fields.push_back({"npi", text(p.npi)});
  }
  fields.push_back({"email", text(p.email)});
  fields.push_back({"timezone", text(p.timezone)});
  fields.push_back({"contact_window", p.contact_window ? FieldValue(p.contact_window->str()) : FieldValue()});
  fields.push_back({"state", text(p.state)});
  if (p.ref.type == PersonType::patient) {
    fields.push_back({"active", p.active});
    fields.push_back({"deceased", p.deceased});
  }
  return fields;
}

Fields ledger_fields(Agent const& a) {
  return {{"agent_name", a.name},
          {"answer", a.answer ? FieldValue(std::string(to_string(a.answer->type)) + " " + a.answer->address)
                              : FieldValue()}};
}

Fields ledger_fields(Line const& l) {
  Fields fields{{"provider", text(to_string(l.provider()))},
                {"phone_number", l.has_number() ? FieldValue(l.phone_number) : FieldValue()},
                {"ai_agent_id", text(l.ai_agent_id)},
                {"outbound_ai_agent_id", text(l.outbound_ai_agent_id)},
                {"name", text(l.name)},
                {"fallback_destination", fallback(l.fallback_destination)},
                {"status", text(to_string(l.status))},
                {"status_detail", text(l.status_detail)}};
  std::visit([&](auto const& holding) { append(fields, holding); }, l.holding);
  return fields;
}

Fields ledger_fields(PoolNumber const& p) {
  return {{"phone_number", p.number.str()},
          {"country_code", p.country_code},
          {"area_code", text(p.area_code)},
          {"state", text(to_string(p.state))},
          {"rests_until", time(p.rests_until)},
          {"carrier", p.carrier ? text(to_string(*p.carrier)) : FieldValue()}};
}

Fields ledger_fields(ApiKey const& k) {
  return {{"name", k.name},
          {"scopes", k.scopes.to_string()},
          {"rate_limit", k.rate_limit},
          {"expires_at", time(k.expires_at)},
          {"revoked_at", time(k.revoked_at)}};
}

Fields ledger_fields(KeySession const& s) {
  return {{"key_id", s.key.value}, {"use", text(to_string(s.use))}, {"expires_at", time(s.expires_at)}};
}

Fields ledger_fields(CallRecord const& c) {
  return {{"line_id", c.line.value},
          {"from", c.from},
          {"to", c.to},
          {"status", text(to_string(c.status))},
          {"action", c.action ? text(to_string(*c.action)) : FieldValue()},
          {"ai_agent_id", text(c.ai_agent)},
          {"duration_seconds", c.duration_seconds ? FieldValue(*c.duration_seconds) : FieldValue()},
          {"direction", text(to_string(c.direction))},
          {"carrier_sid", c.has_carrier_sid() ? FieldValue(c.carrier_sid) : FieldValue()},
          {"phone_id", text(c.phone)},
          {"purpose", c.purpose ? text(to_string(*c.purpose)) : FieldValue()},
          {"decision_id", text(c.decision)},
          {"answered_by", c.answered_by ? text(to_string(*c.answered_by)) : FieldValue()},
          {"error_code", c.error_code ? FieldValue(std::int64_t(*c.error_code)) : FieldValue()},
          {"error_message", text(c.error_message)}};
}

Fields ledger_fields(Message const& m) {
  return {{"line_id", m.line.value},
          {"direction", text(to_string(m.direction))},
          {"from", m.from},
          {"to", m.to},
          {"status", text(to_string(m.status))},
          {"carrier_sid", m.has_carrier_sid() ? FieldValue(m.carrier_sid) : FieldValue()},
          {"phone_id", text(m.phone)},
          {"purpose", m.purpose ? text(to_string(*m.purpose)) : FieldValue()},
          {"decision_id", text(m.decision)},
          {"error_code", m.error_code ? FieldValue(std::int64_t(*m.error_code)) : FieldValue()},
          {"error_message", text(m.error_message)},
          {"send_at", time(m.send_at)}};
}

Fields ledger_fields(FhirSource const& s) {
  return {{"name", s.name},
          {"url", s.url},
          {"token", s.token_sealed, Secrecy::secret},
          {"prefer", text(to_string(s.prefer))},
          {"every", s.every ? FieldValue(std::int64_t(s.every->count())) : FieldValue()}};
}

Fields ledger_fields(SavedList const& l) {
  auto const flag = [](std::optional<bool> const& v) { return v ? FieldValue(*v) : FieldValue(); };
  auto const& f = l.filter;
  return {{"name", l.name},
          {"of", text(to_string(l.of))},
          {"q", text(f.search)},
          {"person_type", f.person_type ? text(to_string(*f.person_type)) : FieldValue()},
          {"phone_type", f.phone_type ? text(to_string(*f.phone_type)) : FieldValue()},
          {"primary", flag(f.primary)},
          {"verified", flag(f.verified)},
          {"do_not_call", flag(f.do_not_call)},
          {"sort", text(to_string(l.sort))}};
}

Fields ledger_fields(Account const& a) {
  return {{"name", a.name},
          {"status", text(to_string(a.status))},
          {"rate_limit", a.rate_limit == 0 ? FieldValue() : FieldValue(a.rate_limit)}};
}

Fields ledger_fields(Consent const& c) {
  return {{"phone_id", c.phone.value},
          {"channel", text(to_string(c.channel))},
          {"purpose", text(to_string(c.purpose))},
          {"status", text(to_string(c.status))},
          {"basis", text(to_string(c.basis))},
          {"at", time(c.at)},
          {"expires_at", time(c.expires_at)},
          {"evidence", text(c.evidence)}};
}

Fields ledger_fields(Suppression const& s) {
  auto const reason = [&s](Channel channel) {
    auto const& suppressed = s.of(channel);
    return suppressed ? FieldValue(suppressed->reason) : FieldValue();
  };
  return {{"number", s.number.str()}, {"call", reason(Channel::call)}, {"text", reason(Channel::text)}};
}

Fields ledger_fields(ContactPolicy const& p) {
  Fields fields;
  static constexpr std::array<std::array<std::string_view, 2>, purposes_with_rules> names{
      {{"hours.care", "attempts.care"},
       {"hours.service", "attempts.service"},
       {"hours.marketing", "attempts.marketing"}}};
  for (std::size_t i = 0; i < purposes_with_rules; ++i) {
    fields.push_back({names[i][0], p.hours[i].str()});
    std::string caps;
    for (auto const& cap : p.attempts[i])
      caps +=
          (caps.empty() ? "" : ", ") + std::to_string(cap.max) + " in " + std::to_string(cap.hours) + " h";
    fields.push_back({names[i][1], std::move(caps)});
  }
  std::string holidays;
  for (auto const day : p.holidays) holidays += (holidays.empty() ? "" : " ") + to_date_text(day);
  fields.push_back({"holidays", std::move(holidays)});
  fields.push_back({"state_rules", p.state_rules});
  fields.push_back({"require_list", p.require_list});
  fields.push_back({"help_text", p.help_text});
  fields.push_back({"texts_kept_days", p.texts_kept_days});
  fields.push_back({"version", p.version});
  return fields;
}

Fields ledger_fields(DialList const& l) {
  auto const joined = [](auto const& items, auto spelled) {
    std::string all;
    for (auto const& item : items) all += (all.empty() ? "" : " ") + std::string(spelled(item));
    return all;
  };
  bool const dials = l.dialer == Dialer::linebook;
  return {{"name", l.name},
          {"purpose", text(to_string(l.purpose))},
          {"line_ids", joined(l.lines, [](LineId const& line) { return line.value; })},
          {"phone_types", joined(l.phone_types, [](PhoneType type) { return to_string(type); })},
          {"max_attempts", std::int64_t(l.max_attempts)},
          {"retry_no_answer", to_iso_duration(l.retry_after.no_answer)},
          {"retry_busy", to_iso_duration(l.retry_after.busy)},
          {"retry_voicemail", to_iso_duration(l.retry_after.voicemail)},
          {"starts_at", time(l.starts_at)},
          {"ends_at", time(l.ends_at)},
          {"dialer", text(to_string(l.dialer))},
          {"calls_at_once", dials ? FieldValue(l.calls_at_once) : FieldValue()},
          {"calls_per_second", dials ? FieldValue(to_rate_text(l.calls_per_second)) : FieldValue()},
          {"ai_agent_id", text(l.ai_agent)},
          {"status", text(to_string(l.status))},
          {"filling", l.filling},
          {"entries", l.entries}};
}

/// A secret that is replaced shows as changed by its seal.
Fields ledger_fields(Webhook const& w) {
  return {{"url", w.url},
          {"types", to_string(w.types)},
          {"description", text(w.description)},
          {"ordered", w.order == WebhookOrder::by_entity},
          {"secret", w.secret_sealed, Secrecy::secret},
          {"enabled", w.enabled},
          {"disabled_reason", text(w.disabled_reason)}};
}

void record(Transaction& tx, Context const& ctx, Entity entity, std::string_view id, Action action,
            Fields was, Fields is) {
  LedgerEntry entry{.sequence = 0,
                    .at = ctx.now,
                    .actor = ctx.actor,
                    .request_id = ctx.request_id,
                    .entity = entity,
                    .entity_id = std::string(id),
                    .action = action,
                    .changes = difference(std::move(was), std::move(is))};
  tx.ledger().append(ctx.account, entry);
}

}  // namespace linebook
