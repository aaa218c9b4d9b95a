// How do-not-call lists are replaced: as a whole, by a draft of which nothing is seen until it is published.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/ports/do_not_call_lists.h"
#include "base/result.h"

namespace linebook {

/// Called now and then while a draft is published. May throw: then nothing of it is published.
using PublishProgress = std::function<void(std::string_view doing, std::uint64_t done, std::uint64_t of)>;

/// One thread. Gone without a trace if it is not published.
class ListDraft {
 public:
  virtual ~ListDraft() = default;

  /// Ten digits each, as a number: 5852984455. Tells how many were not on the list before.
  virtual std::uint64_t add(std::span<std::uint64_t const> numbers) = 0;
  /// Tells how many were on the list.
  virtual std::uint64_t remove(std::span<std::uint64_t const> numbers) = 0;
  virtual std::uint64_t numbers() const = 0;

  /// In the place of the list of that name, durable, and used by look-ups from now on (on other nodes within
  /// seconds). `conflict` where the draft began with a list that meanwhile is another. Once.
  virtual Result<DoNotCallList> publish(std::string const& as_of, PublishProgress const&) = 0;
};

/// Any thread.
class ListDrafts {
 public:
  virtual ~ListDrafts() = default;

  /// Of the list `name`: "national", or a state's two capitals. Empty. `conflict` while another draft is
  /// there: each takes hundreds of megabytes of memory.
  virtual Result<std::unique_ptr<ListDraft>> begin(std::string const& name) = 0;
  /// With all that is published under the name; `not_found` where nothing is, or what is there is damaged.
  virtual Result<std::unique_ptr<ListDraft>> begin_with_published(std::string const& name) = 0;

  /// What is published, "national" first: what every node has, or is about to have.
  virtual Result<std::vector<DoNotCallList>> published() = 0;
};

}  // namespace linebook
