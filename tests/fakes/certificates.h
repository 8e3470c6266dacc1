// SPDX-License-Identifier: MIT
// An own certificate authority, made with openssl(1) in a folder of a test's: good certificates, and every bad one.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "fakes/child_process.h"

namespace fakes {

struct CertificateWish {
  std::string name = "server";  // of the files: NAME.pem, NAME.key
  std::string subject = "/CN=server.test";
  std::string names = "DNS:server.test,IP:127.0.0.1";  // subjectAltName
  std::string from = "20200101000000Z";
  std::string until = "20990101000000Z";
  std::string digest = "sha256";
  std::string key = "ec -pkeyopt ec_paramgen_curve:P-256";  // of openssl req -newkey
  std::string use = "serverAuth";
  std::string authority = "ca";  // whose NAME.pem and NAME.key sign it
  bool is_authority = false;
};

class Certificates {
 public:
  /// With one authority to begin with: "ca".
  explicit Certificates(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_ + "/issued");
    write("index.txt", "");
    write("ca.cnf",
          "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\nnew_certs_dir=issued\npolicy=p\nunique_subject=no\nrand_serial="
          "yes\n"
          "default_md=sha256\n[p]\ncommonName=optional\norganizationName=optional\n"
          "[req]\ndistinguished_name=d\n[d]\n");
    make_self_signed({.name = "ca", .subject = "/CN=Limpet Test CA", .is_authority = true});
  }

  std::string path(const std::string& file) const { return folder_ + "/" + file; }

  void make_self_signed(const CertificateWish& wish) const {
    run("openssl req -x509 -config ca.cnf -nodes -newkey " + wish.key + " -keyout " + wish.name + ".key -out " +
        wish.name + ".pem -days 3650 -" + wish.digest + " -subj '" + wish.subject + "' -addext basicConstraints=CA:" +
        (wish.is_authority ? "TRUE -addext keyUsage=keyCertSign" : "FALSE -addext subjectAltName=" + wish.names));
  }
  void make(const CertificateWish& wish) const {
    write("extensions",
          "basicConstraints=CA:" + std::string(wish.is_authority ? "TRUE\n" : "FALSE\n") +
              (wish.is_authority ? "keyUsage=keyCertSign\n"
                                 : "extendedKeyUsage=" + wish.use + "\nsubjectAltName=" + wish.names + "\n"));
    run("openssl req -config ca.cnf -nodes -newkey " + wish.key + " -keyout " + wish.name +
        ".key -out request -subj '" + wish.subject + "' && openssl ca -config ca.cnf -batch -notext -cert " +
        wish.authority + ".pem -keyfile " + wish.authority + ".key -in request -out " + wish.name +
        ".pem -extfile extensions -md " + wish.digest + " -startdate " + wish.from + " -enddate " + wish.until);
  }
  void run(const std::string& command) const {
    const std::string whole = "cd " + folder_ + " && { " + command + "; } >log 2>&1 </dev/null";
    if (::system(whole.c_str()) == 0) return;
    throw std::runtime_error(command + "\n" + read_text(path("log")) + "(openssl is Debian's package openssl)");
  }

 private:
  void write(const std::string& file, const std::string& text) const { std::ofstream(path(file)) << text; }

  std::string folder_;
};

}  // namespace fakes
