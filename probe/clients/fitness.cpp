#include "probe/clients/fitness.hpp"

#include <algorithm>

namespace mtls::clients {

SigningRules signing_rules(const Question& question)
{
    return question.tls13 ? SigningRules::tls13 : SigningRules::tls12;
}

std::optional<bool> can_answer(const Question& question, Repertoire repertoire)
{
    const x509::Certificate& leaf = question.held.leaf;
    const auto& offered = question.asked.request.signature_algorithms;
    if (leaf.key_type() == x509::KeyType::dsa) {
        return std::nullopt;
    }
    if (!offered) {
        return leaf.key_type() == x509::KeyType::rsa || leaf.key_type() == x509::KeyType::ec;
    }
    return can_sign_with_any(leaf, known_of(*offered, repertoire), signing_rules(question));
}

bool type_is_asked_for(const Question& question)
{
    const auto& types = question.asked.request.certificate_types;
    const auto own = certificate_type_of(question.held.leaf.key_type());
    return question.tls13 || (types && own && std::find(types->begin(), types->end(), *own) != types->end());
}

bool has_client_usage(const x509::Certificate& leaf)
{
    const auto usage = leaf.extended_key_usage();
    return !usage || std::find(usage->begin(), usage->end(), "clientAuth") != usage->end();
}

} // namespace mtls::clients
