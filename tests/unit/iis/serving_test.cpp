#include "probe/iis/serving.hpp"

#include <doctest/doctest.h>

using namespace mtls;
using iis::Binding;
using iis::BindingKind;

namespace {

const std::string ours(40, 'a');
const std::string theirs(40, 'b');

Binding binding(BindingKind kind, const char* host, std::uint16_t port = 443)
{
    Binding one;
    one.kind = kind;
    one.host = host;
    one.port = port;
    if (kind != BindingKind::central_store) {
        one.certificate_hash = ours;
    }
    return one;
}

Binding of_others(Binding one)
{
    one.certificate_hash = theirs;
    return one;
}

const Binding any4 = binding(BindingKind::ip_port, "0.0.0.0");
const Binding any6 = binding(BindingKind::ip_port, "::");
const Binding exact = binding(BindingKind::ip_port, "10.0.0.1");
const Binding exact6 = binding(BindingKind::ip_port, "2001:DB8:0::1");
const Binding name = binding(BindingKind::hostname_port, "www.Example.com");
const Binding wild = binding(BindingKind::hostname_port, "*.example.com");
const Binding store = binding(BindingKind::central_store, "");
const Binding other_port = binding(BindingKind::ip_port, "10.0.0.1", 8443);

std::string answering(const std::vector<Binding>& bindings, const char* address, std::optional<std::string> sni,
                      const std::optional<std::string>& presented = ours)
{
    const auto found = iis::read_for(bindings, {address, 443, std::move(sni), presented});
    CHECK(!(found.serving && found.contradicted));
    return found.serving        ? text(found.serving->binding) + (found.serving->doubt.empty() ? "" : "?")
           : found.contradicted ? "not " + text(found.contradicted->binding)
                                : "none";
}

} // namespace

TEST_CASE("the binding that answers follows the order of http.sys")
{
    struct Row {
        std::vector<Binding> bindings;
        const char* address;
        std::optional<std::string> sni;
        const char* expected;
    };

    const Row rows[] = {
        {{any4, name}, "10.0.0.1", "www.example.com", "www.Example.com:443"},
        {{any4, name}, "10.0.0.1", "WWW.EXAMPLE.COM", "www.Example.com:443"},
        {{any4, name}, "10.0.0.1", "other.test", "0.0.0.0:443"},
        {{any4, name}, "10.0.0.1", std::nullopt, "0.0.0.0:443"},
        {{any4, name, exact}, "10.0.0.1", "www.example.com", "10.0.0.1:443?"},
        {{any4, exact}, "10.0.0.1", std::nullopt, "10.0.0.1:443"},
        {{any4, exact}, "10.0.0.2", std::nullopt, "0.0.0.0:443?"},
        {{any4, exact6}, "2001:db8::1", std::nullopt, "[2001:DB8:0::1]:443"},
        {{any4, any6}, "2001:db8::9", std::nullopt, "[::]:443"},
        {{any4, any6}, "10.0.0.1", std::nullopt, "0.0.0.0:443"},
        {{any4, store}, "10.0.0.1", "www.example.com", "central certificate store:443?"},
        {{any4, store}, "10.0.0.1", std::nullopt, "0.0.0.0:443"},
        {{any4, store, name}, "10.0.0.1", "www.example.com", "www.Example.com:443"},
        {{wild, name}, "10.0.0.1", "www.example.com", "www.Example.com:443"},
        {{wild, any4}, "10.0.0.1", "api.example.com", "*.example.com:443"},
        {{wild, any4}, "10.0.0.1", "a.b.example.com", "0.0.0.0:443"},
        {{wild, any4}, "10.0.0.1", "example.com", "0.0.0.0:443"},
        {{other_port}, "10.0.0.1", std::nullopt, "10.0.0.1:8443?"}, // a port forward
        {{exact}, "192.0.2.1", std::nullopt, "10.0.0.1:443?"},      // address translation
        {{other_port, exact}, "192.0.2.1", "www.example.com", "none"},
        {{name}, "10.0.0.1", std::nullopt, "none"},
        {{}, "10.0.0.1", std::nullopt, "none"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        CAPTURE(row.sni.value_or("no SNI"));
        CHECK(answering(row.bindings, row.address, row.sni) == row.expected);
    }
}

TEST_CASE("the certificate that was presented goes before the order")
{
    struct Row {
        std::vector<Binding> bindings;
        std::optional<std::string> sni;
        std::optional<std::string> presented;
        const char* expected;
    };

    const Row rows[] = {
        {{any4, name}, "www.example.com", theirs, "not www.Example.com:443"},
        {{any4}, std::nullopt, theirs, "not 0.0.0.0:443"},
        {{any4}, std::nullopt, std::nullopt, "0.0.0.0:443?"},
        {{of_others(exact), name}, "www.example.com", ours, "www.Example.com:443"},
        {{exact, of_others(name)}, "www.example.com", ours, "10.0.0.1:443"},
        {{exact, name}, "www.example.com", ours, "10.0.0.1:443?"},
        {{any4, of_others(name)}, "www.example.com", ours, "0.0.0.0:443?"},
        {{of_others(any4), exact6}, std::nullopt, ours, "[2001:DB8:0::1]:443?"},
        {{any4, of_others(exact6)}, std::nullopt, ours, "0.0.0.0:443"},
        {{of_others(any4), other_port}, std::nullopt, ours, "not 0.0.0.0:443"},
        {{of_others(any4), store}, "www.example.com", ours, "central certificate store:443?"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.expected);
        CHECK(answering(row.bindings, "10.0.0.1", row.sni, row.presented) == row.expected);
    }
}

TEST_CASE("a hash is compared whatever its case, and only if it is a SHA-1")
{
    Binding loud = any4;
    loud.certificate_hash = std::string(40, 'A');
    Binding longer = any4;
    longer.certificate_hash = std::string(64, 'a');

    CHECK(answering({loud}, "10.0.0.1", std::nullopt) == "0.0.0.0:443");
    CHECK(answering({longer}, "10.0.0.1", std::nullopt) == "0.0.0.0:443?");
}
