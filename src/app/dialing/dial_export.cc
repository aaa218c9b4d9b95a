#include "app/dialing/dial_export.h"

#include <algorithm>
#include <utility>

#include "app/dialing/weigh_entry.h"
#include "domain/text/csv_field.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<DialExportFormat> dial_export_formats[] = {{DialExportFormat::csv, "csv"},
                                                              {DialExportFormat::vicidial, "vicidial"}};

constexpr std::string_view csv_columns =
    "entry_id,person_type,person_id,name,phone_id,number,state,attempts,outcome,allowed,reasons,"
    "next_allowed_at,open_until\n";

// In the order of ViciDial's standard lead loader. (VICIdial Manager Manual, "Load New Leads")
constexpr std::string_view vicidial_columns =
    "vendor_lead_code,source_id,list_id,phone_code,phone_number,title,first_name,middle_initial,last_name,"
    "address1,address2,address3,city,state,province,postal_code,country_code,gender,date_of_birth,alt_phone,"
    "email,security_phrase,comments,rank,owner\n";
constexpr std::size_t longest_vendor_lead_code = 20;  // characters
constexpr std::size_t longest_name_part = 30;
constexpr std::size_t longest_email = 70;

class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}
  CsvLine& field(std::string_view text) {
    if (!first_) out_ += ',';
    first_ = false;
    append_guarded_csv_field(out_, text);
    return *this;
  }
  CsvLine& time(std::optional<Instant> const& at) { return field(at ? to_rfc3339(*at) : std::string()); }
  CsvLine& none(int count) {
    for (int i = 0; i < count; ++i) field("");
    return *this;
  }
  void end() { out_ += '\n'; }

 private:
  std::string& out_;
  bool first_ = true;
};

/// What fits, else nothing: half an id or an address is none.
std::string_view if_short(std::string_view text, std::size_t most) {
  return text.size() <= most ? text : std::string_view();
}

/// No longer than that, and no half character.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

/// Is it still to be called, as far as the list is concerned?
bool is_living(DialEntry const& entry) {
  return entry.state == DialEntryState::waiting || entry.state == DialEntryState::ready ||
         entry.state == DialEntryState::leased;
}

/// Somebody who is over or given out, or whose next attempt is later, is not to be called, whatever a
/// decision says.
WeighedEntry held_back(DialEntry const& entry, WeighedEntry w, Instant now) {
  if (!is_living(entry))
    return {.state = DialEntryState::blocked,
            .turn_at = now,
            .reason = std::string(to_string(entry.state)),
            .number = std::move(w.number)};
  bool const given_out = entry.state == DialEntryState::leased;
  bool const tried =
      entry.state == DialEntryState::waiting && entry.outcome && entry.reason == to_string(*entry.outcome);
  if (!(given_out || tried) || entry.turn_at <= now || w.state == DialEntryState::blocked) return w;
  w.turn_at = w.state == DialEntryState::waiting ? std::max(w.turn_at, entry.turn_at) : entry.turn_at;
  w.state = DialEntryState::waiting;
  w.reason = given_out ? std::string(given_out_reason) : *entry.reason;
  w.decision.reset();
  return w;
}

std::string reasons_of(WeighedEntry const& w) {
  if (!w.decision) return w.reason.value_or("");
  std::string codes;
  for (auto const& reason : w.decision->verdict.reasons)
    codes += (codes.empty() ? "" : " ") + std::string(to_string(reason.code));
  return codes;
}

void write_csv(std::string& out, DialEntry const& entry, Person const& person, WeighedEntry const& w) {
  bool const allowed = w.state == DialEntryState::ready;
  CsvLine line(out);
  line.field(entry.id.value).field(to_string(entry.person.type)).field(entry.person.id.value);
  line.field(person.name()).field(w.number ? std::string_view(w.number->id.value) : std::string_view());
  line.field(w.number ? w.number->number.view() : std::string_view()).field(to_string(entry.state));
  line.field(std::to_string(entry.attempts));
  line.field(entry.outcome ? to_string(*entry.outcome) : std::string_view());
  line.field(allowed ? "true" : "false").field(reasons_of(w));
  line.time(w.state == DialEntryState::waiting ? std::optional(w.turn_at) : std::nullopt);
  line.time(allowed ? std::optional(w.turn_at) : std::nullopt).end();
}

/// Outcomes come back by source_id, which is the entry's.
void write_vicidial(std::string& out, DialEntry const& entry, Person const& person, WeighedEntry const& w) {
  std::string_view gender;
  if (person.gender == Gender::male) gender = "M";
  if (person.gender == Gender::female) gender = "F";
  CsvLine line(out);
  line.field(if_short(person.ref.id.value, longest_vendor_lead_code)).field(entry.id.value);
  line.field("").field("1").field(w.number->number.view()).field("");
  line.field(cut(person.first_name, longest_name_part)).field("");
  line.field(cut(person.last_name, longest_name_part)).none(4).field(person.state.value_or(""));
  line.none(2).field("USA").field(gender).field(person.date_of_birth.value_or("")).field("");
  line.field(if_short(person.email.value_or(""), longest_email)).none(2).field("").field("").end();
}

}  // namespace

std::optional<DialExportFormat> parse_dial_export_format(std::string_view text) {
  return unspell(dial_export_formats, text);
}

std::string_view dial_export_header(DialExportFormat format) {
  return format == DialExportFormat::csv ? csv_columns : vicidial_columns;
}

ExportedEntries export_entries(Transaction const& tx, AccountId account, Instant now, ReachRules const& rules,
                               DialList const& list, DialExportFormat format, DialEntryId const& after) {
  ExportedEntries page{.text = {}, .last = after};
  auto const lines = lines_that_call(tx, account, rules, list);
  auto const line = lines.empty() ? std::nullopt : std::optional(lines.front());
  for (auto const& entry : tx.dial_entries().page(account, list.id, after, entries_exported_a_page)) {
    page.last = entry.id;
    ++page.read;
    if (format == DialExportFormat::vicidial && !(gives_out(list, now) && is_living(entry))) continue;
    auto const person = tx.people().find(account, entry.person);
    if (!person) continue;
    auto const w = held_back(entry, weigh_entry(tx, account, now, rules, list, entry, line), now);
    if (format == DialExportFormat::csv)
      write_csv(page.text, entry, *person, w);
    else if (w.state == DialEntryState::ready)
      write_vicidial(page.text, entry, *person, w);
    else
      continue;
    ++page.written;
  }
  return page;
}

}  // namespace linebook
