#include "probe/fleet/questions.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <utility>

#include "probe/clients/client.hpp"
#include "probe/verdict/reading.hpp"

namespace mtls::fleet {

namespace {

/// Values one after the other, each so that its end is known.
class Text {
  public:
    Text& add(std::string_view value)
    {
        all_ += std::to_string(value.size()) + ":";
        all_ += value;
        return *this;
    }

    Text& add(const char* value) { return add(std::string_view{value}); }

    Text& add(const std::string& value) { return add(std::string_view{value}); }

    template <std::integral Number> Text& add(Number value) { return add(std::to_string(value)); }

    template <class Enum>

    requires std::is_enum_v<Enum> Text& add(Enum value) { return add(static_cast<long>(value)); }

    template <class T> Text& add(const std::optional<T>& maybe) { return maybe ? add("+").add(*maybe) : add("-"); }

    Text& add(const net::Endpoint& value) { return add(value.address).add(value.port); }

    Text& add(const net::Proxy& value) { return add(value.kind).add(value.host).add(value.port); }

    Text& add(const std::pair<std::string, std::string>& value) { return add(value.first).add(value.second); }

    Text& add(std::chrono::days value) { return add(value.count()); }

    Text& add(std::chrono::milliseconds value) { return add(value.count()); }

    Text& add(const verdict::Limit& value) { return add(value.days_left).add(value.duration); }

    template <class T> Text& add(const std::vector<T>& values)
    {
        add(values.size());
        for (const T& value : values) {
            add(value);
        }
        return *this;
    }

    Text& add(const clients::Client* client) { return add(client->name); }

    Text& add(const x509::Certificate& certificate) { return add(certificate.sha256()); }

    Text& add(const x509::Credential& value) { return add(value.leaf).add(value.chain).add(value.key_matches()); }

    Text& add(const issuers::ExpectedIssuer& value) { return add(value.name.sha256()).add(value.has_encoding); }

    Text& add(const iis::Binding& value)
    {
        add(value.kind).add(value.host).add(value.port).add(value.certificate_hash).add(value.application_id);
        add(value.certificate_store).add(value.verify_revocation).add(value.cached_revocation_only);
        add(value.usage_check).add(value.ctl_identifier).add(value.names_ctl_store).add(value.ctl_store_name);
        add(value.revocation_freshness_time)
            .add(value.url_retrieval_timeout)
            .add(value.also_set)
            .add(value.more_is_set);
        return add(value.ds_mapper).add(value.negotiates);
    }

    Text& add(const observation::RequestSeen& value)
    {
        return add(value.stage)
            .add(std::string_view{reinterpret_cast<const char*>(value.raw.data()), value.raw.size()});
    }

    Text& add(const observation::Observation& value)
    {
        add(value.variant.address).add(value.variant.port).add(value.variant.sni).add(value.variant.tls_offered);
        add(verdict::status_of(value)).add(value.list_only).add(value.certificate_requests.size());
        for (const observation::RequestSeen& request : value.certificate_requests) {
            add(request);
        }
        return *this;
    }

    Text& add(const report::EarlierReport& value)
    {
        add(value.target.host).add(value.target.port).add(value.target.starttls);
        if (value.baseline.without_certificate) {
            add(value.baseline.without_certificate->result);
        }
        return add(value.baseline.path).add(value.baseline.observations);
    }

    [[nodiscard]] std::string hash() const
    {
        constexpr std::size_t digits = 16;
        return x509::sha256({reinterpret_cast<const std::uint8_t*>(all_.data()), all_.size()}).substr(0, digits);
    }

  private:
    std::string all_;
};

Text asking(const Manner& manner, bool paths_want_handshakes)
{
    Text text;
    text.add(manner.sni).add(manner.no_sni).add(manner.versions).add(manner.connect).add(manner.proxy);
    text.add(manner.family).add(manner.alpn).add(manner.breadth).add(manner.repeat).add(manner.list_only);
    text.add(manner.starttls).add(manner.http).add(manner.path).add(manner.method).add(manner.headers);
    return text.add(manner.verify_server).add(paths_want_handshakes);
}

Text expectation(const Manner& manner, const Inputs& inputs)
{
    Text text;
    text.add(manner.expect_outcome).add(inputs.expectation.has_value());
    if (inputs.expectation) {
        text.add(inputs.expectation->mode).add(inputs.expectation->issuers);
    }
    return text;
}

} // namespace

Questions questions_of(const Manner& manner, const Inputs& inputs, bool paths_want_handshakes)
{
    Text judging;
    judging.add(manner.limits.warning).add(manner.limits.critical).add(manner.clients).add(inputs.iis_bindings);
    return {{"asking", asking(manner, paths_want_handshakes).hash()},
            {"candidates", Text{}.add(inputs.candidates).add(inputs.issuer_certificates).hash()},
            {"expectation", expectation(manner, inputs).hash()},
            {"judging", judging.hash()},
            {"baseline", Text{}.add(inputs.baselines.all()).hash()}};
}

std::string_view options_of(std::string_view part)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> all{
        {{"asking", "ways of asking (--tls, --variants, --sni, --connect, --list-only, --handshakes, --path ...)"},
         {"candidates", "candidates (--cert, --chain, --issuer-certs)"},
         {"expectation", "expectations (--expect-issuers, --expect-mode, --expect-outcome)"},
         {"judging", "limits or facts to judge by (-w, -c, --clients, --iis-bindings)"},
         {"baseline", "--baseline"}}};
    for (const auto& [name, options] : all) {
        if (name == part) {
            return options;
        }
    }
    return "options";
}

} // namespace mtls::fleet
