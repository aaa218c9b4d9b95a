// Rows of a contact spreadsheet on their way into the books: a bounded number of them in one transaction.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/contacts/import_contact.h"
#include "cli/operator_session.h"

namespace linebook {

/// One job's worth: what takes about this long, so that a running server slips its own writes in between.
inline constexpr std::chrono::milliseconds contact_batch_time{8};
inline constexpr std::size_t min_contact_batch_rows = 100;
inline constexpr std::size_t max_contact_batch_rows = 2000;
/// Fewer rows than this for each of the jobs that the store works on side by side are not worth a commit.
inline constexpr std::size_t min_contact_lane_rows = 8;
/// Batches on their way at a time, so that neither the writer nor whoever reads the file waits for the other.
inline constexpr std::size_t contact_batches_in_flight = 2;

enum class RowKind {
  contact,
  passed_over,  // nothing in it to take, and nothing wrong: its note says what it was
};

/// One number of a file's row, or of its card: an address book's has several, which come one after another.
struct NumberedRow {
  std::uint64_t row = 0;       // of the file, from 1 after the header
  std::uint64_t line = 0;      // where the row begins
  Result<ContactRow> contact;  // or why the row makes no sense
  std::string note = {};       // what was left out of it or mended in it, for whoever imports
  RowKind kind = RowKind::contact;
};
using ContactBatch = std::vector<NumberedRow>;
using ContactResults = std::vector<Result<ImportedContact>>;  // one a row of the batch

/// Hands batches to the store and takes their results back, in order. A person's rows are written in the
/// order of the file; those of several people side by side, where the store can do that.
class ContactWriter {
 public:
  ContactWriter(OperatorSession& session, AccountId account)
      : session_(session), account_(account), lanes_(session.store().writes_side_by_side()) {}

  struct Done {
    std::shared_ptr<ContactBatch const> batch;
    Result<ContactResults> results;  // an error when not all of it was stored
  };

  void submit(std::shared_ptr<ContactBatch const>);
  /// The oldest batch that is on its way, once it is durable. There is one.
  Done take();
  std::size_t in_flight() const { return pending_.size(); }
  /// How many rows the next batch should have.
  std::size_t batch_rows() const { return batch_rows_; }

 private:
  struct Stored {
    Result<ContactResults> results;
    std::chrono::steady_clock::duration took;
  };
  struct Part {
    std::vector<std::size_t> rows;  // of the batch
    std::future<Stored> stored;
  };
  struct Pending {
    std::shared_ptr<ContactBatch const> batch;
    std::vector<Part> parts;  // none: it waits for the batch before it
  };
  struct Job;

  void hand_over(Pending&);
  std::vector<Part> divide(ContactBatch const&) const;
  void choose_batch_rows(std::size_t rows, std::chrono::steady_clock::duration took);

  OperatorSession& session_;
  AccountId account_;
  std::size_t lanes_;
  std::deque<Pending> pending_;
  std::size_t batch_rows_ = 500;
};

/// Tells what batches would come to, without changing anything. It remembers which people and numbers earlier
/// rows would have brought or changed, up to a bound; rows behind that are told as if they came first.
class ContactRehearsal {
 public:
  static constexpr std::size_t max_remembered = 300'000;  // people and numbers, some 500 bytes each

  ContactRehearsal(OperatorSession& session, AccountId account) : session_(session), account_(account) {}
  Result<ContactResults> rehearse(ContactBatch const&);

 private:
  Result<ImportedContact> rehearse(Transaction const&, Context const&, ContactRow const&);
  ForeseenContact foreseen(Transaction const&, ContactRow const&) const;
  void remember(ForeseenContact&&);

  OperatorSession& session_;
  AccountId account_;
  std::unordered_map<std::string, Person> people_;          // "patient/pat_1"
  std::unordered_map<std::string, ContactNumber> numbers_;  // "patient/pat_1/5551234567"
  std::unordered_map<std::string, std::string> primaries_;  // "patient/pat_1/cell": the key of its number
};

}  // namespace linebook
