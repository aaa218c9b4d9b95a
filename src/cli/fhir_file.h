// The resources in a file of a FHIR export, by what is in it and not by what it is called: NDJSON with
// whatever resources on its lines, one JSON document (a Bundle or a single resource), each gzipped or not.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "interchange/fhir_reader.h"

namespace linebook {

inline constexpr std::size_t max_fhir_line = 1 << 20;       // bytes of one resource on its line
inline constexpr std::size_t max_fhir_document = 32 << 20;  // bytes of one Bundle, unpacked, also on a line

/// Whoever goes through a file. Any member that returns an Error ends the reading with it.
class FhirVisitor {
 public:
  virtual ~FhirVisitor() = default;
  /// Is a resource of this kind to be parsed? Asked where that shows before: most of an export is other
  /// things.
  virtual bool wants(FhirResource) = 0;
  /// One resource; those of a Bundle by themselves. `where` is "Patient.ndjson line 2".
  virtual Result<void> take(FhirResource, boost::json::object const&, std::string const& where) = 0;
  /// One that was not wanted.
  virtual void pass_over(FhirResource) = 0;
  /// Text that is no resource. `seemed` what it looked like before it was parsed, if that was to be seen.
  virtual void fault(std::optional<FhirResource> seemed, std::string const& where,
                     std::string const& what) = 0;
  /// `bytes` of the file as it lies there are read.
  virtual void progress(std::uint64_t bytes) = 0;
};

/// False where the file is no JSON at all: nothing was told then.
Result<bool> read_fhir_file(Console&, std::string const& path, std::string const& name, FhirVisitor&);

/// What a line's resource is, without parsing it: where that cannot be told so cheaply, nothing.
std::optional<FhirResource> peek_fhir_resource(std::string_view line);

}  // namespace linebook
