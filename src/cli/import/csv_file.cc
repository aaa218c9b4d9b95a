#include "cli/import/csv_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr char candidates[] = {',', ';', '\t', '|'};
constexpr std::size_t looked_at_rows = 20;  // behind the header

bool can_separate(char c) {
  return c == '\t' || (c > ' ' && c < '\x7F' && c != '"' && !is_ascii_alphanumeric(c));
}

/// "sep=;" as the first line, which tells Excel; what it says.
std::optional<char> separator_line(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  constexpr std::string_view word = "sep=";
  if (text.size() != word.size() + 1) return std::nullopt;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (ascii_lower(text[i]) != word[i]) return std::nullopt;
  return can_separate(text.back()) ? std::optional(text.back()) : std::nullopt;
}

CsvReader::Source source_of(std::string_view text) {
  return [text](char* into, std::size_t size) mutable -> Result<std::size_t> {
    auto const n = std::min(size, text.size());
    std::memcpy(into, text.data(), n);
    text.remove_prefix(n);
    return n;
  };
}

/// How well the beginning of a file reads with a separator.
struct Fit {
  std::size_t known = 0;    // columns whose names are known
  std::size_t even = 0;     // rows with as many fields as the header
  std::size_t columns = 0;  // of the header

  auto operator<=>(Fit const&) const = default;
};

Fit fit(std::string_view beginning, char separator, CsvFile::KnownHeader const& is_known) {
  Fit fit;
  CsvReader reader(source_of(beginning), separator);
  auto header = reader.next();
  if (!header || !*header || reader.fields().size() < 2) return fit;
  fit.columns = reader.fields().size();
  fit.known = static_cast<std::size_t>(std::ranges::count_if(reader.fields(), is_known));
  for (std::size_t rows = 0; rows < looked_at_rows; ++rows) {
    auto more = reader.next();
    if (!more || !*more) break;
    if (reader.fields().size() == fit.columns) ++fit.even;
  }
  return fit;
}

Result<char> recognise_separator(std::string_view beginning, CsvFile::KnownHeader const& is_known) {
  char best = ',';
  Fit best_fit;
  bool tie = false;
  for (char const candidate : candidates) {
    auto const its_fit = fit(beginning, candidate, is_known);
    tie = its_fit == best_fit ? its_fit.columns > 0 : its_fit < best_fit && tie;
    if (its_fit > best_fit) {
      best = candidate;
      best_fit = its_fit;
    }
  }
  if (tie)
    return fail(ErrorCode::validation_error,
                "line 1: it is unclear what separates the columns; say it with --separator, as in "
                "--separator ';' or --separator tab");
  return best;
}

}  // namespace

std::optional<char> parse_separator(std::string_view text) {
  constexpr std::pair<std::string_view, char> names[] = {
      {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"\\t", '\t'}, {"pipe", '|'}};
  for (auto const& [name, separator] : names)
    if (name == text) return separator;
  if (text.size() == 1 && can_separate(text[0])) return text[0];
  return std::nullopt;
}

std::string separator_name(char separator) { return separator == '\t' ? "tab" : std::string(1, separator); }

Result<std::unique_ptr<CsvFile>> CsvFile::open(InputFile& file, CsvForm const& form,
                                               KnownHeader const& is_known) {
  std::unique_ptr<CsvFile> opened(new CsvFile(file, form.encoding));
  if (auto read = opened->read_header(form, is_known); !read) return fail(std::move(read.error()));
  return opened;
}

Result<void> CsvFile::read_header(CsvForm const& form, KnownHeader const& is_known) {
  auto beginning = decoder_.beginning();
  if (!beginning) return fail(std::move(beginning.error()));
  if (beginning->starts_with("BEGIN:VCARD"))
    return fail(ErrorCode::validation_error,
                "the file holds vCards: take them in with `linebook import vcard`");
  auto const said_by_file = separator_line(*beginning);
  if (form.separator || said_by_file) {
    separator_ = form.separator.value_or(said_by_file.value_or(','));
  } else {
    auto recognised = recognise_separator(*beginning, is_known);
    if (!recognised) return fail(std::move(recognised.error()));
    separator_ = *recognised;
  }
  if (decoder_.beginning_is_faulty())
    if (auto sound = check_beginning(said_by_file.has_value()); !sound) return sound;
  reader_.emplace([this](char* into, std::size_t size) { return decoder_.read(into, size); }, separator_);
  for (bool header = !said_by_file;; header = true) {
    auto more = reader_->next();
    if (!more) return fail(std::move(more.error()));
    if (!*more)
      return fail(ErrorCode::validation_error, "the file is empty; its first row must name the columns");
    if (header) break;
  }
  header_ = reader_->fields();
  reader_->count_rows_from_here();
  return {};
}

/// Where a fault is in the beginning, nothing before it is worth a start: the place is looked for at once.
Result<void> CsvFile::check_beginning(bool separator_line) const {
  TextDecoder faulty = decoder_;  // reads no further than to the fault
  CsvReader probe([&faulty](char* into, std::size_t size) { return faulty.read(into, size); }, separator_);
  for (std::size_t rows = separator_line ? 0 : 1;; ++rows) {
    auto more = probe.next();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return {};
    if (rows == 1) probe.count_rows_from_here();
  }
}

std::string CsvFile::told() const {
  return "read as " + std::string(to_string(encoding())) + ", separated by " + separator_name(separator_);
}

}  // namespace linebook
