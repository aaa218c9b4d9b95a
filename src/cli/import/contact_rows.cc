#include "cli/import/contact_rows.h"

#include <algorithm>
#include <utility>

#include "base/id.h"
#include "cli/import/number_cell.h"
#include "cli/import/window_text.h"
#include "domain/contacts/person_fields.h"
#include "domain/contacts/state.h"
#include "domain/text/ascii.h"
#include "domain/text/timezone.h"

namespace linebook {
namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed_cell(std::string_view text) {
  auto const first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

/// One row of the table: its cells by what they mean, and what is to be said of it.
class CellReader {
 public:
  CellReader(ContactHeader const& header, CsvReader const& row) : header_(header), row_(row) {}

  std::string_view cell(std::size_t column) const {
    auto const& fields = row_.fields();
    return column < fields.size() ? trimmed_cell(without_guard(fields[column])) : std::string_view();
  }
  std::string_view cell(ContactField field) const { return cell(header_.at(field)); }

  bool is_empty() const {
    return std::ranges::all_of(row_.fields(), [](auto const& field) { return trimmed_cell(field).empty(); });
  }

  void fault(std::string_view column, std::string why) {
    faults_.push_back({std::string(column), std::move(why)});
  }
  void note(std::string const& text) { note_ += (note_.empty() ? "" : "; ") + text; }

  /// A field too many refuses the row, since any of them may be the wrong one; fields too few are told.
  void check_length() {
    auto const& fields = row_.fields();
    auto const columns = header_.names.size();
    if (fields.size() < columns) {
      std::string absent;
      for (auto i = fields.size(); i < columns; ++i)
        absent += (absent.empty() ? "" : ", ") + shown(header_.names[i]);
      return note("the row ends early, without " + absent);
    }
    for (auto i = columns; i < fields.size(); ++i) {
      if (trimmed_cell(fields[i]).empty()) continue;
      auto const surplus = fields.size() - columns;
      return fault("the row", "has " + std::to_string(surplus) + (surplus == 1 ? " field" : " fields") +
                                  " more than the header: '" + shown(fields[i]) +
                                  "'; is a field that holds a separator not in quotes?");
    }
  }

  /// A name, in one line.
  std::optional<std::string> name(ContactField field) {
    auto const text = cell(field);
    if (text.empty()) return std::nullopt;
    if (text.find_first_of("\r\n") == text.npos) return std::string(text);
    std::string one_line;
    for (std::size_t begin = 0; begin < text.size();) {
      auto const end = std::min(text.find_first_of("\r\n", begin), text.size());
      one_line += (one_line.empty() ? "" : " ") + std::string(trimmed_cell(text.substr(begin, end - begin)));
      begin = std::min(text.find_first_not_of(white_space, end), text.size());
    }
    note(std::string(to_string(field)) + " holds a line break, read as a space");
    return one_line;
  }

  /// The cell's text where there is any; where `fits` refuses it, `refused` is told.
  template <class Fits, class Refused>
  std::optional<std::string> text(ContactField field, Fits fits, Refused refused) {
    auto const value = cell(field);
    if (value.empty()) return std::nullopt;
    if (!fits(value)) {
      refused(field);
      return std::nullopt;
    }
    return std::string(value);
  }

  bool flag(ContactField field) {
    auto const value = cell(field);
    if (value.empty()) return false;
    auto const word = lower_case(value);
    for (auto const yes : {"true", "yes", "y", "1", "x"})
      if (word == yes) return true;
    for (auto const no : {"false", "no", "n", "0"})
      if (word == no) return false;
    fault(to_string(field), "must be true or false");
    return false;
  }

  /// Nothing, with or without a fault, where no id is given.
  std::optional<PersonRef> person() {
    auto const patient = cell(ContactField::patient_id);
    auto const doctor = cell(ContactField::doctor_id);
    if (patient.empty() && doctor.empty()) return std::nullopt;
    if (!patient.empty() && !doctor.empty()) {
      fault("patient_id and doctor_id", "cannot both be given");
      return std::nullopt;
    }
    auto const id = patient.empty() ? doctor : patient;
    if (!is_choosable_id(id)) {
      fault(patient.empty() ? "doctor_id" : "patient_id",
            "must be 1 to 64 letters, digits, dots, dashes or underscores");
      return std::nullopt;
    }
    return PersonRef{patient.empty() ? PersonType::doctor : PersonType::patient, {std::string(id)}};
  }

  std::vector<FieldError> take_faults() { return std::move(faults_); }
  std::string take_note() { return std::exchange(note_, {}); }
  bool sound() const { return faults_.empty(); }

 private:
  ContactHeader const& header_;
  CsvReader const& row_;
  std::vector<FieldError> faults_;
  std::string note_;
};

std::string_view rule_of(ContactField field) {
  switch (field) {
    case ContactField::email:
      return "must be an e-mail address, such as jane@example.com";
    case ContactField::timezone:
      return "must be an IANA time zone, such as America/New_York";
    case ContactField::contact_window:
      return "must be days and times, such as mon-fri 09:00-18:00";
    case ContactField::state:
      return "must be a state of the US or a province of Canada, such as TX or Texas";
    case ContactField::date_of_birth:
      return "must be a date as in 1980-02-29";
    case ContactField::gender:
      return "must be one of male, female, other, unknown";
    case ContactField::npi:
      return "must be ten digits";
    default:
      return "must be at most 100 characters of text";
  }
}

bool is_gender(std::string_view text) { return parse_gender(text).has_value(); }
bool is_state(std::string_view text) { return read_state(text).has_value(); }
bool is_window(std::string_view text) { return read_window_text(text).has_value(); }

/// What a row says of its person beside names and numbers.
struct Details {
  std::optional<std::string> email;
  std::optional<std::string> timezone;
  std::optional<ContactWindow> contact_window;
  std::optional<std::string> state;
  std::optional<std::string> date_of_birth;
  std::optional<Gender> gender;
  std::optional<std::string> npi;
};

template <class Refused>
Details read_details(CellReader& cells, Refused refused) {
  auto const window = cells.text(ContactField::contact_window, is_window, refused);
  auto email = cells.text(ContactField::email, is_email, refused);
  auto timezone = cells.text(ContactField::timezone, is_timezone, refused);
  auto const state = cells.text(ContactField::state, is_state, refused);
  auto born = cells.text(ContactField::date_of_birth, is_calendar_date, refused);
  auto const gender = cells.text(ContactField::gender, is_gender, refused);
  auto npi = cells.text(ContactField::npi, is_npi, refused);
  return {.email = std::move(email),
          .timezone = std::move(timezone),
          .contact_window = window ? read_window_text(*window) : std::nullopt,
          .state = state ? std::optional(std::string(*read_state(*state))) : std::nullopt,
          .date_of_birth = std::move(born),
          .gender = gender ? parse_gender(*gender) : std::nullopt,
          .npi = std::move(npi)};
}

/// The type that a cell names in whatever words; nothing, with a fault, where it names none.
std::optional<PhoneType> read_type(CellReader& cells, std::string_view text) {
  if (auto const type = parse_phone_type(text)) return type;
  auto const use = number_use(text);
  if (auto const type = use ? voice_type(*use) : std::nullopt) return type;
  cells.fault("phone_type",
              use ? "is not one of cell, home, other: '" + shown(text) + "' is no telephone to call"
                  : "must be cell, home or other (or a word for it, as mobile, landline, work)" +
                        (text.empty() ? std::string() : ", not '" + shown(text) + "'"));
  return std::nullopt;
}

/// A row of a file that has a number a row.
void read_number_row(ContactHeader const& header, CsvReader const& row, NumberLetters letters,
                     CellReader& cells, ContactBatch& into) {
  cells.check_length();
  auto number = read_number_cell(cells.cell(header.numbers.front().value), letters);
  if (number.numbers.empty())
    cells.fault("number", number.fault.empty() ? std::string("is required") : std::move(number.fault));
  auto const type = read_type(cells, cells.cell(header.numbers.front().label));
  auto person = cells.person();
  if (!person && cells.cell(ContactField::patient_id).empty() && cells.cell(ContactField::doctor_id).empty())
    cells.fault("patient_id or doctor_id", "is required");
  auto first_name = cells.name(ContactField::first_name);
  auto last_name = cells.name(ContactField::last_name);
  if (auto middle = cells.name(ContactField::middle_name); middle && first_name) *first_name += " " + *middle;
  for (auto const& [field, name] :
       {std::pair(ContactField::first_name, &first_name), std::pair(ContactField::last_name, &last_name)})
    if (*name && !is_person_name(**name)) cells.fault(to_string(field), std::string(rule_of(field)));
  auto details = read_details(
      cells, [&](ContactField field) { cells.fault(to_string(field), std::string(rule_of(field))); });
  bool const primary = cells.flag(ContactField::primary);
  bool const verified = cells.flag(ContactField::verified);
  bool const do_not_call = cells.flag(ContactField::do_not_call);
  if (!number.note.empty()) cells.note(number.note);
  if (!cells.sound()) {
    into.push_back({row.row(), row.line(), fail(error_of(cells.take_faults())), cells.take_note()});
    return;
  }
  for (std::size_t i = 0; i < number.numbers.size(); ++i)
    into.push_back({row.row(), row.line(),
                    ContactRow{.number = number.numbers[i],
                               .phone_type = *type,
                               .person = *person,
                               .first_name = first_name,
                               .last_name = last_name,
                               .email = details.email,
                               .timezone = details.timezone,
                               .contact_window = details.contact_window,
                               .state = details.state,
                               .date_of_birth = details.date_of_birth,
                               .gender = details.gender,
                               .npi = details.npi,
                               .primary = primary && i == 0,
                               .verified = verified,
                               .do_not_call = do_not_call},
                    cells.take_note()});
}

/// "* Mobile": Google's star says that it is the preferred one.
CardNumber read_card_number(CellReader& cells, ContactHeader const& header, NumberColumn const& column) {
  CardNumber number{.column = shown(header.names[column.value]),
                    .text = std::string(cells.cell(column.value)),
                    .use = column.use.value_or(NumberUse::other),
                    .rank = column.preferred ? 1 : CardNumber::no_rank};
  auto label = cells.cell(column.label);
  if (label.starts_with("* ")) {
    number.rank = 1;
    label.remove_prefix(2);
  }
  if (label.empty() || number.text.empty()) return number;
  if (auto const use = number_use(label))
    number.use = *use;
  else if (!number_use("other " + std::string(label)))  // "Phone" says nothing, and is no riddle
    cells.note("the kind '" + shown(label) + "' of " + number.column + " is not known, taken for other");
  return number;
}

/// A row of an address book.
ContactCard read_card(ContactHeader const& header, CsvReader const& row, PersonType people,
                      CellReader& cells) {
  cells.check_length();
  ContactCard card{.row = row.row(), .line = row.line(), .type = people};
  if (auto person = cells.person()) {
    card.type = person->type;
    card.id = std::move(person->id.value);
  }
  card.first_name = cells.name(ContactField::first_name).value_or("");
  if (auto const middle = cells.name(ContactField::middle_name); middle && !card.first_name.empty())
    card.first_name += " " + *middle;
  card.last_name = cells.name(ContactField::last_name).value_or("");
  if (card.first_name.empty() || card.last_name.empty()) {
    auto full = cells.name(ContactField::full_name);
    if (!full && card.first_name.empty() && card.last_name.empty())
      full = cells.name(ContactField::organisation);
    card.full_name = full.value_or("");
  }
  auto details = read_details(cells, [&](ContactField field) {
    // How Outlook writes that it knows no birthday and no gender.
    if (auto const text = cells.cell(field); text == "0/0/00" || text == "Unspecified") return;
    cells.note(std::string(to_string(field)) + " was left out: it " + std::string(rule_of(field)));
  });
  card.email = std::move(details.email);
  card.timezone = std::move(details.timezone);
  card.contact_window = details.contact_window;
  card.state = std::move(details.state);
  card.date_of_birth = std::move(details.date_of_birth);
  card.gender = details.gender;
  card.npi = std::move(details.npi);
  card.verified = cells.flag(ContactField::verified);
  card.do_not_call = cells.flag(ContactField::do_not_call);
  for (auto const& column : header.numbers)
    if (card.numbers.size() < max_numbers_on_card)
      card.numbers.push_back(read_card_number(cells, header, column));
  if (cells.flag(ContactField::primary) && !card.numbers.empty()) card.numbers.front().rank = 1;
  std::erase_if(card.numbers, [](CardNumber const& number) { return number.text.empty(); });
  card.faults = cells.take_faults();
  if (auto note = cells.take_note(); !note.empty()) card.notes.push_back(std::move(note));
  return card;
}

UnderstoodFile form_of(CsvFile const& csv, PersonType people, std::vector<UnderstoodColumn> columns) {
  return {.encoding = std::string(text_encoding_name(csv.encoding())),
          .separator = separator_name(csv.separator()),
          .people = std::string(to_string(people)),
          .columns = std::move(columns),
          .rows = {},
          .faults = {}};
}

}  // namespace

Result<std::unique_ptr<ContactRows>> ContactRows::open(InputFile& file, ContactFileChoices choices,
                                                       UnderstoodFile& understood) {
  auto csv = CsvFile::open(file, choices.form, is_contact_column);
  if (!csv) return fail(std::move(csv.error()));
  std::vector<UnderstoodColumn> columns;
  auto header = understand_header((*csv)->header(), choices.columns, &columns);
  understood = form_of(**csv, choices.people, columns);
  if (!header) return fail(std::move(header.error()));
  return std::unique_ptr<ContactRows>(
      new ContactRows(std::move(*csv), std::move(*header), std::move(choices), std::move(columns)));
}

UnderstoodFile ContactRows::understood() const { return form_of(*csv_, choices_.people, understood_); }

Result<bool> ContactRows::next(ContactBatch& into) {
  auto more = csv_->next();
  if (!more || !*more) return more;
  auto const& row = csv_->reader();
  CellReader cells(header_, row);
  if (auto const blank = row.blank_lines() - std::exchange(blank_lines_, row.blank_lines()); blank > 0)
    cells.note(blank == 1 ? "line " + std::to_string(row.last_blank_line()) + " before it is blank"
                          : std::to_string(blank) + " lines before it are blank");
  if (cells.is_empty()) {
    ++left_out_.empty_rows;
    cells.note("is empty, and was passed over");
    into.push_back({row.row(), row.line(), fail(ErrorCode::validation_error, ""), cells.take_note(),
                    RowKind::passed_over});
  } else if (header_.shape == ContactShape::number_a_row) {
    read_number_row(header_, row, choices_.letters, cells, into);
  } else {
    append_contacts(read_card(header_, row, choices_.people, cells), choices_.letters, left_out_, into);
  }
  return true;
}

std::string ContactRows::told() const {
  return (header_.shape == ContactShape::person_a_row ? "a person a row, " : "a number a row, ") +
         csv_->told();
}

std::vector<std::pair<std::string, std::string>> ContactRows::columns() const {
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::size_t i = 0; i < header_.names.size(); ++i)
    columns.emplace_back(header_.names[i], header_.becomes[i]);
  return columns;
}

}  // namespace linebook
