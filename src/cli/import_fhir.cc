#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "app/contacts/import_fhir_person.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/fhir_reader.h"
#include "cli/line_reader.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::size_t batch_people = 200;     // of one transaction
constexpr std::size_t max_roles = 5'000'000;  // kept in memory until their practitioners have come
constexpr std::size_t max_told_warnings = 100;

struct FhirCounts {
  std::uint64_t patients = 0, doctors = 0, roles = 0;
  std::uint64_t added = 0, updated = 0, unchanged = 0;
  std::uint64_t numbers_added = 0, numbers_unchanged = 0, numbers_vanished = 0, numbers_deleted_here = 0;
  std::uint64_t warnings = 0, errors = 0;
};

/// The numbers of roles by NPI ("npi/9999992198") or by the practitioner's id ("id/0008…").
using Roles = std::map<std::string, std::vector<FhirNumber>>;

class FhirImport {
 public:
  FhirImport(OperatorSession& session, AccountId account, std::string directory, bool dry_run)
      : session_(session),
        account_(account),
        directory_(std::move(directory)),
        dry_run_(dry_run),
        deleted_(account, fhir_import_actor) {}

  Result<FhirCounts> run() {
    auto names = session_.console.list_inputs(directory_);
    if (!names) return fail(std::move(names.error()));
    if (auto measured = measure(*names); !measured) return fail(std::move(measured.error()));
    // Roles first: they tell the practitioners' numbers.
    for (auto const resource :
         {FhirResource::practitioner_role, FhirResource::practitioner, FhirResource::patient}) {
      for (auto const& name : *names) {
        if (fhir_resource_of_file(name) != resource) continue;
        if (auto read = read_file(name, resource); !read) return fail(std::move(read.error()));
      }
      if (auto stored = flush(); !stored) return fail(std::move(stored.error()));
    }
    if (files_ == 0)
      return fail(ErrorCode::not_found, "'" + directory_ +
                                            "' holds no Patient, Practitioner or PractitionerRole "
                                            "files (such as Patient.ndjson)");
    for (auto const& [whose, numbers] : roles_)
      warn("PractitionerRole of " + whose,
           "names a practitioner that is not in the export; its numbers were left out");
    if (counts_.warnings > max_told_warnings)
      session_.console.err("and " + grouped(counts_.warnings - max_told_warnings) + " more warnings\n");
    return counts_;
  }

 private:
  /// How much there is to read, so that the time left is that of the whole export.
  Result<void> measure(std::vector<std::string> const& names) {
    for (auto const& name : names) {
      if (fhir_resource_of_file(name) == FhirResource::other) continue;
      auto file = session_.console.open_input(directory_ + "/" + name);
      if (!file) return fail(std::move(file.error()));
      bytes_total_ += (*file)->size();
      ++files_;
    }
    return {};
  }

  void warn(std::string const& where, std::string const& what) {
    if (++counts_.warnings <= max_told_warnings)
      session_.console.err("warning: " + where + ": " + what + "\n");
  }
  void error(std::string const& where, std::string const& what) {
    ++counts_.errors;
    session_.console.err("error: " + where + " " + what + "\n");
  }

  Result<void> read_file(std::string const& name, FhirResource resource) {
    auto file = session_.console.open_input(directory_ + "/" + name);
    if (!file) return fail(std::move(file.error()));
    LineReader lines(**file, max_fhir_line);
    for (;;) {
      auto line = lines.next();
      if (!line) return fail(std::move(line.error()));
      if (*line == LineReader::Line::end) {
        bytes_done_ += lines.bytes_read();
        return {};
      }
      auto const where = name + " line " + std::to_string(lines.number());
      if (*line == LineReader::Line::too_long)
        error(where, "is longer than " + grouped(max_fhir_line) + " bytes");
      else if (!lines.text().empty())
        if (auto taken = take(lines.text(), where, resource); !taken) return taken;
      session_.console.progress({"resources", counts_.patients + counts_.doctors + counts_.roles,
                                 bytes_done_ + lines.bytes_read(), bytes_total_});
    }
  }

  Result<void> take(std::string_view line, std::string const& where, FhirResource resource) {
    if (resource == FhirResource::practitioner_role) return take_role(line, where);
    bool const patient = resource == FhirResource::patient;
    auto reading = patient ? read_fhir_patient(line) : read_fhir_practitioner(line);
    if (!reading) {
      error(where, reading.error().message);
      return {};
    }
    ++(patient ? counts_.patients : counts_.doctors);
    for (auto const& warning : reading->warnings) warn(where, warning);
    if (!patient) add_role_numbers(reading->person);
    batch_.push_back(std::move(reading->person));
    return batch_.size() == batch_people ? flush() : Result<void>();
  }

  Result<void> take_role(std::string_view line, std::string const& where) {
    auto role = read_fhir_role(line);
    if (!role) {
      error(where, role.error().message);
      return {};
    }
    if (++counts_.roles > max_roles)
      return fail(ErrorCode::validation_error,
                  "more than " + grouped(max_roles) + " PractitionerRole resources");
    for (auto const& warning : role->warnings) warn(where, warning);
    auto& numbers = roles_[role->npi.empty() ? "id/" + role->practitioner_id : "npi/" + role->npi];
    for (auto& number : role->numbers) numbers.push_back(std::move(number));
    return {};
  }

  void add_role_numbers(FhirPerson& doctor) {
    for (auto const& key : {"npi/" + doctor.npi.value_or(""), "id/" + doctor.ref.id.value}) {
      auto const at = roles_.find(key);
      if (at == roles_.end()) continue;
      for (auto const& number : at->second) doctor.numbers.push_back(number);
      roles_.erase(at);
    }
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    auto const ctx = session_.context(account_, std::string(fhir_import_actor));
    auto deleted = deleted_until_now(ctx);
    if (!deleted) return fail(std::move(deleted.error()));
    using Outcomes = std::vector<Result<ImportedFhirPerson>>;
    auto plan = [&](Transaction const& tx) -> Result<Outcomes> {
      Outcomes all;
      for (auto const& person : batch_) all.push_back(plan_fhir_person(tx, ctx, person, *deleted));
      return all;
    };
    auto apply = [&](Transaction& tx) -> Result<Outcomes> {
      auto now_deleted = *deleted;
      now_deleted.catch_up(tx);  // what was deleted since that look
      Outcomes all;
      for (auto const& person : batch_) all.push_back(import_fhir_person(tx, ctx, person, now_deleted));
      return all;
    };
    auto outcomes =
        dry_run_ ? read_and_wait(session_.store(), plan) : write_and_wait(session_.store(), apply);
    if (!outcomes) return fail(std::move(outcomes.error()));
    for (std::size_t i = 0; i < batch_.size(); ++i) tell_outcome(batch_[i], (*outcomes)[i]);
    batch_.clear();
    return {};
  }

  /// Numbers deleted here, as far as this batch asks for them. The look through the ledger, which may be
  /// long, is a read: nobody who writes waits for it.
  Result<DeletedNumbers> deleted_until_now(Context const& ctx) {
    return read_and_wait(session_.store(), [&](Transaction const& tx) -> Result<DeletedNumbers> {
      bool const matter = std::ranges::any_of(
          batch_, [&](FhirPerson const& person) { return brings_numbers_to_known_person(tx, ctx, person); });
      if (matter) {
        deleted_.catch_up(tx);
        return deleted_;
      }
      DeletedNumbers none(account_, fhir_import_actor);
      none.start_at_end(tx);
      return none;
    });
  }

  void tell_outcome(FhirPerson const& person, Result<ImportedFhirPerson> const& outcome) {
    auto const who = std::string(to_string(person.ref.type)) + " " + person.ref.id.value;
    if (!outcome) return error(who, outcome.error().message);
    ++(outcome->outcome == ImportOutcome::added     ? counts_.added
       : outcome->outcome == ImportOutcome::updated ? counts_.updated
                                                    : counts_.unchanged);
    counts_.numbers_added += outcome->numbers_added;
    counts_.numbers_unchanged += outcome->numbers_unchanged;
    counts_.numbers_vanished += outcome->vanished.size();
    counts_.numbers_deleted_here += outcome->deleted_here.size();
    for (auto const& number : outcome->refused)
      warn(who, "the number " + number.masked() +
                    " was left out: it is not valid, and the number policy demands that");
    for (auto const& number : outcome->vanished)
      warn(who, "the number " + number.masked() + " is not in the export any more; it was kept");
    for (auto const& number : outcome->deleted_here)
      warn(who, "the number " + number.masked() + " was deleted here; it was kept deleted");
  }

  OperatorSession& session_;
  AccountId account_;
  std::string directory_;
  bool dry_run_;
  DeletedNumbers deleted_;
  FhirCounts counts_;
  Roles roles_;
  std::vector<FhirPerson> batch_;
  std::size_t files_ = 0;
  std::uint64_t bytes_done_ = 0;  // of the files that are read to their end
  std::uint64_t bytes_total_ = 0;
};

class ImportFhir final : public Command {
 public:
  explicit ImportFhir(CLI::App& flags) {
    flags
        .add_option("directory", directory_, "Holds Patient, Practitioner and PractitionerRole .ndjson files")
        ->required()
        ->type_name("DIR");
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    flags.add_flag("--dry-run", dry_run_, "Change nothing, and say what would happen");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer(
        "Patients become patients; practitioners become doctors, with the numbers of their roles. FHIR ids "
        "are kept.\n"
        "Running it again changes nothing that did not change. A local primary, do-not-call or phone type is "
        "never\n"
        "overwritten, and numbers that have gone from the export are reported, not deleted. What was edited "
        "or deleted here "
        "stays so\n"
        "until the export says something new.");
  }

  FileAccess files() const override {
    return {.inputs = {}, .input_directories = {directory_}, .outputs = {}};
  }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto counts = FhirImport(session, account->id, directory_, dry_run_).run();
    if (!counts) return tell(session.console, counts.error());
    session.console.out(json_ ? as_json(*counts) : as_text(*counts));
    return counts->errors == 0 ? ExitCode::ok : ExitCode::failed;
  }

 private:
  std::string as_text(FhirCounts const& c) const {
    auto const would = std::string(dry_run_ ? " would be" : "");
    return grouped(c.patients) + " patients, " + grouped(c.doctors) + " practitioners, " + grouped(c.roles) +
           " roles read\npeople: " + grouped(c.added) + would + " added, " + grouped(c.updated) + would +
           " updated, " + grouped(c.unchanged) + " unchanged\nnumbers: " + grouped(c.numbers_added) + would +
           " added, " + grouped(c.numbers_unchanged) + " unchanged, " + grouped(c.numbers_vanished) +
           " no longer in the export (kept), " + grouped(c.numbers_deleted_here) +
           " deleted here (kept deleted)\n" + grouped(c.warnings) + " warnings, " + grouped(c.errors) +
           " errors\n";
  }

  std::string as_json(FhirCounts const& c) const {
    return json_line(boost::json::object{{"dry_run", dry_run_},
                                         {"patients", c.patients},
                                         {"practitioners", c.doctors},
                                         {"roles", c.roles},
                                         {"people_added", c.added},
                                         {"people_updated", c.updated},
                                         {"people_unchanged", c.unchanged},
                                         {"numbers_added", c.numbers_added},
                                         {"numbers_unchanged", c.numbers_unchanged},
                                         {"numbers_vanished", c.numbers_vanished},
                                         {"numbers_deleted_here", c.numbers_deleted_here},
                                         {"warnings", c.warnings},
                                         {"errors", c.errors}});
  }

  std::string directory_;
  std::string account_;
  bool dry_run_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> import_fhir(CLI::App& flags) { return std::make_unique<ImportFhir>(flags); }

}  // namespace linebook
