#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/import/csv_reader.h"
#include "cli/print.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr std::int64_t decisions_a_page = 1000;
constexpr std::string_view decisions_header =
    "id,at,allowed,channel,purpose,voice,number,phone_id,line_id,people,timezones,local_times,timezone_"
    "source,"
    "reasons,messages,next_allowed_at,valid_until,policy_version,actor,request_id\n";

std::string time_or_empty(std::optional<Instant> const& at) { return at ? to_rfc3339(*at) : std::string(); }

template <class Items, class Text>
std::string joined_texts(Items const& items, std::string_view separator, Text text) {
  std::string out;
  for (auto const& item : items) {
    if (!out.empty()) out += separator;
    out += text(item);
  }
  return out;
}

void append_csv(std::string& out, Decision const& d) {
  auto const field = [&out](std::string_view text) {
    append_guarded_csv_field(out, text);
    out += ',';
  };
  auto const& v = d.verdict;
  field(d.id->value);
  field(to_rfc3339(d.at));
  field(v.allowed() ? "true" : "false");
  field(to_string(d.channel));
  field(to_string(d.purpose));
  field(to_string(d.voice));
  field(d.number.view());
  field(d.phone ? std::string_view(d.phone->value) : std::string_view());
  field(d.line ? std::string_view(d.line->value) : std::string_view());
  field(joined_texts(d.people, "; ", [](DecidedPerson const& p) {
    return std::string(to_string(p.ref.type)) + " " + p.ref.id.value + " " + p.name;
  }));
  field(joined_texts(v.timezones, " ", [](std::string const& zone) { return zone; }));
  field(joined_texts(v.utc_offsets, " ",
                     [&d](std::chrono::seconds offset) { return to_local_rfc3339(d.at, offset); }));
  field(v.zone_source ? to_string(*v.zone_source) : std::string_view());
  field(joined_texts(v.reasons, " ", [](Reason const& r) { return std::string(to_string(r.code)); }));
  field(joined_texts(v.reasons, "; ", [](Reason const& r) { return r.message; }));
  field(time_or_empty(v.next_allowed_at));
  field(time_or_empty(v.valid_until));
  field(std::to_string(d.policy_version));
  field(d.actor);
  append_csv_field(out, d.request_id);
  out += '\n';
}

json::string text(std::string_view view) { return json::string(view.data(), view.size()); }

template <class AnyId>
json::value id_or_null(std::optional<AnyId> const& id) {
  return id ? json::value(text(id->value)) : json::value(nullptr);
}

/// As GET /decisions/{id} shows it, with who asked.
void append_ndjson(std::string& out, Decision const& d) {
  auto const& v = d.verdict;
  json::array people, local_times, zones, reasons;
  for (auto const& p : d.people)
    people.push_back(json::object{
        {"type", text(to_string(p.ref.type))}, {"id", text(p.ref.id.value)}, {"name", text(p.name)}});
  for (auto const offset : v.utc_offsets) local_times.push_back(text(to_local_rfc3339(d.at, offset)));
  for (auto const& zone : v.timezones) zones.push_back(text(zone));
  for (auto const& r : v.reasons)
    reasons.push_back(json::object{
        {"code", text(to_string(r.code))}, {"message", text(r.message)}, {"until", json_time(r.until)}});
  out +=
      json_line(json::object{{"id", text(d.id->value)},
                             {"allowed", v.allowed()},
                             {"channel", text(to_string(d.channel))},
                             {"purpose", text(to_string(d.purpose))},
                             {"number", text(d.number.view())},
                             {"phone_id", id_or_null(d.phone)},
                             {"line_id", id_or_null(d.line)},
                             {"voice", text(to_string(d.voice))},
                             {"people", std::move(people)},
                             {"at", text(to_rfc3339(d.at))},
                             {"local_times", std::move(local_times)},
                             {"timezones", std::move(zones)},
                             {"timezone_source", v.zone_source ? json::value(text(to_string(*v.zone_source)))
                                                               : json::value(nullptr)},
                             {"reasons", std::move(reasons)},
                             {"next_allowed_at", json_time(v.next_allowed_at)},
                             {"valid_until", json_time(v.valid_until)},
                             {"policy_version", d.policy_version},
                             {"actor", text(d.actor)},
                             {"request_id", text(d.request_id)}});
}

class ExportDecisions final : public Command {
 public:
  explicit ExportDecisions(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose decisions")->required()->type_name("NAME");
    flags.add_option("--format", format_, "csv, or ndjson: one JSON object a line")
        ->check(CLI::IsMember({"csv", "ndjson"}))
        ->capture_default_str();
    ExportedFile::add_flag(flags, output_, "FILE");
    flags.footer("Oldest first. `linebook audit verify` tells whether they are as they were taken.");
  }

  FileAccess files() const override { return ExportedFile::access(output_); }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto file = ExportedFile::open(session.console, output_);
    if (!file) return tell(session.console, file.error());
    std::uint64_t rows = 0;
    auto done = format_ == "csv" ? file->write(decisions_header) : Result<void>();
    for (Decisions::Following page; done;) {
      auto next = read_and_wait(session.store(), [&](Transaction const& tx) -> Result<Decisions::Following> {
        return tx.decisions().following(account->id, page.last, decisions_a_page);
      });
      if (!next) return tell(session.console, next.error());
      page = std::move(*next);
      std::string text;
      for (auto const& decision : page.decisions)
        format_ == "csv" ? append_csv(text, decision) : append_ndjson(text, decision);
      rows += page.decisions.size();
      done = file->write(text);
      if (file->is_named()) session.console.progress({"decisions", rows, 0, 0});
      if (std::ssize(page.decisions) < decisions_a_page) break;
    }
    if (done) done = file->finish();
    if (!done) return tell(session.console, done.error());
    session.console.err("exported " + counted(rows, "decision", "decisions") + "\n");
    return ExitCode::ok;
  }

 private:
  std::string account_;
  std::string format_ = "csv";
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> export_decisions(CLI::App& flags) {
  return std::make_unique<ExportDecisions>(flags);
}

}  // namespace linebook
