#include <doctest/doctest.h>

#include "harness/schannel/issuer_list.hpp"
#include "lab.hpp"

using namespace mtls::schannel;

namespace {

Binding with_ctl(std::optional<std::string> store)
{
    Binding binding;
    binding.ctl_store_name = std::move(store);
    return binding;
}

} // namespace

TEST_CASE("names come from the CTL store, else ClientAuthIssuer, else Trusted Root")
{
    struct Row {
        std::optional<std::string> ctl_store_name;
        lab::Names ctl;
        lab::Names client_auth_issuer;
        std::string store;
        lab::Names wanted;
    };

    const std::vector<Row> rows{
        {"CTL", {"intermediate", "root"}, {"other-root"}, "CTL", {"intermediate", "root"}},
        {"ctl", {"intermediate"}, {}, "ctl", {"intermediate"}},
        {"CTL", {}, {"other-root"}, "ClientAuthIssuer", {"other-root"}},
        {"No such store", {"intermediate"}, {}, "Root", {"root", "public-root-1"}},
        {std::nullopt, {"intermediate"}, {"other-root"}, "ClientAuthIssuer", {"other-root"}},
        {std::nullopt, {"intermediate"}, {}, "Root", {"root", "public-root-1"}},
    };

    for (const Row& row : rows) {
        const Machine machine = lab::machine({"root", "public-root-1"}, row.ctl, row.client_auth_issuer);

        const IssuerList list = issuer_list(machine, with_ctl(row.ctl_store_name));

        CAPTURE(row.store);
        CHECK(list.store == row.store);
        CHECK(list.names == lab::subjects(row.wanted));
        CHECK(list.left_out == 0);
    }
}

TEST_CASE("a Trusted Root store with CA-issued certificates names only those")
{
    const Machine machine = lab::machine({"root", "other-intermediate", "public-root-1", "cross"});

    const IssuerList list = issuer_list(machine, {});

    CHECK(list.only_ca_issued);
    CHECK(list.names == lab::subjects({"other-intermediate", "cross"}));
}

TEST_CASE("a CTL store may mix roots and intermediates")
{
    const IssuerList list = issuer_list(lab::machine({}, {"root", "intermediate"}), with_ctl("CTL"));

    CHECK_FALSE(list.only_ca_issued);
    CHECK(list.names == lab::subjects({"root", "intermediate"}));
}

TEST_CASE("the list is sent by default up to 2008 R2, and not since 2012")
{
    for (const auto& [version, sent] : {std::pair{WindowsVersion::w2008r2, true},
                                        {WindowsVersion::w2012, false},
                                        {WindowsVersion::w2019, false},
                                        {WindowsVersion::w2025, false}}) {
        Machine machine = lab::machine({"root"});
        machine.windows = version;
        CAPTURE(to_string(version));
        CHECK(issuer_list(machine, {}).sent == sent);

        machine.registry.send_trusted_issuer_list = !sent;
        CHECK(issuer_list(machine, {}).sent == !sent);
    }
}

TEST_CASE("a list over the limit is cut at a whole name and everything behind it is left out")
{
    Machine machine = lab::machine({"root", "public-root-1", "public-root-2"});
    const auto names = lab::subjects({"root", "public-root-1", "public-root-2"});
    const std::size_t two = names[0].der().size() + names[1].der().size() + 4;

    machine.issuer_list_limit = two;
    CHECK(issuer_list(machine, {}).names == lab::subjects({"root", "public-root-1"}));
    CHECK(issuer_list(machine, {}).left_out == 1);

    machine.issuer_list_limit = two - 1;
    CHECK(issuer_list(machine, {}).names == lab::subjects({"root"}));
    CHECK(issuer_list(machine, {}).left_out == 2);
}

TEST_CASE("Server 2012 and older cut at 16384 bytes, later ones not unless told")
{
    Machine machine;
    machine.windows = WindowsVersion::w2012;
    CHECK(issuer_list_limit(machine) == 16384);
    machine.windows = WindowsVersion::w2016;
    CHECK(issuer_list_limit(machine) == std::nullopt);
    machine.issuer_list_limit = 12288;
    CHECK(issuer_list_limit(machine) == 12288);
}

TEST_CASE("versions of Windows are read as they are written")
{
    for (const auto version : {WindowsVersion::w2008r2, WindowsVersion::w2012, WindowsVersion::w2016,
                               WindowsVersion::w2019, WindowsVersion::w2022, WindowsVersion::w2025}) {
        CHECK(windows_version(to_string(version)) == version);
    }
    CHECK(windows_version("2000") == std::nullopt);
}

TEST_CASE("TLS 1.3 came with Server 2022")
{
    for (const auto& [version, speaks_it] :
         {std::pair{"2008R2", false}, {"2019", false}, {"2022", true}, {"2025", true}}) {
        CAPTURE(version);
        const auto read = windows_version(version);
        REQUIRE(read);
        CHECK(supports_tls13(*read) == speaks_it);
    }
}

TEST_CASE("each version of Windows has its IIS")
{
    CHECK(std::string_view{iis_version(WindowsVersion::w2008r2)} == "7.5");
    CHECK(std::string_view{iis_version(WindowsVersion::w2012)} == "8.0");
    for (const auto version :
         {WindowsVersion::w2016, WindowsVersion::w2019, WindowsVersion::w2022, WindowsVersion::w2025}) {
        CHECK(std::string_view{iis_version(version)} == "10.0");
    }
}
