#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>

#include "http/transport/loopback.h"

namespace linebook::http {
namespace {

using namespace loopback;
using testing::HasSubstr;
using testing::StartsWith;

/// Writes a fresh self-signed certificate and its key.
void write_certificate(TlsFiles const& files, std::string const& common_name) {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> const certificate(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  auto* const certificate_file = std::fopen(files.certificate.c_str(), "w");
  PEM_write_X509(certificate_file, certificate.get());
  std::fclose(certificate_file);
  auto* const key_file = std::fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(key_file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(key_file);
}

enum class Newest { tls_1_3, tls_1_2, tls_1_1 };

/// A blocking TLS client that trusts anybody.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, Newest newest = Newest::tls_1_3) : client_(port) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (newest == Newest::tls_1_2) SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
    if (newest == Newest::tls_1_1) {
      SSL_CTX_set_security_level(context_.get(), 0);
      SSL_CTX_set_min_proto_version(context_.get(), TLS1_1_VERSION);
      SSL_CTX_set_max_proto_version(context_.get(), TLS1_1_VERSION);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), client_.socket());
    is_connected_ = SSL_connect(ssl_.get()) == 1;
  }

  bool is_connected() const { return is_connected_; }
  std::string peer_name() {
    std::unique_ptr<X509, decltype(&X509_free)> const certificate(SSL_get1_peer_certificate(ssl_.get()),
                                                                  X509_free);
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
  }
  std::string exchange(std::string_view request, std::size_t answer_bytes_at_least) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char buffer[16 * 1024];
    while (answer.size() < answer_bytes_at_least) {
      auto const got = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (got <= 0) break;
      answer.append(buffer, static_cast<std::size_t>(got));
    }
    return answer;
  }

 private:
  Client client_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
  bool is_connected_ = false;
};

class Tls : public ServerTest {
 protected:
  Tls() {
    directory = std::filesystem::temp_directory_path() / ("linebook-tls-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    files = {directory / "certificate.pem", directory / "key.pem"};
    write_certificate(files, "first");
    options.tls = std::make_unique<TlsFiles>(files);
  }
  ~Tls() override { std::filesystem::remove_all(directory); }

  std::filesystem::path directory;
  TlsFiles files;
};

TEST_F(Tls, ServesVersions12And13) {
  handler.on_handle = [](Request const& request, Reply reply) {
    reply({200, "", request.over_tls ? "over TLS" : "plain", false});
  };
  start();
  for (auto const newest : {Newest::tls_1_3, Newest::tls_1_2}) {
    TlsClient client(server->port(), newest);
    ASSERT_TRUE(client.is_connected());
    for (int i = 0; i < 3; ++i) EXPECT_THAT(client.exchange(get("/"), 20), HasSubstr("over TLS"));
  }
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Tls, RefusesOlderVersionsAndLivesOn) {
  start();
  EXPECT_FALSE(TlsClient(server->port(), Newest::tls_1_1).is_connected());
  EXPECT_TRUE(TlsClient(server->port()).is_connected());
}

TEST_F(Tls, LargeBodiesBothWays) {
  handler.on_handle = [](Request const& request, Reply reply) {
    reply({200, "", std::string(request.body) + std::string(5'000'000, 'y'), false});
  };
  start();
  TlsClient client(server->port());
  std::string const body(1'000'000, 'x');
  auto const answer = client.exchange(post("/", body), 6'000'000);
  EXPECT_EQ(body_of(answer).substr(0, body.size()), body);
}

TEST_F(Tls, PipelinedRequestsInOneRecordAreAllAnswered) {
  start();
  TlsClient client(server->port());
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += get("/pipelined");  // more than one read block
  auto const one = std::string("HTTP/1.1 200 OK\r\n").size() + 90;
  auto const answers = client.exchange(requests, 300 * one);
  std::size_t count = 0;
  for (auto at = answers.find("HTTP/1.1 200"); at != answers.npos; at = answers.find("HTTP/1.1 200", at + 1))
    ++count;
  EXPECT_EQ(count, 300);
}

TEST_F(Tls, ClientThatSendsMoreThanItReadsGetsEveryAnswer) {
  handler.on_handle = [](Request const&, Reply reply) { reply({200, "", std::string(300'000, 'x'), false}); };
  start();
  TlsClient client(server->port());
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += get("/");
  EXPECT_GE(client.exchange(requests, 30'000'000).size(), 30'000'000);
}

TEST_F(Tls, SurvivesWhatIsNoHandshake) {
  options.limits.header_deadline = 100ms;
  start();
  auto plain = connect();
  plain.send(get("/"));
  plain.read_to_end();
  auto garbage = connect();
  garbage.send("\x16\x03\x01\x00\x05garbage that is no ClientHello");
  garbage.read_to_end();
  {
    auto const leaves_at_once = connect();
  }
  auto silent = connect();
  EXPECT_EQ(silent.read_to_end(), "");  // cut by the header deadline
  TlsClient client(server->port());
  EXPECT_THAT(client.exchange(get("/"), 20), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Tls, ReloadServesTheNewCertificateAndKeepsTheOldWhenFilesAreBad) {
  start();
  TlsClient before(server->port());
  EXPECT_EQ(before.peer_name(), "first");
  write_certificate(files, "second");
  ASSERT_TRUE(server->reload_tls());
  EXPECT_TRUE(eventually([&] { return TlsClient(server->port()).peer_name() == "second"; }));
  EXPECT_THAT(before.exchange(get("/"), 20), StartsWith("HTTP/1.1 200 "));

  auto other = files;
  other.certificate = directory / "other.pem";
  write_certificate(other, "third");  // the key now belongs to another certificate
  auto const reloaded = server->reload_tls();
  ASSERT_FALSE(reloaded);
  EXPECT_THAT(reloaded.error().message, HasSubstr("key.pem"));
  std::ofstream(files.certificate) << "nonsense";
  EXPECT_FALSE(server->reload_tls());
  EXPECT_EQ(TlsClient(server->port()).peer_name(), "second");
}

TEST_F(Tls, DoesNotListenWithBadFiles) {
  std::filesystem::remove(files.key);
  ServerOptions bad;
  bad.port = 0;
  bad.tls = std::make_unique<TlsFiles>(files);
  auto const listening = Server::listen(std::move(bad), handler);
  ASSERT_FALSE(listening);
  EXPECT_THAT(listening.error().message, HasSubstr("key.pem"));
}

TEST_F(Tls, DrainClosesIdleConnections) {
  start();
  TlsClient idle(server->port());
  idle.exchange(get("/"), 20);
  auto const in_handshake = connect();
  server->drain(30s);
  EXPECT_EQ(server->counters().connections_open, 0);
}

}  // namespace
}  // namespace linebook::http
