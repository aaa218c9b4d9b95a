#include "keyring/master_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/data_directory_files.h"

namespace linebook {
namespace {

/// Closes a file descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::unavailable, std::move(message));
}

std::unexpected<Error> system_refusal(std::string const& doing, std::filesystem::path const& file) {
  return refuse(doing + " " + file.string() + ": " + std::strerror(errno));
}

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool decode_hex(std::string_view text, LockedBytes<MasterKey::size>& out) {
  std::size_t length = 0;
  return text.size() == 2 * MasterKey::size &&
         sodium_hex2bin(out.data(), MasterKey::size, text.data(), text.size(), nullptr, &length, nullptr) ==
             0 &&
         length == MasterKey::size;
}

bool decode_base64(std::string_view text, LockedBytes<MasterKey::size>& out) {
  for (int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                      sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    std::size_t length = 0;
    if (sodium_base642bin(out.data(), MasterKey::size, text.data(), text.size(), nullptr, &length, nullptr,
                          variant) == 0 &&
        length == MasterKey::size)
      return true;
  }
  return false;
}

bool write_all(int fd, char const* data, std::size_t size) {
  while (size > 0) {
    auto n = ::write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

/// $CREDENTIALS_DIRECTORY, or empty.
std::filesystem::path credentials_directory() {
  auto const* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return directory == nullptr ? std::filesystem::path() : std::filesystem::path(directory);
}

bool is_credential(std::filesystem::path const& file) {
  auto const directory = credentials_directory();
  return !directory.empty() && file.parent_path() == directory;
}

bool sync_directory_of(std::filesystem::path const& file) {
  auto parent = file.parent_path();
  Descriptor directory(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.open() && ::fsync(directory.get()) == 0;
}

}  // namespace

Result<MasterKey> MasterKey::parse(std::string_view text) {
  MasterKey key;
  auto const body = trimmed(text);
  if (decode_hex(body, key.bytes_) || decode_base64(body, key.bytes_)) return key;
  return refuse(
      "the master key must be 64 hex digits, or base64 of 32 bytes; `openssl rand -hex 32` makes one");
}

Result<MasterKey> MasterKey::read(std::filesystem::path const& file) {
  Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.open()) return system_refusal("cannot read the master key file", file);
  struct stat about{};
  if (::fstat(fd.get(), &about) != 0) return system_refusal("cannot look at the master key file", file);
  if (!S_ISREG(about.st_mode))
    return refuse("the master key file " + file.string() + " is not a regular file");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !is_credential(file))
    return refuse("the master key file " + file.string() +
                  " can be read or written by others; mend it with: chmod 600 '" + file.string() + "'");
  LockedBytes<max_file> text;
  std::size_t length = 0;
  while (length < max_file) {
    auto n = ::read(fd.get(), text.data() + length, max_file - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_refusal("cannot read the master key file", file);
    if (n == 0) break;
    length += static_cast<std::size_t>(n);
  }
  auto key = parse({reinterpret_cast<char const*>(text.data()), length});
  if (!key) return refuse(file.string() + ": " + key.error().message);
  return key;
}

Result<MasterKey> MasterKey::make(std::filesystem::path const& file) {
  MasterKey key;
  randombytes_buf(key.bytes_.data(), size);
  LockedBytes<2 * size + 1> hex;
  sodium_bin2hex(reinterpret_cast<char*>(hex.data()), 2 * size + 1, key.bytes_.data(), size);
  hex.data()[2 * size] = '\n';
  // Written beside its place and linked into it, so that a crash never leaves half a key under the real name.
  // link() refuses where the name is taken, as O_EXCL does.
  auto const draft = file.string() + ".new";
  ::unlink(draft.c_str());
  {
    Descriptor fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.open()) return system_refusal("cannot make the master key file", file);
    if (!write_all(fd.get(), reinterpret_cast<char const*>(hex.data()), 2 * size + 1) ||
        ::fsync(fd.get()) != 0)
      return system_refusal("cannot write the master key file", file);
  }
  bool const linked = ::link(draft.c_str(), file.c_str()) == 0;
  int const why = errno;
  ::unlink(draft.c_str());
  errno = why;
  if (!linked || !sync_directory_of(file)) return system_refusal("cannot make the master key file", file);
  return key;
}

MasterKeySources MasterKeySources::from_environment(std::filesystem::path const& directory,
                                                    std::string const& setting) {
  MasterKeySources sources;
  if (auto const* text = std::getenv("LINEBOOK_MASTER_KEY"); text != nullptr && *text != '\0')
    sources.text = text;
  if (!setting.empty()) sources.file = setting;
  auto const credentials = credentials_directory();
  std::error_code ignored;
  if (!sources.file && !credentials.empty() && std::filesystem::exists(credentials / credential, ignored))
    sources.file = credentials / credential;
  sources.own_file = directory / master_key_file_name;
  return sources;
}

std::string MasterKeySources::place() const {
  if (text) return "in the environment, LINEBOOK_MASTER_KEY";
  return file ? file->string() : own_file.string();
}

Result<MasterKey> load_master_key(MasterKeySources const& sources, IfAbsent if_absent) {
  if (sources.text) {
    auto key = MasterKey::parse(*sources.text);
    if (!key) return refuse("LINEBOOK_MASTER_KEY: " + key.error().message);
    return key;
  }
  if (sources.file) return MasterKey::read(*sources.file);
  if (::access(sources.own_file.c_str(), F_OK) == 0) return MasterKey::read(sources.own_file);
  if (errno != ENOENT) return system_refusal("cannot look at the master key file", sources.own_file);
  if (if_absent == IfAbsent::make) return MasterKey::make(sources.own_file);
  return refuse("the master key " + sources.own_file.string() +
                " is missing although there is a database; put it back, or give it as LINEBOOK_MASTER_KEY or "
                "LINEBOOK_MASTER_KEY_FILE");
}

}  // namespace linebook
