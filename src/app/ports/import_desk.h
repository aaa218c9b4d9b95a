// Files that are brought in over HTTP: uploaded piece by piece, rehearsed, imported, and deleted when that is
// done. They lie beside this node's other files: another node does not know them, nor does this one once it
// is started again. Any thread; nothing waits for more than a disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/result.h"

namespace linebook {

inline constexpr std::int64_t max_upload_bytes = std::int64_t{1} << 30;
inline constexpr std::chrono::hours uploads_kept{24};
inline constexpr std::size_t max_uploads_of_account = 4;
inline constexpr std::size_t max_uploads = 256;                              // of this node
inline constexpr std::int64_t max_bytes_of_uploads = 16 * max_upload_bytes;  // likewise, as announced
inline constexpr std::size_t max_rejects_kept = 10'000;                      // rows
inline constexpr std::size_t max_messages_kept = 200;
inline constexpr std::size_t max_mapped_columns = 100;
inline constexpr std::size_t max_understood_columns = 200;  // that are told
inline constexpr std::size_t max_understood_rows = 5;

enum class UploadKind { contacts, vcard, fhir };
/// failed: nothing can be made of the file, or part of it was not taken; the messages say what.
enum class UploadState { uploading, uploaded, running, finished, failed };

std::string_view to_string(UploadKind);
std::optional<UploadKind> parse_upload_kind(std::string_view);
std::string_view to_string(UploadState);

/// How a file is to be read, where that is not left to be recognised.
struct ImportWish {
  bool dry_run = true;
  std::vector<std::pair<std::string, std::string>> columns = {};  // of contacts: "Phone Number" → "number"
  std::optional<std::string> encoding = {};
  std::optional<std::string> separator = {};
  std::optional<std::string> people = {};  // "patient" or "doctor"
};

/// What a column was taken for, and what a wish would have to say for the same.
struct UnderstoodColumn {
  std::string header;   // as the file has it
  std::string meaning;  // "number"; empty: left out, or nobody knows
  std::string becomes;  // in words: "a cell number"
  bool is_known = false;
};
struct UnderstoodNumber {
  std::string number;  // ten digits
  std::string phone_type;
  bool primary = false;
  bool do_not_call = false;
};
struct UnderstoodRow {
  std::uint64_t row = 0;
  std::string person_type, person_id;  // empty where it is none
  std::string name;
  std::vector<UnderstoodNumber> numbers;
  std::string note;  // why it is refused, or passed over
  bool is_refused = false;
};
struct UnderstoodFault {
  std::string what;
  std::uint64_t rows = 0;
};

/// How a file of rows or cards is read: as far as it was understood, also where that was not far enough.
struct UnderstoodFile {
  std::string encoding;   // as a wish says it: "utf-8"; empty where it is not known
  std::string separator;  // likewise; empty where there is none
  std::string people;     // that people without an id are: "patient"
  std::vector<UnderstoodColumn> columns;
  std::vector<UnderstoodRow> rows;      // the first
  std::vector<UnderstoodFault> faults;  // of all rows, once all were read
};

struct Upload {
  std::string id;  // "imp_…"
  AccountId account;
  UploadKind kind = UploadKind::contacts;
  std::string name;  // as its owner calls the file
  std::int64_t size = 0;
  std::int64_t received = 0;
  UploadState state = UploadState::uploading;
  Instant created_at;
  Instant expires_at;
  bool was_dry_run = false;  // the run that is told of
  std::string unit = {};     // "rows"
  std::uint64_t items = 0;   // so far
  std::uint64_t bytes_done = 0;
  std::uint64_t rejects = 0;  // rows that were not taken
  std::optional<UnderstoodFile> understood = {};
  std::string report = {};                 // JSON, once a run is over; empty where it came to none
  std::vector<std::string> messages = {};  // what was said beside it
};

class ImportDesk {
 public:
  virtual ~ImportDesk() = default;

  struct Offer {
    AccountId account;
    UploadKind kind;
    std::string name;
    std::int64_t size;
  };
  /// conflict where there are too many; unavailable where the disk has no room.
  virtual Result<Upload> open(Offer) = 0;
  /// conflict, with what was received, where `bytes` do not go on from there.
  virtual Result<Upload> append(AccountId, std::string const& id, std::int64_t offset,
                                std::string_view bytes) = 0;
  virtual Result<Upload> find(AccountId, std::string const& id) = 0;
  virtual std::vector<Upload> list(AccountId) = 0;  // newest first
  /// Begins it, on behalf of `actor`. conflict while the file is not complete, or something runs already.
  virtual Result<Upload> run(AccountId, std::string const& id, ImportWish, std::string actor) = 0;
  /// CSV, of the last run.
  virtual Result<std::string> rejects(AccountId, std::string const& id) = 0;
  /// What runs ends where it stands; what it has imported stays.
  virtual Result<void> remove(AccountId, std::string const& id) = 0;
};

}  // namespace linebook
