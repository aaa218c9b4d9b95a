// The rows of a contact spreadsheet, and how each is understood.
#pragma once

#include <memory>

#include "cli/import/contact_header.h"
#include "cli/import/contact_source.h"
#include "cli/import/csv_file.h"
#include "domain/numbers/written_number.h"

namespace linebook {

struct ContactFileChoices {
  CsvForm form = {};
  ColumnChoices columns = {};
  NumberLetters letters = NumberLetters::refused;
  PersonType people = PersonType::patient;  // those without an id
};

class ContactRows final : public ContactSource {
 public:
  /// `file` outlives this. `understood` is told, too, where the header is refused.
  static Result<std::unique_ptr<ContactRows>> open(InputFile& file, ContactFileChoices,
                                                   UnderstoodFile& understood);

  Result<bool> next(ContactBatch& into) override;
  std::string_view unit() const override { return "rows"; }
  std::uint64_t bytes_read() const override { return csv_->bytes_read(); }
  std::string told() const override;
  std::vector<std::pair<std::string, std::string>> columns() const override;
  UnderstoodFile understood() const override;
  LeftOut const& left_out() const override { return left_out_; }

 private:
  ContactRows(std::unique_ptr<CsvFile> csv, ContactHeader header, ContactFileChoices choices,
              std::vector<UnderstoodColumn> understood)
      : csv_(std::move(csv)),
        header_(std::move(header)),
        choices_(std::move(choices)),
        understood_(std::move(understood)) {}

  std::unique_ptr<CsvFile> csv_;
  ContactHeader header_;
  ContactFileChoices choices_;
  std::vector<UnderstoodColumn> understood_;
  LeftOut left_out_;
  std::uint64_t blank_lines_ = 0;  // told so far
};

}  // namespace linebook
