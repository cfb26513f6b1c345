#include "probe/clients/question.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "certs/x509/path.hpp"
#include "probe/clients/names.hpp"
#include "probe/issuers/name_index.hpp"

namespace mtls::clients {

namespace {

/// Subjects and issuers of everything that a client may look at.
std::vector<x509::Name> names_of(const Held& held)
{
    std::vector<x509::Name> names{held.leaf.subject(), held.leaf.issuer()};
    for (const auto* certificates : {&held.chain, &held.above}) {
        for (const x509::Certificate& certificate : *certificates) {
            names.push_back(certificate.subject());
            names.push_back(certificate.issuer());
        }
    }
    return names;
}

bool is_ascii(const std::string& text)
{
    return std::all_of(text.begin(), text.end(), [](char one) { return static_cast<unsigned char>(one) < 0x80; });
}

/// A list may hold thousands of names, of which a few matter: what no way of comparing takes for equal is left out.
std::vector<x509::Name> akin_to(const Held& held, const std::vector<x509::Name>& list)
{
    const std::vector<x509::Name> own = names_of(held);
    std::set<std::string> texts;
    for (const x509::Name& name : own) {
        texts.insert(name.text());
    }
    const bool all_ascii = std::all_of(texts.begin(), texts.end(), is_ascii);
    const auto may_fold = [&](const x509::Name& name) {
        return (!all_ascii || !is_ascii(name.text())) &&
               std::any_of(own.begin(), own.end(), [&](const x509::Name& mine) { return java_may_fold(name, mine); });
    };
    const issuers::NameIndex index{own};
    std::vector<x509::Name> akin;
    std::copy_if(list.begin(), list.end(), std::back_inserter(akin), [&](const x509::Name& name) {
        return name.is_name() && (index.find(name) || texts.contains(name.text()) || may_fold(name));
    });
    return akin;
}

} // namespace

Asked asked_by(wire::CertificateRequest request)
{
    Asked asked;
    if (request.certificate_authorities) {
        for (const wire::DistinguishedName& entry : *request.certificate_authorities) {
            asked.names.emplace_back(entry.der);
        }
    }
    asked.request = std::move(request);
    return asked;
}

Question::Question(const Asked& asked_, const Held& held_, x509::Time now_)
    : asked{asked_}, held{held_}, now{now_}, tls13{asked_.request.version == wire::ProtocolVersion::tls13},
      own_path{x509::build_path(held_.leaf, held_.chain)},
      path_complete{x509::ends_in_root(held_.leaf, held_.above)}, akin{akin_to(held_, asked_.names)}
{
    const bool has_root = !own_path.empty() && own_path.back().is_self_signed();
    own_intermediates = own_path.size() - (has_root ? 1 : 0);
}

bool Question::expired() const
{
    const auto begin = held.leaf.not_before();
    const auto end = held.leaf.not_after();
    return !begin || !end || now < *begin || now > *end;
}

Oddity oddity_of(const Asked& asked)
{
    const wire::CertificateRequest& request = asked.request;
    if (request.framing_broken) {
        return Oddity::other;
    }
    if (request.error) {
        const bool no_types = request.version != wire::ProtocolVersion::tls13 && request.certificate_types &&
                              request.certificate_types->empty();
        if (no_types && request.error->field == "certificate_types") {
            return Oddity::no_certificate_types;
        }
        const bool no_names = request.certificate_authorities && request.certificate_authorities->empty();
        const bool has_length = std::any_of(request.extensions.begin(), request.extensions.end(), [](const auto& each) {
            return each.type == wire::ExtensionType::certificate_authorities && each.data.size() == 2;
        });
        if (no_names && has_length && request.error->field == "certificate_authorities") {
            return Oddity::empty_list_extension;
        }
        return Oddity::other;
    }
    const bool only_names =
        std::all_of(asked.names.begin(), asked.names.end(), [](const x509::Name& name) { return name.is_name(); });
    return only_names ? Oddity::none : Oddity::not_a_name;
}

} // namespace mtls::clients
