#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "certs/x509/credential.hpp"
#include "probe/cli/command_line.hpp"
#include "probe/cli/commands.hpp"
#include "probe/cli/files.hpp"
#include "probe/cli/output.hpp"
#include "probe/iis/store_audit.hpp"
#include "probe/report/json_text.hpp"
#include "probe/report/layout.hpp"
#include "probe/verdict/finding.hpp"
#include "probe/verdict/phrases.hpp"

namespace mtls::cli {

namespace {

namespace json = boost::json;
using iis::StoreAudit;
using report::Tone;
using verdict::counted;
using verdict::Verdict;
using x509::Certificate;

constexpr std::size_t shown_without_verbose = 20;

/// Near enough to the limit that the next certificate may be the one too many.
constexpr std::size_t near_limit = iis::issuer_list_limit * 9 / 10;

Verdict verdict_of(const StoreAudit& audit)
{
    if (!audit.issued_by_others.empty() || audit.list_bytes > iis::issuer_list_limit) {
        return Verdict::critical;
    }
    const bool untidy = !audit.repeated.empty() || !audit.expired.empty() || !audit.not_yet_valid.empty() ||
                        !audit.version_1.empty() || !audit.no_ca.empty() || audit.repeating_list_bytes > near_limit;
    return untidy ? Verdict::warning : Verdict::ok;
}

std::string summary_of(const StoreAudit& audit)
{
    if (!audit.issued_by_others.empty()) {
        return fmt::format("{} of {} not self-signed: client certificates of the other CAs are refused, or not even "
                           "offered (KB 2802568)",
                           audit.issued_by_others.size(), counted(audit.certificates.size(), "certificate"));
    }
    if (audit.list_bytes > iis::issuer_list_limit) {
        return fmt::format("The names take {} bytes and SChannel sends at most {}: the list is cut", audit.list_bytes,
                           iis::issuer_list_limit);
    }
    return verdict_of(audit) == Verdict::ok ? "Nothing in this store harms client certificates"
                                            : "Nothing that breaks client certificates, but something to tidy up";
}

std::string day(const std::optional<x509::Time>& time)
{
    return time ? x509::rfc3339(*time).substr(0, 10) : "unreadable";
}

class Text {
  public:
    explicit Text(const report::TextStyle& style) : style_{style}, out_{style} {}

    std::string render(const StoreAudit& audit)
    {
        const Verdict verdict = verdict_of(audit);
        std::string word = to_string(verdict);
        std::transform(word.begin(), word.end(), word.begin(), [](char one) { return static_cast<char>(one - 32); });
        const Tone tone = verdict == Verdict::critical  ? Tone::bad
                          : verdict == Verdict::warning ? Tone::warn
                                                        : Tone::good;
        out_.put(word + "  ", summary_of(audit), tone, Tone::strong);
        culprits(audit);
        size(audit);
        section(
            "Expired", audit.expired,
            "They validate nothing any more. Windows itself needs some of those that it came with: delete only your "
            "own.");
        section("Not valid yet", audit.not_yet_valid, "Check the clock of this machine first.");
        section("Version 1, without extensions", audit.version_1,
                "A certificate of version 1 cannot say that it is a CA's (it has no basicConstraints); some programs "
                "refuse "
                "what it has issued.");
        section(
            "No CA certificates", audit.no_ca,
            "A certificate of a person or a server has no business here, unless it is self-signed and trusted on its "
            "own.");
        repeated("The same certificate more than once", audit.repeated, "Harmless: export files overlap.");
        repeated("Several certificates of one name", audit.same_name,
                 "Renewed CAs. The name is sent once or more; remove those that no certificate needs any more.");
        return out_.take();
    }

  private:
    void row(const Certificate& certificate)
    {
        const std::string indent(4, ' ');
        out_.put(indent, verdict::in_words(certificate.subject()), Tone::plain, Tone::strong);
        if (!certificate.is_self_issued()) {
            out_.put(indent + "issuer   ", verdict::in_words(certificate.issuer()));
        }
        out_.put(indent + "expires  ", day(certificate.not_after()) + ", thumbprint " + certificate.sha1());
    }

    void rows(const std::vector<Certificate>& certificates)
    {
        std::size_t shown = 0;
        for (const Certificate& certificate : certificates) {
            if (!style_.verbose && shown == shown_without_verbose) {
                out_.put("    ", fmt::format("... and {} more (-v shows all)", certificates.size() - shown));
                return;
            }
            row(certificate);
            ++shown;
        }
    }

    void section(const std::string& heading, const std::vector<Certificate>& certificates, std::string_view advice)
    {
        if (certificates.empty()) {
            return;
        }
        out_.heading(fmt::format("{} ({})", heading, certificates.size()));
        out_.put("  ", advice);
        rows(certificates);
    }

    void repeated(const std::string& heading, const std::vector<iis::Repeated>& groups, std::string_view advice)
    {
        if (groups.empty()) {
            return;
        }
        out_.heading(fmt::format("{} ({})", heading, groups.size()));
        out_.put("  ", advice);
        for (const iis::Repeated& group : groups) {
            out_.put(fmt::format("    {} times  ", group.count), verdict::in_words(group.certificate.subject()));
        }
    }

    void culprits(const StoreAudit& audit)
    {
        if (audit.issued_by_others.empty()) {
            return;
        }
        out_.heading(fmt::format("Not self-signed ({})", audit.issued_by_others.size()));
        out_.put("  ",
                 "They do not belong into Trusted Root. While they are there, Windows names only these to clients "
                 "and takes only these for issuers.");
        rows(audit.issued_by_others);
        out_.heading("What to do (PowerShell, as administrator)");
        out_.put("  ", "CAs go to Intermediate Certification Authorities; anything else goes away:");
        for (const Certificate& certificate : audit.issued_by_others) {
            const std::string path = R"(Cert:\LocalMachine\Root\)" + certificate.sha1();
            out_.paste(4, certificate.is_ca() ? "Move-Item " + path + " -Destination Cert:\\LocalMachine\\CA"
                                              : "Remove-Item " + path);
        }
        out_.put("  ",
                 "Then look for what put them there, or it will again: a group policy (gpresult /h report.html), an "
                 "installer, somebody's double click.");
    }

    void size(const StoreAudit& audit)
    {
        out_.heading("Size");
        out_.put("  certificates  ",
                 fmt::format("{} in the files, {} different", audit.entries, audit.certificates.size()));
        out_.put(
            "  issuer list   ",
            fmt::format("{} bytes if every CA is named; SChannel cuts it at {} (2008 to 2012; later versions are not "
                        "known) and at {} (Server 2003)",
                        audit.list_bytes, iis::issuer_list_limit, iis::issuer_list_limit_2003),
            audit.list_bytes > iis::issuer_list_limit ? Tone::bad : Tone::plain);
        if (audit.repeating_list_bytes > audit.list_bytes) {
            out_.put("                ",
                     fmt::format("that counts a name that several certificates share once; it is not known whether "
                                 "SChannel does: {} bytes if it sends it for each",
                                 audit.repeating_list_bytes),
                     audit.repeating_list_bytes > iis::issuer_list_limit ? Tone::bad : Tone::plain);
        }
        if (!audit.issued_by_others.empty()) {
            out_.put("                ",
                     fmt::format("{} bytes as it is now, when only those that are not self-signed are "
                                 "named",
                                 audit.polluted_list_bytes));
        }
        if (audit.repeating_list_bytes > near_limit) {
            out_.put("                ",
                     "Put the CAs of your clients into ClientAuthIssuer and name that store on the "
                     "binding (sslctlstorename=ClientAuthIssuer); event 36885 tells of a cut list.");
        }
    }

    report::TextStyle style_;
    report::Page out_;
};

json::value as_json(const Certificate& certificate)
{
    const auto time = [](const std::optional<x509::Time>& at) {
        return at ? json::value(x509::rfc3339(*at)) : json::value(nullptr);
    };
    return {{"subject", certificate.subject().text()},
            {"issuer", certificate.issuer().text()},
            {"not_before", time(certificate.not_before())},
            {"not_after", time(certificate.not_after())},
            {"sha1", certificate.sha1()},
            {"sha256", certificate.sha256()},
            {"ca", certificate.is_ca()}};
}

json::array as_json(const std::vector<Certificate>& certificates)
{
    json::array list;
    for (const Certificate& certificate : certificates) {
        list.push_back(as_json(certificate));
    }
    return list;
}

json::array as_json(const std::vector<iis::Repeated>& groups)
{
    json::array list;
    for (const iis::Repeated& group : groups) {
        list.push_back({{"count", group.count}, {"certificate", as_json(group.certificate)}});
    }
    return list;
}

json::value as_json(const StoreAudit& audit)
{
    return {{"schema", "mtls-probe/audit-store/1"},
            {"verdict", to_string(verdict_of(audit))},
            {"summary", summary_of(audit)},
            {"entries", audit.entries},
            {"certificates", audit.certificates.size()},
            {"not_self_signed", as_json(audit.issued_by_others)},
            {"duplicates", as_json(audit.repeated)},
            {"same_name", as_json(audit.same_name)},
            {"expired", as_json(audit.expired)},
            {"not_yet_valid", as_json(audit.not_yet_valid)},
            {"version_1", as_json(audit.version_1)},
            {"not_ca", as_json(audit.no_ca)},
            {"list_bytes", audit.list_bytes},
            {"list_bytes_with_repeats", audit.repeating_list_bytes},
            {"list_bytes_limit", iis::issuer_list_limit},
            {"list_bytes_limit_2003", iis::issuer_list_limit_2003}};
}

} // namespace

int run_audit_store(int argc, const char* const* argv)
{
    CLI::App app{
        "Looks through an exported Trusted Root store of a Windows server for what harms client certificates:\n"
        "CA certificates that are not self-signed (KB 2802568), a list too long for SChannel, expired ones,\n"
        "duplicates. Exit code: 0 nothing, 1 untidy, 2 client certificates are harmed, 3 a file is wrong.",
        "mtls-probe audit-store"};
    std::vector<std::string> paths;
    Options output;
    app.add_option("FILE", paths, "PEM, DER, PKCS#7 (.p7b), or a directory of these")->required()->option_text("...");
    const OutputWords words{app};
    app.add_flag("-v,--verbose", output.verbose, "every certificate of a long list");
    app.formatter(std::make_shared<CompactHelp>());
    if (const auto done = parse_words(app, argc, argv)) {
        return *done;
    }
    words.take(output);

    std::vector<x509::NamedFile> files;
    files.reserve(paths.size());
    for (const std::string& path : paths) {
        files.push_back({"the input", path, x509::FileUse::read});
    }
    x509::refuse_shared_files(files_of(output, files));
    std::vector<Certificate> entries;
    for (const std::string& path : paths) {
        const auto loaded = x509::load_certificates(
            path, [](const std::string& why) { std::cerr << "mtls-probe: passed over: " << why << '\n'; });
        entries.insert(entries.end(), loaded.begin(), loaded.end());
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const StoreAudit audit = iis::audit_store(entries, now);
    write_report(output, output.format == Format::json
                             ? report::json_text(as_json(audit), report::JsonShape::indented) + "\n"
                             : Text{text_style(output)}.render(audit));
    return static_cast<int>(verdict_of(audit));
}

} // namespace mtls::cli
