// A list's file, mapped: all threads, and all processes, look into the same pages.
//
// It is checked as a whole when it is opened, its checksum and every place that it names, and then trusted.
// It is read before it is mapped, so that a disk that fails then is told in words. A file that somebody
// shortens later, in its place, would end the process (SIGBUS, mmap(2)): nobody of ours does, a list is only
// ever replaced by another file under its name, and may not be written to (mode 0400).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "app/ports/do_not_call_lists.h"
#include "base/result.h"
#include "lists/list_file.h"

namespace linebook::lists {

class MappedList {
 public:
  /// An error says what is wrong with the file, in words for the operator.
  static Result<std::shared_ptr<MappedList const>> open(std::filesystem::path const&);
  ~MappedList();
  MappedList(MappedList const&) = delete;
  MappedList& operator=(MappedList const&) = delete;

  DoNotCallList const& about() const { return about_; }
  Checksum const& checksum() const { return header().checksum; }

  /// `number` is below all_numbers. Any thread; throws nothing.
  bool contains(std::uint64_t number) const;
  /// Adds all numbers.
  void add_to(NumberSet&) const;

 private:
  MappedList(std::uint8_t const* bytes, std::size_t size);
  ListHeader const& header() const { return *reinterpret_cast<ListHeader const*>(bytes_); }
  /// Empty where there are no numbers of it.
  std::span<std::uint8_t const> code_of(unsigned area, unsigned exchange) const;
  std::string fault_in_places() const;

  std::uint8_t const* const bytes_;
  std::size_t const size_;
  std::uint16_t const* const rows_;
  std::uint32_t const* const places_;
  std::uint8_t const* const codes_;
  std::size_t const codes_size_;
  DoNotCallList about_;
};

}  // namespace linebook::lists
