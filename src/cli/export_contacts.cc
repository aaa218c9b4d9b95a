#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/import/csv_reader.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::int64_t page_rows = 1000;
constexpr std::string_view header =
    "id,number,phone_type,patient_id,doctor_id,first_name,last_name,primary,verified,do_not_call,email,"
    "timezone,contact_window,state,"
    "date_of_birth,gender,npi,created_at,updated_at\n";

struct Page {
  std::string csv;
  std::size_t rows = 0;
  ContactNumberId last;
};

void append_row(std::string& out, ContactNumber const& n, Person const& person) {
  auto const field = [&out](std::string_view text) {
    append_guarded_csv_field(out, text);
    out += ',';
  };
  bool const patient = n.person.type == PersonType::patient;
  field(n.id.value);
  field(n.number.view());
  field(to_string(n.phone_type));
  field(patient ? n.person.id.value : "");
  field(patient ? "" : n.person.id.value);
  field(person.first_name);
  field(person.last_name);
  for (bool const flag : {n.primary, n.verified, n.do_not_call}) field(flag ? "true" : "false");
  field(person.email.value_or(""));
  field(person.timezone.value_or(""));
  field(person.contact_window ? person.contact_window->str() : "");
  field(person.state.value_or(""));
  field(person.date_of_birth.value_or(""));
  field(person.gender ? to_string(*person.gender) : "");
  field(person.npi.value_or(""));
  field(to_rfc3339(n.created_at));
  append_csv_field(out, to_rfc3339(n.updated_at));
  out += '\n';
}

class ExportContacts final : public Command {
 public:
  explicit ExportContacts(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    ExportedFile::add_flag(flags, output_, "FILE.csv");
    flags.footer("The file can be imported again with `linebook import contacts`.");
  }

  FileAccess files() const override { return ExportedFile::access(output_); }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto file = ExportedFile::open(session.console, output_);
    if (!file) return tell(session.console, file.error());
    std::uint64_t rows = 0;
    auto done = file->write(header);
    for (Page page{{}, page_rows, {}}; done && page.rows == page_rows;) {
      auto next = read_page(session, account->id, page.last);
      if (!next) return tell(session.console, next.error());
      page = std::move(*next);
      rows += page.rows;
      done = file->write(page.csv);
      if (file->is_named()) session.console.progress({"numbers", rows, 0, 0});
    }
    if (done) done = file->finish();
    if (!done) return tell(session.console, done.error());
    session.console.err("exported " + counted(rows, "number", "numbers") + "\n");
    return ExitCode::ok;
  }

 private:
  static Result<Page> read_page(OperatorSession& session, AccountId account, ContactNumberId const& after) {
    return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<Page> {
      Page page;
      std::optional<Person> person;
      for (auto const& linked : tx.contact_numbers().walk(account, after, page_rows)) {
        if (!person || person->ref != linked.number.person)
          person = tx.people().find(account, linked.number.person);
        append_row(page.csv, linked.number, *person);
        page.last = linked.number.id;
        ++page.rows;
      }
      return page;
    });
  }

  std::string account_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> export_contacts(CLI::App& flags) { return std::make_unique<ExportContacts>(flags); }

}  // namespace linebook
