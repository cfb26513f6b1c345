#include <doctest/doctest.h>

#include "harness/schannel/binding.hpp"

using namespace mtls::schannel;

namespace {

Binding binding(BindingKind kind, std::string host)
{
    Binding result;
    result.kind = kind;
    result.host = std::move(host);
    return result;
}

const std::vector<Binding> all{
    binding(BindingKind::ip_port, "0.0.0.0"),
    binding(BindingKind::hostname_port, "www.example.test"),
    binding(BindingKind::ip_port, "127.0.0.2"),
    binding(BindingKind::central_store, ""),
};

} // namespace

TEST_CASE("the exact address goes before the name, the name before the central store, wildcards come last")
{
    struct Row {
        const char* address;
        std::optional<std::string> sni;
        const Binding* wanted;
    };

    const std::vector<Row> rows{
        {"127.0.0.1", std::nullopt, &all[0]},       {"127.0.0.1", "www.example.test", &all[1]},
        {"127.0.0.1", "WWW.Example.TEST", &all[1]}, {"127.0.0.2", "www.example.test", &all[2]},
        {"127.0.0.2", std::nullopt, &all[2]},       {"127.0.0.1", "other.example.test", &all[3]},
    };

    for (const Row& row : rows) {
        CAPTURE(row.address);
        CAPTURE(row.sni.value_or("-"));
        CHECK(serving(all, row.address, row.sni) == row.wanted);
    }
}

TEST_CASE("the IPv6 wildcard goes before the IPv4 one, but only an IPv6 connection gets to it")
{
    const std::vector<Binding> both{binding(BindingKind::ip_port, "0.0.0.0"), binding(BindingKind::ip_port, "::")};
    const std::vector<Binding> only_4{both[0]};
    const std::vector<Binding> only_6{both[1]};

    struct Row {
        const std::vector<Binding>& bindings;
        std::string address;
        const Binding* wanted;
    };

    const std::vector<Row> rows{
        {both, "127.0.0.1", &both[0]}, {both, "::1", &both[1]},        {only_4, "127.0.0.1", &only_4[0]},
        {only_4, "::1", &only_4[0]},   {only_6, "127.0.0.1", nullptr}, {only_6, "::1", &only_6[0]},
    };

    for (const Row& row : rows) {
        CAPTURE(row.address);
        CAPTURE(row.bindings.size());
        CHECK(serving(row.bindings, row.address, std::nullopt) == row.wanted);
        CHECK(serving(row.bindings, row.address, "www.example.test") == row.wanted);
    }
}

TEST_CASE("nothing serves a client without a name where all bindings have names")
{
    const std::vector<Binding> named{binding(BindingKind::hostname_port, "www.example.test")};

    CHECK(serving(named, "127.0.0.1", std::nullopt) == nullptr);
    CHECK(serving(named, "127.0.0.1", "other.example.test") == nullptr);
}

TEST_CASE("a binding for *.example.test is for one label, and goes behind that for the name itself")
{
    const std::vector<Binding> bindings{
        binding(BindingKind::ip_port, "0.0.0.0"),
        binding(BindingKind::hostname_port, "*.example.test"),
        binding(BindingKind::hostname_port, "www.example.test"),
    };

    CHECK(serving(bindings, "127.0.0.1", "a.example.test") == &bindings[1]);
    CHECK(serving(bindings, "127.0.0.1", "A.Example.Test") == &bindings[1]);
    CHECK(serving(bindings, "127.0.0.1", "www.example.test") == &bindings[2]);
    for (const char* other : {"example.test", "a.b.example.test", ".example.test", "a.example.org", "test"}) {
        CAPTURE(other);
        CHECK(serving(bindings, "127.0.0.1", other) == &bindings[0]);
    }
}
