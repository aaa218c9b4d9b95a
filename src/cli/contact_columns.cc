#include "cli/contact_columns.h"

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/numbers/written_number.h"
#include "domain/text/timezone.h"

namespace linebook {
namespace {

constexpr std::string_view required[] = {"number", "phone_type"};
constexpr std::string_view optional[] = {"patient_id", "doctor_id", "first_name", "last_name", "primary",
                                         "verified", "do_not_call", "email", "timezone", "date_of_birth",
                                         "gender", "npi",
                                         // Told by `export contacts`, not taken up again.
                                         "id", "created_at", "updated_at"};

class RowReader {
 public:
  explicit RowReader(CsvTable const& table) : table_(table) {}

  void fault(std::string_view column, std::string_view why) {
    faults_.push_back({std::string(column), std::string(why)});
  }

  /// The column's text where there is any; a fault where `fits` refuses it.
  template <class Fits>
  std::optional<std::string> text(std::string_view column, Fits fits, std::string_view why) {
    auto const value = table_.text(column);
    if (value.empty()) return std::nullopt;
    if (!fits(value)) fault(column, why);
    return std::string(value);
  }

  bool flag(std::string_view column) {
    auto const value = table_.text(column);
    for (auto const yes : {"true", "yes", "y", "1", "x", "TRUE", "True", "Yes", "YES", "Y", "X"})
      if (value == yes) return true;
    for (auto const no : {"", "false", "no", "n", "0", "FALSE", "False", "No", "NO", "N"})
      if (value == no) return false;
    fault(column, "must be true or false");
    return false;
  }

  std::optional<PersonRef> person() {
    auto const patient = table_.text("patient_id");
    auto const doctor = table_.text("doctor_id");
    if (patient.empty() == doctor.empty()) {
      fault(patient.empty() ? "patient_id or doctor_id" : "patient_id and doctor_id",
            patient.empty() ? "is required" : "cannot both be given");
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

  std::vector<FieldError> faults() && { return std::move(faults_); }
  bool sound() const { return faults_.empty(); }

 private:
  CsvTable const& table_;
  std::vector<FieldError> faults_;
};

Error all_of(std::vector<FieldError> faults) {
  std::string message;
  for (auto const& f : faults) message += (message.empty() ? "" : "; ") + f.field + " " + f.message;
  return {ErrorCode::validation_error, std::move(message), std::move(faults)};
}

}  // namespace

std::span<std::string_view const> required_contact_columns() { return required; }
std::span<std::string_view const> optional_contact_columns() { return optional; }

Result<ContactRow> read_contact_row(CsvTable const& table) {
  RowReader reader(table);
  auto const number = read_written_number(table.text("number"));
  if (!number) reader.fault("number", message_for(number.error()));
  auto const type = parse_phone_type(table.text("phone_type"));
  if (!type) reader.fault("phone_type", "must be one of cell, home, other");
  auto const person = reader.person();
  auto const name_rule = "must be at most 100 characters of text";
  auto first_name = reader.text("first_name", is_person_name, name_rule);
  auto last_name = reader.text("last_name", is_person_name, name_rule);
  auto email = reader.text("email", is_email, "must be an e-mail address, such as jane@example.com");
  auto timezone = reader.text("timezone", is_timezone, "must be an IANA time zone, such as America/New_York");
  auto born = reader.text("date_of_birth", is_calendar_date, "must be a date as in 1980-02-29");
  auto const is_gender = [](std::string_view text) { return parse_gender(text).has_value(); };
  auto const gender = reader.text("gender", is_gender, "must be one of male, female, other, unknown");
  auto npi = reader.text("npi", is_npi, "must be ten digits");
  bool const primary = reader.flag("primary");
  bool const verified = reader.flag("verified");
  bool const do_not_call = reader.flag("do_not_call");
  if (!reader.sound()) return fail(all_of(std::move(reader).faults()));
  return ContactRow{.number = number->number,
                    .phone_type = *type,
                    .person = *person,
                    .first_name = std::move(first_name),
                    .last_name = std::move(last_name),
                    .email = std::move(email),
                    .timezone = std::move(timezone),
                    .date_of_birth = std::move(born),
                    .gender = gender ? parse_gender(*gender) : std::nullopt,
                    .npi = std::move(npi),
                    .primary = primary,
                    .verified = verified,
                    .do_not_call = do_not_call};
}

}  // namespace linebook
