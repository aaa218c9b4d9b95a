#include "cli/import/contact_import.h"
#include "cli/import/vcard_reader.h"

namespace linebook {
namespace {

class VCards final : public ContactSource {
 public:
  VCards(InputFile& file, std::optional<TextEncoding> said, NumberLetters letters, PersonType people)
      : text_(file, said), letters_(letters), people_(people) {}

  Result<bool> next(ContactBatch& into) override {
    ContactCard card;
    auto more = reader_.next(card);
    if (!more || !*more) return more;
    card.type = people_;
    append_contacts(std::move(card), letters_, left_out_, into);
    return true;
  }

  std::string_view unit() const override { return "cards"; }
  std::uint64_t bytes_read() const override { return text_.bytes_read(); }
  std::string told() const override { return "vCards, read as " + std::string(to_string(text_.encoding())); }
  std::vector<std::pair<std::string, std::string>> columns() const override { return {}; }
  UnderstoodFile understood() const override {
    UnderstoodFile file;
    file.encoding = text_encoding_name(text_.encoding());
    file.people = to_string(people_);
    return file;
  }
  LeftOut const& left_out() const override { return left_out_; }

 private:
  TextDecoder text_;
  VCardReader reader_{text_};
  NumberLetters letters_;
  PersonType people_;
  LeftOut left_out_;
};

class ImportVCard final : public Command {
 public:
  explicit ImportVCard(CLI::App& app) {
    flags_.declare(app, "FILE.vcf", "vCards, 3.0 or 4.0; - reads standard input");
    app.add_option("--as", people_, "What the people are: patient (the default) or doctor")
        ->type_name("TYPE");
    app.add_option("--encoding", encoding_,
                   "utf-8, utf-16le, utf-16be or windows-1252 (default: recognised, and told)")
        ->type_name("NAME");
    app.add_flag("--letters", letters_, "Read letters in numbers as the keys they stand on: 1-800-FLOWERS");
    app.footer(
        "Every number of a card that can be called, with its type, the preferred one primary; a fax is "
        "counted "
        "and left\n"
        "out. A UID of letters, digits, dots, dashes and underscores becomes the person's id; others get one "
        "made "
        "of their\n"
        "name and first number. Running it again changes nothing.");
  }

  FileAccess files() const override { return flags_.files(); }

  ExitCode run(OperatorSession& session) override {
    std::optional<TextEncoding> encoding;
    if (!encoding_.empty() && !(encoding = parse_text_encoding(encoding_)))
      return tell(
          session.console,
          {ErrorCode::validation_error, "--encoding must be " + std::string(text_encoding_names), {}});
    auto const people = parse_person_type(people_);
    if (!people)
      return tell(session.console, {ErrorCode::validation_error, "--as must be patient or doctor", {}});
    auto account = account_of(session, flags_.account);
    if (!account) return tell(session.console, account.error());
    auto input = session.console.open_input(flags_.file);
    if (!input) return tell(session.console, input.error());
    VCards cards(**input, encoding, letters_ ? NumberLetters::keypad : NumberLetters::refused, *people);
    return run_contact_import(session, *account, flags_, cards, **input);
  }

 private:
  ContactImportFlags flags_;
  std::string people_ = "patient";
  std::string encoding_;
  bool letters_ = false;
};

}  // namespace

std::unique_ptr<Command> import_vcard(CLI::App& flags) { return std::make_unique<ImportVCard>(flags); }

}  // namespace linebook
