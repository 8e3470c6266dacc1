// SPDX-License-Identifier: MIT
#include "lib/ca_bundle.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "fakes/certificates.h"
#include "fakes/temporary_folder.h"
#include "lib/pem_reader.h"

namespace {

struct Found {
  std::vector<std::vector<std::uint8_t>> certificates;
  void take(lib::Bytes der) { certificates.emplace_back(der.begin(), der.end()); }
};

std::vector<std::vector<std::uint8_t>> find(lib::CaBundle& bundle, lib::Bytes name) {
  Found found;
  bundle.find(name, base::Callback<lib::Bytes>::to<&Found::take>(found));
  return found.certificates;
}

// Some DER: tag, length, content.
std::string element(unsigned char tag, const std::string& content) {
  REQUIRE(content.size() < 128);
  return std::string(1, static_cast<char>(tag)) + std::string(1, static_cast<char>(content.size())) + content;
}
std::string attribute(unsigned char tag, const std::string& value, char kind = 3) {
  return element(0x31, element(0x30, element(0x06, std::string("\x55\x04") + kind) + element(tag, value)));
}
std::uint32_t hash(const std::string& name) {
  return lib::hash_name({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
}

constexpr unsigned char kUtf8 = 0x0C;
constexpr unsigned char kPrintable = 0x13;
constexpr unsigned char kTeletex = 0x14;

}  // namespace

TEST_CASE("names that mbedTLS holds for the same have the same hash, others have not") {
  const std::uint32_t name = hash(element(0x30, attribute(kUtf8, "Test CA")));
  CHECK(hash(element(0x30, attribute(kPrintable, "Test CA"))) == name);
  CHECK(hash(element(0x30, attribute(kPrintable, "TEST ca"))) == name);
  CHECK(hash(element(0x30, attribute(kTeletex, "Test CA"))) != name);
  CHECK(hash(element(0x30, attribute(kTeletex, "Test CA"))) != hash(element(0x30, attribute(kTeletex, "TEST CA"))));
  CHECK(hash(element(0x30, attribute(kUtf8, "Test CA", 10))) != name);
  CHECK(hash(element(0x30, attribute(kUtf8, "Test CA") + attribute(kUtf8, "x", 10))) != name);
  CHECK(hash(element(0x30, attribute(kUtf8, "Test  CA"))) != name);
}

TEST_CASE("bytes that are no certificate have no subject") {
  const std::string cases[] = {"",
                               "\x30",
                               std::string("\x30\x00", 2),
                               "\x30\x84\xFF\xFF\xFF\xFF",
                               std::string(100, '\x30'),
                               element(0x30, element(0x30, element(0x02, "1")))};
  for (const std::string& text : cases) {
    CHECK_FALSE(lib::find_subject({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
}

TEST_CASE("each certificate of a bundle is found by its subject, also between garbage and when the file is replaced") {
  const fakes::TemporaryFolder folder;
  const fakes::Certificates made(folder.file("made"));
  made.make_self_signed({.name = "two", .subject = "/O=Second/CN=Two", .is_authority = true});
  const std::string one = fakes::read_text(made.path("ca.pem"));
  const std::string two = fakes::read_text(made.path("two.pem"));
  const std::string begin = "-----BEGIN CERTIFICATE-----";
  const std::string end = "-----END CERTIFICATE-----";
  const std::string path =
      folder.write("bundle.pem", "# Test CA\n" + one + begin + "\n!!!\n" + end + "\n" + begin + std::string(9000, 'A') +
                                     end + "\r\n" + std::string(20'000, '-') + "\n" + two + two + begin + "\nMII");
  lib::CaBundle bundle;
  REQUIRE(bundle.open(path));
  CHECK(bundle.size() == 3);
  CHECK(bundle.skipped() == 3);  // no base64, too long, cut

  const auto subject_of = [&](const char* name) {
    lib::CaBundle single;
    REQUIRE(single.open(made.path(std::string(name) + ".pem")));
    made.run(std::string("openssl x509 -in ") + name + ".pem -outform DER -out der");
    const std::string der = fakes::read_text(made.path("der"));
    const auto subject = lib::find_subject({reinterpret_cast<const std::uint8_t*>(der.data()), der.size()});
    REQUIRE(subject);
    return std::vector<std::uint8_t>(subject->begin(), subject->end());
  };
  CHECK(find(bundle, subject_of("ca")).size() == 1);
  CHECK(find(bundle, subject_of("two")).size() == 2);
  CHECK(find(bundle, {}).empty());

  folder.write("new.pem", two);
  std::filesystem::rename(folder.file("new.pem"), path);
  CHECK(find(bundle, subject_of("ca")).empty());
  CHECK(find(bundle, subject_of("two")).size() == 1);
  std::filesystem::remove(path);
  CHECK(find(bundle, subject_of("two")).empty());
  folder.write("bundle.pem", one);
  CHECK(find(bundle, subject_of("ca")).size() == 1);
}

TEST_CASE("files that are no bundle are errors that say so") {
  const fakes::TemporaryFolder folder;
  lib::CaBundle bundle;
  const auto missing = bundle.open(folder.file("missing"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().text() == "read " + folder.file("missing") + ": No such file or directory");
  const std::string empty = folder.write("empty.pem", "no certificate here\n");
  const auto opened = bundle.open(empty);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().text() == "there is no certificate in " + empty);
  CHECK_FALSE(bundle.open(folder.path().string()));
}

TEST_CASE("the system's own bundle fits whole, and nothing of it is skipped") {
  lib::CaBundle bundle;
  REQUIRE(bundle.open("/etc/ssl/certs/ca-certificates.crt"));
  CHECK(bundle.size() > 50);
  CHECK(bundle.skipped() == 0);
}
