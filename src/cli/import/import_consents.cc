#include <algorithm>
#include <optional>

#include "app/reach/consents.h"
#include "cli/command.h"
#include "cli/import/whole_file_import.h"
#include "domain/numbers/written_number.h"
#include "domain/text/remark.h"

namespace linebook {
namespace {

constexpr std::string_view required_of_consent[] = {"channel", "purpose", "status", "basis"};
constexpr std::string_view optional_of_consent[] = {"phone_id", "number",     "patient_id", "doctor_id",
                                                    "at",       "expires_at", "evidence"};
constexpr std::int64_t max_entries_looked_at = 50;
constexpr std::int64_t max_consents_compared = 1000;  // the newest of a number

struct ConsentRow {
  AddConsent consent;
  std::optional<TenDigits> number = {};  // where no phone_id is given
  std::optional<PersonRef> person = {};
};

using Fault = std::unexpected<std::string>;

template <class T>
bool read_word(CsvTable const& table, std::string_view column, std::optional<T> (*parse)(std::string_view),
               std::optional<T>& into, std::string_view choices, std::string& fault) {
  into = parse(table.text(column));
  if (!into) fault = std::string(column) + " must be one of " + std::string(choices);
  return into.has_value();
}

bool read_time(CsvTable const& table, std::string_view column, std::optional<Instant>& into,
               std::string& fault) {
  auto const text = table.text(column);
  if (text.empty()) return true;
  // A date alone is its beginning, UTC.
  into = parse_rfc3339(is_calendar_date(text) ? std::string(text) + "T00:00:00Z" : std::string(text));
  if (!into) fault = std::string(column) + " must be a date or a time such as 2026-11-25T21:40:00Z";
  return into.has_value();
}

bool read_whose(CsvTable const& table, ConsentRow& row, std::string& fault) {
  if (auto const id = table.text("phone_id"); !id.empty()) {
    row.consent.phone = ContactNumberId{std::string(id)};
    return true;
  }
  auto const number = read_written_number(table.text("number"));
  if (!number) {
    fault = "number " + message_for(number.error()) + "; or give phone_id";
    return false;
  }
  row.number = number->number;
  auto const patient = table.text("patient_id"), doctor = table.text("doctor_id");
  if (!patient.empty()) row.person = PersonRef{PersonType::patient, {std::string(patient)}};
  if (!doctor.empty()) row.person = PersonRef{PersonType::doctor, {std::string(doctor)}};
  return true;
}

std::expected<ConsentRow, std::string> read_consent_row(CsvTable const& table) {
  ConsentRow row;
  std::string fault;
  auto& consent = row.consent;
  bool const good =
      read_word(table, "channel", parse_channel, consent.channel, "call, text", fault) &&
      read_word(table, "purpose", parse_purpose, consent.purpose,
                "care, service, marketing, verification, emergency", fault) &&
      read_word(table, "status", parse_consent_status, consent.status, "granted, revoked", fault) &&
      read_word(table, "basis", parse_consent_basis, consent.basis, "written, verbal, inquiry, relationship",
                fault) &&
      read_time(table, "at", consent.at, fault) &&
      read_time(table, "expires_at", consent.expires_at, fault) && read_whose(table, row, fault);
  if (!good) return Fault(std::move(fault));
  auto const evidence = table.text("evidence");
  if (!is_remark(evidence, max_evidence))
    return Fault("evidence must be at most " + std::to_string(max_evidence) + " characters of text");
  if (!evidence.empty()) consent.evidence = std::string(evidence);
  return row;
}

std::expected<void, std::string> find_entry(Transaction const& tx, AccountId account, ConsentRow& row) {
  if (row.consent.phone) {
    if (tx.contact_numbers().find(account, *row.consent.phone)) return {};
    return Fault("phone_id names no number of this account");
  }
  if (row.person) {
    auto const found = tx.contact_numbers().find_on_person(account, *row.person, *row.number);
    if (!found) return Fault("this person does not have this number");
    row.consent.phone = found->id;
    return {};
  }
  auto const entries = tx.contact_numbers().with_number(account, *row.number, max_entries_looked_at);
  if (entries.empty()) return Fault("nobody in the contact book has this number");
  if (entries.size() > 1)
    return Fault("several people have this number: say which by patient_id or doctor_id");
  row.consent.phone = entries.front().number.id;
  return {};
}

std::expected<void, std::string> check_consent_row(Transaction const& tx, Context const& ctx,
                                                   ConsentRow& row) {
  auto const& consent = row.consent;
  if (consent.at && *consent.at > ctx.now) return Fault("at must not be in the future");
  if (consent.expires_at && *consent.expires_at <= consent.at.value_or(ctx.now))
    return Fault("expires_at must be later than the consent itself");
  if (consent.expires_at && consent.status == ConsentStatus::revoked)
    return Fault("expires_at cannot be given with a revocation, which does not expire");
  return find_entry(tx, ctx.account, row);
}

/// A file that is imported twice adds nothing the second time: nobody agrees anew by that, whatever was told
/// since. A grant without a time is any that says the same; a revocation without one is known only while it
/// stands.
bool is_known(Transaction const& tx, AccountId account, AddConsent const& c) {
  if (c.status == ConsentStatus::revoked && !c.at) {
    auto const latest = tx.consents().latest(account, *c.phone, *c.channel, *c.purpose);
    return latest && latest->status == ConsentStatus::revoked;
  }
  auto const told = tx.consents().list(account, c.phone, max_consents_compared, 0);
  return std::ranges::any_of(told.items, [&c](Consent const& known) {
    return known.channel == *c.channel && known.purpose == *c.purpose && known.status == *c.status &&
           known.basis == *c.basis && known.expires_at == c.expires_at && known.evidence == c.evidence &&
           (!c.at || known.at == *c.at);
  });
}

ImportOutcome store_consent_row(Transaction& tx, Context const& ctx, ConsentRow const& row) {
  if (is_known(tx, ctx.account, row.consent)) return ImportOutcome::unchanged;
  return add_consent(tx, ctx, row.consent) ? ImportOutcome::added : ImportOutcome::unchanged;
}

}  // namespace

std::unique_ptr<Command> import_consents(CLI::App& flags) {
  return std::make_unique<ImportWholeFile<ConsentRow>>(
      flags,
      ImportWholeFile<ConsentRow>::Words{
          .file = "CSV with a header: phone_id, or number (and patient_id or doctor_id), channel, purpose, "
                  "status, basis, at, expires_at, evidence; - reads stdin",
          .account = "Whose contact book"},
      WholeFileImport<ConsentRow>::Steps{.kind = "consents",
                                         .required = required_of_consent,
                                         .optional = optional_of_consent,
                                         .read = read_consent_row,
                                         .check = check_consent_row,
                                         .store = store_consent_row});
}

}  // namespace linebook
