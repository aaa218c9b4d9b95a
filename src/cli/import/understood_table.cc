#include "cli/import/understood_table.h"

#include <algorithm>
#include <array>

#include "cli/import/text_encoding.h"

namespace linebook {
namespace {

/// Characters; each is taken for one place wide.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

template <std::size_t N>
std::string aligned(std::vector<std::array<std::string, N>> const& rows) {
  std::array<std::size_t, N> widest{};
  for (auto const& row : rows)
    for (std::size_t i = 0; i < N; ++i) widest[i] = std::max(widest[i], width(row[i]));
  std::string text;
  for (auto const& row : rows) {
    text += "  ";
    for (std::size_t i = 0; i < N; ++i)
      text += i + 1 == N ? row[i] : row[i] + std::string(widest[i] - width(row[i]) + 2, ' ');
    text += '\n';
  }
  return text;
}

std::string in_words(ContactRow const& contact) {
  return contact.number.str() + " " + std::string(to_string(contact.phone_type)) +
         (contact.primary ? " (primary)" : "") + (contact.do_not_call ? " (do not call)" : "");
}

}  // namespace

std::string understood_table(std::vector<std::pair<std::string, std::string>> const& columns,
                             ContactBatch const& batch, std::string_view unit) {
  std::string text;
  if (!columns.empty()) {
    std::vector<std::array<std::string, 2>> table{{"column", "becomes"}};
    for (auto const& [name, becomes] : columns)
      table.push_back({shown(name), becomes.empty() ? "left out" : becomes});
    text += aligned(table) + "\n";
  }
  std::vector<std::array<std::string, 4>> table{
      {std::string(unit.substr(0, unit.size() - 1)), "person", "name", "numbers"}};
  std::uint64_t last = 0;
  for (auto const& row : batch) {
    bool const same = row.row == last && table.size() > 1;
    if (!same && table.size() > max_understood_rows) break;
    auto const said = row.contact                        ? in_words(*row.contact)
                      : row.kind == RowKind::passed_over ? row.note
                                                         : "refused: " + row.contact.error().message;
    if (same) {
      table.back()[3] += ", " + said;
      continue;
    }
    last = row.row;
    auto const& contact = row.contact;
    table.push_back(
        {std::to_string(row.row),
         contact ? std::string(to_string(contact->person.type)) + " " + contact->person.id.value : "",
         contact ? shown(contact->first_name.value_or("") + " " + contact->last_name.value_or("")) : "",
         said});
  }
  return text + aligned(table) + "\n";
}

std::vector<UnderstoodRow> understood_rows(ContactBatch const& batch) {
  std::vector<UnderstoodRow> rows;
  for (auto const& row : batch) {
    bool const same = !rows.empty() && rows.back().row == row.row;
    if (!same && rows.size() == max_understood_rows) break;
    if (!same) rows.emplace_back().row = row.row;
    auto& told = rows.back();
    if (row.kind == RowKind::passed_over) {
      told.note = row.note;
    } else if (!row.contact) {
      told.note = row.contact.error().message;
      told.is_refused = true;
    } else {
      auto const& contact = *row.contact;
      told.person_type = to_string(contact.person.type);
      told.person_id = contact.person.id.value;
      told.name = shown(contact.first_name.value_or("") + " " + contact.last_name.value_or(""));
      told.numbers.push_back({.number = contact.number.str(),
                              .phone_type = std::string(to_string(contact.phone_type)),
                              .primary = contact.primary,
                              .do_not_call = contact.do_not_call});
    }
  }
  return rows;
}

}  // namespace linebook
