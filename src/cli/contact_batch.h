// Rows of a contact spreadsheet on their way into the books: a bounded number of them in one transaction.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/import_contact.h"
#include "cli/operator_session.h"

namespace linebook {

/// One transaction's worth: enough to share the cost of a commit, short enough for a running server to slip
/// its own writes in between.
inline constexpr std::size_t contact_batch_rows = 500;

struct NumberedRow {
  std::uint64_t row = 0;       // of the file, from 1 after the header
  Result<ContactRow> contact;  // or why the row makes no sense
};
using ContactBatch = std::vector<NumberedRow>;
using ContactResults = std::vector<Result<ImportedContact>>;  // one a row of the batch

/// Hands batches to the store, one ahead: while a batch is being committed the next one is read.
class ContactWriter {
 public:
  ContactWriter(OperatorSession& session, AccountId account) : session_(session), account_(account) {}

  void submit(std::shared_ptr<ContactBatch const>);
  /// The results of the batch submitted last, once they are durable; an error when none of it was stored.
  Result<ContactResults> results();

 private:
  OperatorSession& session_;
  AccountId account_;
  std::future<Result<ContactResults>> pending_;
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
