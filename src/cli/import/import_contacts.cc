#include "cli/import/contact_import.h"
#include "cli/import/contact_rows.h"

namespace linebook {
namespace {

class ImportContacts final : public Command {
 public:
  explicit ImportContacts(CLI::App& app) {
    flags_.declare(app, "FILE.csv", "CSV file with a header; - reads standard input");
    app.add_option("--column", columns_,
                   "What a column is: 'Phone Number=number', or 'Notes=' to leave it out; may be repeated")
        ->type_name("HEADER=COLUMN")
        ->allow_extra_args(false);
    app.add_option("--encoding", encoding_,
                   "utf-8, utf-16le, utf-16be or windows-1252 (default: recognised, and told)")
        ->type_name("NAME");
    app.add_option("--separator", separator_,
                   "What stands between fields: ',' ';' '|' or tab (default: recognised, and told)")
        ->type_name("SIGN");
    app.add_option("--as", people_, "What people without an id are: patient (the default) or doctor")
        ->type_name("TYPE");
    app.add_flag("--letters", letters_, "Read letters in numbers as the keys they stand on: 1-800-FLOWERS");
    app.add_flag("--ignore-unknown-columns", ignore_unknown_,
                 "Pass over columns that Linebook does not know");
    app.footer(
        "A number a row, columns in any order: number, phone_type (cell, home, other, or words for them), "
        "patient_id or\n"
        "doctor_id; first_name and last_name where the person is new; optional: primary, verified, "
        "do_not_call "
        "(true or\n"
        "false), email, timezone, contact_window (mon-fri 09:00-18:00), state, date_of_birth, gender, npi. "
        "Or a "
        "person a "
        "row, as\n"
        "Google Contacts, Outlook and Apple export them; people without an id get one made of their name and "
        "first number.\n"
        "An import adds and fills blanks. It never overwrites what is there, and never lifts a do-not-call, "
        "so that\n"
        "running it again is always safe.");
  }

  FileAccess files() const override { return flags_.files(); }

  ExitCode run(OperatorSession& session) override {
    auto choices = read_choices();
    if (!choices) return tell(session.console, choices.error());
    auto account = account_of(session, flags_.account);
    if (!account) return tell(session.console, account.error());
    auto input = session.console.open_input(flags_.file);
    if (!input) return tell(session.console, input.error());
    UnderstoodFile understood;
    auto rows = ContactRows::open(**input, std::move(*choices), understood);
    if (!rows) session.console.understood(understood);
    if (!rows) return tell_in_file(session.console, flags_, rows.error());
    return run_contact_import(session, *account, flags_, **rows, **input);
  }

 private:
  Result<ContactFileChoices> read_choices() const {
    ContactFileChoices choices;
    choices.columns.ignore_unknown = ignore_unknown_;
    if (letters_) choices.letters = NumberLetters::keypad;
    for (auto const& text : columns_) {
      auto choice = parse_column_choice(text);
      if (!choice)
        return fail(ErrorCode::validation_error,
                    "--column must be a header, =, and what it is: --column \"Phone Number=number\"");
      choices.columns.meanings.insert(std::move(*choice));
    }
    if (!encoding_.empty()) {
      choices.form.encoding = parse_text_encoding(encoding_);
      if (!choices.form.encoding)
        return fail(ErrorCode::validation_error, "--encoding must be " + std::string(text_encoding_names));
    }
    if (!separator_.empty()) {
      choices.form.separator = parse_separator(separator_);
      if (!choices.form.separator)
        return fail(ErrorCode::validation_error, "--separator must be one sign, such as ',' or ';', or tab");
    }
    auto const people = parse_person_type(people_);
    if (!people) return fail(ErrorCode::validation_error, "--as must be patient or doctor");
    choices.people = *people;
    return choices;
  }

  ContactImportFlags flags_;
  std::vector<std::string> columns_;
  std::string encoding_;
  std::string separator_;
  std::string people_ = "patient";
  bool letters_ = false;
  bool ignore_unknown_ = false;
};

}  // namespace

std::unique_ptr<Command> import_contacts(CLI::App& flags) { return std::make_unique<ImportContacts>(flags); }

}  // namespace linebook
