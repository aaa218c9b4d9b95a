#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "app/contacts/import_fhir_person.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/fhir_file.h"
#include "cli/import/import_record.h"
#include "cli/print.h"
#include "interchange/fhir_reader.h"

namespace linebook {
namespace {

constexpr std::size_t batch_people = 200;     // of one transaction
constexpr std::size_t max_roles = 5'000'000;  // kept in memory until their practitioners have come
constexpr std::size_t max_told_warnings = 100;

struct FhirCounts {
  std::uint64_t patients = 0, doctors = 0, roles = 0, related_persons = 0, other_resources = 0;
  std::uint64_t added = 0, updated = 0, unchanged = 0;
  std::uint64_t numbers_added = 0, numbers_unchanged = 0, numbers_vanished = 0, numbers_deleted_here = 0;
  std::uint64_t do_not_calls_taken = 0;
  FhirLeftOut left_out;
  std::uint64_t warnings = 0, errors = 0;
};

/// Numbers that other resources tell: those of roles by NPI ("npi/9999992198") or by the practitioner's id
/// ("id/0008…"), and those of related persons by the patient's ("patient/0008…").
using NumbersElsewhere = std::map<std::string, std::vector<FhirNumber>>;

/// Goes through the export twice: first what tells numbers of people elsewhere than in themselves.
class FhirImport final : private FhirVisitor {
 public:
  FhirImport(OperatorSession& session, AccountId account, std::string path, RelatedNumbers related_numbers,
             bool dry_run)
      : session_(session),
        account_(account),
        path_(std::move(path)),
        dry_run_(dry_run),
        related_numbers_(related_numbers),
        now_(session.context(account, std::string(fhir_import_actor)).now),
        deleted_(account, fhir_import_actor) {}

  Result<FhirCounts> run() {
    if (auto listed = list(); !listed) return fail(std::move(listed.error()));
    for (pass_ = Pass::elsewhere; auto& file : files_)
      if (auto read = read_file(file); !read) return fail(std::move(read.error()));
    std::erase_if(files_, [](File const& file) { return !file.holds_people; });
    for (auto const& file : files_) bytes_total_ += file.bytes;
    for (pass_ = Pass::people; auto& file : files_)
      if (auto read = read_file(file); !read) return fail(std::move(read.error()));
    if (auto stored = flush(); !stored) return fail(std::move(stored.error()));
    if (counts_.patients + counts_.doctors + counts_.roles + counts_.related_persons + counts_.errors == 0)
      return fail(ErrorCode::not_found, "'" + path_ +
                                            "' holds no Patient, Practitioner or PractitionerRole resources "
                                            "(NDJSON such as Patient.ndjson, a Bundle, or gzipped)");
    for (auto const& [whose, numbers] : elsewhere_)
      if (whose.starts_with("patient/"))
        warn("RelatedPerson of " + whose,
             "names a patient that is not in the export; its numbers were left out");
      else
        warn("PractitionerRole of " + whose,
             "names a practitioner that is not in the export; its numbers were left out");
    if (auto recorded = record(); !recorded) return fail(std::move(recorded.error()));
    if (counts_.warnings > max_told_warnings)
      session_.console.err("and " + grouped(counts_.warnings - max_told_warnings) + " more warnings\n");
    return counts_;
  }

 private:
  enum class Pass { elsewhere, people };

  Result<void> record() {
    if (dry_run_) return {};
    return record_import(session_, account_, std::string(fhir_import_actor),
                         {.kind = "fhir",
                          .added = counts_.added,
                          .updated = counts_.updated,
                          .unchanged = counts_.unchanged,
                          .errors = counts_.errors});
  }

  struct File {
    std::string path;
    std::string name;
    std::uint64_t bytes = 0;
    bool holds_people = false;
  };

  /// The file that the command line names, or those in the directory; and how much there is to read, so that
  /// the time left is that of the whole export.
  Result<void> list() {
    auto const names = session_.console.list_inputs(path_);
    if (names)
      for (auto const& name : *names) files_.push_back({path_ + "/" + name, name});
    else
      files_.push_back({path_, path_.substr(path_.rfind('/') + 1)});
    for (auto& file : files_) {
      auto const input = session_.console.open_input(file.path);
      if (!input) return fail(names ? input.error() : names.error());
      file.bytes = (*input)->size();
      bytes_total_ += file.bytes;
    }
    return {};
  }

  Result<void> read_file(File& file) {
    file_ = &file;
    auto const is_json = read_fhir_file(session_.console, file.path, file.name, *this);
    if (!is_json) return fail(is_json.error());
    if (!*is_json) session_.console.err("note: " + file.name + " is no JSON; it was passed over\n");
    bytes_done_ += file.bytes;
    return {};
  }

  bool wants(FhirResource resource) override {
    bool const is_person = resource == FhirResource::patient || resource == FhirResource::practitioner;
    if (pass_ == Pass::people) return is_person;
    return resource == FhirResource::practitioner_role || resource == FhirResource::related_person;
  }

  void pass_over(FhirResource resource) override {
    if (pass_ == Pass::people) return;
    if (resource == FhirResource::other)
      ++counts_.other_resources;
    else
      file_->holds_people = true;
  }

  /// Once: what seemed to be a person was not parsed before.
  void fault(std::optional<FhirResource> seemed, std::string const& where, std::string const& what) override {
    bool const is_person = seemed == FhirResource::patient || seemed == FhirResource::practitioner;
    if (is_person == (pass_ == Pass::people)) error(where, what);
  }

  void progress(std::uint64_t bytes) override {
    session_.console.progress(
        {"resources", counts_.patients + counts_.doctors + counts_.roles, bytes_done_ + bytes, bytes_total_});
  }

  void warn(std::string const& where, std::string const& what) {
    if (++counts_.warnings <= max_told_warnings)
      session_.console.err("warning: " + where + ": " + what + "\n");
  }
  void error(std::string const& where, std::string const& what) {
    ++counts_.errors;
    session_.console.err("error: " + where + " " + what + "\n");
  }

  Result<void> take(FhirResource resource, boost::json::object const& object,
                    std::string const& where) override {
    if (resource == FhirResource::practitioner_role) return take_role(object, where);
    if (resource == FhirResource::related_person) return take_related_person(object, where);
    bool const patient = resource == FhirResource::patient;
    auto reading =
        patient ? read_fhir_patient(object, now_, related_numbers_) : read_fhir_practitioner(object, now_);
    if (!reading) {
      error(where, reading.error().message);
      return {};
    }
    ++(patient ? counts_.patients : counts_.doctors);
    counts_.left_out += reading->left_out;
    for (auto const& warning : reading->warnings) warn(where, warning);
    add_numbers_told_elsewhere(reading->person);
    batch_.push_back(std::move(reading->person));
    return batch_.size() == batch_people ? flush() : Result<void>();
  }

  Result<void> take_role(boost::json::object const& object, std::string const& where) {
    auto role = read_fhir_role(object, now_);
    if (!role) {
      error(where, role.error().message);
      return {};
    }
    if (++counts_.roles > max_roles)
      return fail(ErrorCode::validation_error,
                  "more than " + grouped(max_roles) + " PractitionerRole resources");
    counts_.left_out += role->left_out;
    for (auto const& warning : role->warnings) warn(where, warning);
    auto& numbers = elsewhere_[role->npi.empty() ? "id/" + role->practitioner_id : "npi/" + role->npi];
    numbers.insert(numbers.end(), role->numbers.begin(), role->numbers.end());
    return {};
  }

  Result<void> take_related_person(boost::json::object const& object, std::string const& where) {
    if (++counts_.related_persons > max_roles && related_numbers_ == RelatedNumbers::taken)
      return fail(ErrorCode::validation_error,
                  "more than " + grouped(max_roles) + " RelatedPerson resources");
    if (related_numbers_ == RelatedNumbers::left_out) {
      counts_.left_out.related_persons += count_fhir_phones(object);
      return {};
    }
    auto related = read_fhir_related_person(object, now_);
    if (!related) {
      error(where, related.error().message);
      return {};
    }
    counts_.left_out += related->left_out;
    for (auto const& warning : related->warnings) warn(where, warning);
    if (related->numbers.empty()) return {};
    auto& numbers = elsewhere_["patient/" + related->patient_id];
    numbers.insert(numbers.end(), related->numbers.begin(), related->numbers.end());
    return {};
  }

  /// Numbers that roles of a doctor, or related persons of a patient, brought along.
  void add_numbers_told_elsewhere(FhirPerson& person) {
    auto const keys = person.ref.type == PersonType::patient
                          ? std::vector{"patient/" + person.ref.id.value}
                          : std::vector{"npi/" + person.npi.value_or(""), "id/" + person.ref.id.value};
    for (auto const& key : keys) {
      auto const at = elsewhere_.find(key);
      if (at == elsewhere_.end()) continue;
      for (auto const& number : at->second)
        if (std::ranges::find(person.numbers, number.number, &FhirNumber::number) == person.numbers.end() ||
            person.ref.type == PersonType::doctor)
          person.numbers.push_back(number);
      elsewhere_.erase(at);
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
    counts_.do_not_calls_taken += outcome->do_not_calls_taken;
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
  std::string path_;
  bool dry_run_;
  RelatedNumbers related_numbers_;
  Instant now_;  // when the import began: which numbers are current
  DeletedNumbers deleted_;
  FhirCounts counts_;
  NumbersElsewhere elsewhere_;
  std::vector<FhirPerson> batch_;
  std::vector<File> files_;
  File* file_ = nullptr;  // that is being read
  Pass pass_ = Pass::elsewhere;
  std::uint64_t bytes_done_ = 0;  // of the files that are read to their end
  std::uint64_t bytes_total_ = 0;
};

class ImportFhir final : public Command {
 public:
  explicit ImportFhir(CLI::App& flags) {
    flags.add_option("path", path_, "A FHIR export: a directory of files, or one file")
        ->required()
        ->type_name("PATH");
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    flags.add_flag("--related-numbers", related_numbers_,
                   "Take the numbers of patients' contacts and related persons too, as further ones of the "
                   "patients (else: as the installation's setting of that name says)");
    flags.add_flag("--dry-run", dry_run_, "Change nothing, and say what would happen");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer(
        "NDJSON, Bundles and single resources, gzipped or not, are told by what is in them, whatever they\n"
        "are called. Patients become patients; practitioners become doctors, with the numbers of their\n"
        "roles. FHIR ids are kept. Running it again changes nothing that did not change. A local primary,\n"
        "do-not-call or phone type is never overwritten, and numbers that have gone from the export are\n"
        "reported, not deleted. What was edited or deleted here stays so until the export says something\n"
        "new.");
  }

  FileAccess files() const override {
    return {.inputs = {path_}, .input_directories = {path_}, .outputs = {}};
  }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto const related_numbers =
        related_numbers_ ? RelatedNumbers::taken : session.installation.policies.related_numbers;
    auto counts = FhirImport(session, account->id, path_, related_numbers, dry_run_).run();
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
           " added, " + grouped(c.numbers_unchanged) + " unchanged, " +
           (c.do_not_calls_taken == 0 ? std::string()
                                      : grouped(c.do_not_calls_taken) + would + " set to do-not-call, ") +
           grouped(c.numbers_vanished) + " no longer in the export (kept), " +
           grouped(c.numbers_deleted_here) + " deleted here (kept deleted)\n" + left_out_text(c) +
           grouped(c.warnings) + " warnings, " + grouped(c.errors) + " errors\n";
  }

  /// "left out: 1 ended, 2 of contacts; 7 other resources\n": only what there is.
  static std::string left_out_text(FhirCounts const& c) {
    auto const& l = c.left_out;
    std::string text;
    for (auto const& [count, what] : {std::pair{l.ended, "ended"},
                                      {l.not_begun, "not begun"},
                                      {l.foreign, "of other countries"},
                                      {l.unreadable, "that are no numbers"},
                                      {l.other_devices, "of fax or pager"},
                                      {l.contacts, "of contacts"},
                                      {l.related_persons, "of related persons"},
                                      {l.extensions, "extensions"},
                                      {c.other_resources, "other resources"}})
      if (count > 0) text += (text.empty() ? "left out: " : ", ") + grouped(count) + " " + what;
    return text.empty() ? text : text + "\n";
  }

  static boost::json::object left_out_json(FhirLeftOut const& l) {
    return {{"ended", l.ended},           {"not_begun", l.not_begun},
            {"foreign", l.foreign},       {"unreadable", l.unreadable},
            {"extensions", l.extensions}, {"other_devices", l.other_devices},
            {"contacts", l.contacts},     {"related_persons", l.related_persons}};
  }

  std::string as_json(FhirCounts const& c) const {
    return json_line(boost::json::object{{"dry_run", dry_run_},
                                         {"patients", c.patients},
                                         {"practitioners", c.doctors},
                                         {"roles", c.roles},
                                         {"related_persons", c.related_persons},
                                         {"other_resources", c.other_resources},
                                         {"people_added", c.added},
                                         {"people_updated", c.updated},
                                         {"people_unchanged", c.unchanged},
                                         {"numbers_added", c.numbers_added},
                                         {"numbers_unchanged", c.numbers_unchanged},
                                         {"numbers_set_to_do_not_call", c.do_not_calls_taken},
                                         {"numbers_vanished", c.numbers_vanished},
                                         {"numbers_deleted_here", c.numbers_deleted_here},
                                         {"left_out", left_out_json(c.left_out)},
                                         {"warnings", c.warnings},
                                         {"errors", c.errors}});
  }

  std::string path_;
  std::string account_;
  bool related_numbers_ = false;
  bool dry_run_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> import_fhir(CLI::App& flags) { return std::make_unique<ImportFhir>(flags); }

}  // namespace linebook
