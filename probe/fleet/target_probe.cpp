#include "probe/fleet/target_probe.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <openssl/crypto.h>

#include "probe/fleet/asking.hpp"
#include "probe/fleet/options_given.hpp"
#include "probe/handshake/ask.hpp"
#include "probe/verdict/differences.hpp"
#include "probe/verdict/judge.hpp"
#include "probe/verdict/reading.hpp"
#include "probe/verdict/ways_to_present.hpp"

namespace mtls::fleet {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;
using handshake::Question;
using observation::Observation;
using std::chrono::milliseconds;

constexpr std::size_t most_addresses = 16;

using Written = std::unique_ptr<report::Report>;

/// One target, asked from beginning to end.
class Probe {
  public:
    Probe(const Means& means, std::shared_ptr<const Manner> manner, net::Target target, std::size_t connections);

    [[nodiscard]] asio::awaitable<Written> run();

  private:
    [[nodiscard]] Question question(const observation::Variant& variant, milliseconds budget) const;
    [[nodiscard]] asio::awaitable<void> ask(std::vector<Question> questions, milliseconds budget);
    [[nodiscard]] asio::awaitable<void> read_again();
    [[nodiscard]] asio::awaitable<void> ask_what_differs_again();
    [[nodiscard]] asio::awaitable<void> repeat_candidates();
    [[nodiscard]] Question presenting(const observation::Variant& way, std::size_t candidate, bool spare) const;
    void keep(std::vector<Observation> seen);
    [[nodiscard]] asio::awaitable<void> ask_variants(std::vector<std::string> addresses);
    [[nodiscard]] asio::awaitable<void> ask_candidates();

    [[nodiscard]] handshake::Bounds bounds(milliseconds budget) const { return {connections_, Clock::now() + budget}; }

    [[nodiscard]] milliseconds gone() const;
    [[nodiscard]] milliseconds left() const;
    [[nodiscard]] milliseconds share() const;
    [[nodiscard]] verdict::TargetFacts target_facts() const;
    [[nodiscard]] Written conclude();
    [[nodiscard]] Written finish(verdict::Facts facts, verdict::Judgement judgement) const;
    [[nodiscard]] std::vector<report::ServerTrust> judge_servers(const verdict::Facts& facts) const;
    [[nodiscard]] Written not_resolved(const std::string& name, const net::NotResolved& failure) const;

    const Means& means_;
    const Inputs& inputs_;
    std::shared_ptr<const Manner> manner_;
    net::Target target_;
    std::size_t connections_;
    Clock::time_point began_ = Clock::now();
    x509::Time started_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::optional<std::string> sni_;
    std::optional<handshake::Detour> proxy_;
    verdict::TargetFacts facts_;
    std::vector<Observation> observations_;
};

Probe::Probe(const Means& means, std::shared_ptr<const Manner> manner, net::Target target, std::size_t connections)
    : means_{means}, inputs_{means.inputs}, manner_{std::move(manner)}, target_{std::move(target)},
      connections_{connections}, sni_{server_name(*manner_, target_)}
{
    facts_.input = target_.input;
    facts_.host = target_.host;
    facts_.port = port_of(*manner_, target_);
    if (manner_->connect) {
        facts_.connect = to_string(*manner_->connect);
    }
    if (manner_->starttls) {
        facts_.starttls = to_string(*manner_->starttls);
    }
    facts_.path = requested_path(*manner_, target_);
}

/// With the words of the run, which nobody needs before its end.
verdict::TargetFacts Probe::target_facts() const
{
    verdict::TargetFacts facts = facts_;
    facts.options = options_given(*manner_);
    facts.candidates = inputs_.candidate_options;
    return facts;
}

milliseconds Probe::gone() const
{
    return std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
}

milliseconds Probe::left() const
{
    return std::max(manner_->timeout - gone(), milliseconds{0});
}

/// Of what is left, for a round that comes before the candidates: they need their share of the time.
milliseconds Probe::share() const
{
    return inputs_.candidates.empty() ? left() : left() / 2;
}

Question Probe::question(const observation::Variant& variant, milliseconds budget) const
{
    Question one = question_about(*manner_, target_, variant, budget);
    one.proxy = proxy_;
    return one;
}

asio::awaitable<void> Probe::ask(std::vector<Question> questions, milliseconds budget)
{
    const std::size_t wanted = questions.size();
    const std::size_t before = observations_.size();
    if (manner_->list_only) {
        keep(co_await handshake::ask_lists(means_.lists, std::move(questions), bounds(budget)));
    } else {
        keep(co_await handshake::ask(means_.context, std::move(questions), bounds(budget)));
    }
    if (const std::size_t made = observations_.size() - before; made < wanted) {
        means_.note(x509::printable(target_.input) + ": the time is over, and " + std::to_string(wanted - made) +
                    " of " + std::to_string(wanted) +
                    " connections were not made; give it more (--timeout), or ask in fewer ways");
    }
}

/// What the TLS library could not get out of a server, because it refuses the server's ciphers, keys or version, may be
/// there in plain text.
asio::awaitable<void> Probe::read_again()
{
    const milliseconds budget = share();
    std::vector<Question> questions;
    for (const auto& variant : verdict::unread_variants(observations_)) {
        questions.push_back(question(variant, budget));
    }
    keep(co_await handshake::ask_lists(means_.lists, std::move(questions), bounds(budget)));
}

void Probe::keep(std::vector<Observation> observations)
{
    for (Observation& seen : observations) {
        seen.id = static_cast<int>(observations_.size());
        observations_.push_back(std::move(seen));
    }
}

asio::awaitable<void> Probe::ask_variants(std::vector<std::string> addresses)
{
    if (addresses.size() > most_addresses && manner_->breadth != handshake::Breadth::every) {
        means_.note(target_.host + " has " + std::to_string(addresses.size()) + " addresses; the first " +
                    std::to_string(most_addresses) + " are asked (--variants all asks every one)");
        addresses.resize(most_addresses);
    }
    handshake::Plan plan;
    plan.addresses = std::move(addresses);
    plan.port = manner_->connect ? manner_->connect->port.value_or(facts_.port) : facts_.port;
    plan.sni = sni_;
    plan.versions = manner_->versions;
    plan.breadth = manner_->breadth;
    plan.repeat = manner_->repeat;

    const auto questions = [this](const std::vector<observation::Variant>& variants, milliseconds budget) {
        std::vector<Question> list;
        list.reserve(variants.size());
        for (const auto& variant : variants) {
            list.push_back(question(variant, budget));
        }
        return list;
    };
    milliseconds budget = share();
    co_await ask(questions(handshake::plan_variants(plan), budget), budget);
    const auto again = handshake::plan_fallback(observations_);
    if (!again.empty()) {
        budget = share();
        co_await ask(questions(again, budget), budget);
    }
    if (!manner_->list_only) {
        co_await read_again();
    }
    co_await ask_what_differs_again();
}

/// Before a difference is put down to a name, an address or a version: back ends that take turns look the same.
asio::awaitable<void> Probe::ask_what_differs_again()
{
    const milliseconds budget = share();
    std::vector<Question> questions;
    for (const auto& variant : verdict::variants_to_ask_again(observations_)) {
        questions.push_back(question(variant, budget));
    }
    if (!questions.empty() && budget.count() > 0) {
        co_await ask(std::move(questions), budget);
    }
}

Question Probe::presenting(const observation::Variant& way, std::size_t candidate, bool spare) const
{
    Question one = question(way, left());
    one.purpose = observation::Purpose::candidate;
    one.candidate = candidate;
    one.spare = spare;
    one.credential = &inputs_.candidates[candidate];
    return one;
}

asio::awaitable<void> Probe::ask_candidates()
{
    if (manner_->list_only) {
        co_return;
    }
    const auto ways = verdict::ways_to_present(observations_, sni_, manner_->expect_outcome);
    std::vector<Question> questions;
    for (const observation::Variant& way : ways) {
        for (std::size_t i = 0; i < inputs_.candidates.size(); ++i) {
            if (inputs_.candidates[i].key_matches()) {
                questions.push_back(presenting(way, i, false));
            }
        }
    }
    co_await ask(std::move(questions), left());
    std::vector<Question> where_it_may_tell;
    for (std::size_t i = 0; i < inputs_.candidates.size(); ++i) {
        if (const auto way = verdict::way_that_may_tell(i, observations_, sni_)) {
            where_it_may_tell.push_back(presenting(*way, i, true));
        }
    }
    if (!where_it_may_tell.empty() && left().count() > 0) {
        co_await ask(std::move(where_it_may_tell), left());
    }
    co_await repeat_candidates();
}

/// --repeat: every certificate once more in each way in which it was presented, and so on.
asio::awaitable<void> Probe::repeat_candidates()
{
    const std::size_t before = observations_.size();
    std::vector<Question> questions;
    for (unsigned turn = 1; turn < manner_->repeat; ++turn) {
        for (std::size_t i = 0; i < before; ++i) {
            // Forth and back, or back ends that take turns would get the same one each time.
            const Observation& seen = observations_[turn % 2 == 0 ? i : before - 1 - i];
            if (seen.candidate) {
                questions.push_back(presenting(seen.variant, *seen.candidate, true));
            }
        }
    }
    if (questions.empty() || left().count() == 0) {
        co_return;
    }
    co_await ask(std::move(questions), left());
    if (left().count() == 0) { // our time ended these, and not the server
        std::erase_if(observations_, [&](const Observation& seen) {
            return static_cast<std::size_t>(seen.id) >= before && seen.outcome == observation::Outcome::timeout;
        });
        for (std::size_t at = before; at < observations_.size(); ++at) {
            observations_[at].id = static_cast<int>(at);
        }
    }
}

Written Probe::finish(verdict::Facts facts, verdict::Judgement judgement) const
{
    auto report = std::make_unique<report::Report>();
    report->tool_version = MTLS_PROBE_VERSION;
    report->tls_library = OpenSSL_version(OPENSSL_VERSION);
    report->started = x509::rfc3339(started_);
    report->duration_ms = std::chrono::duration<double, std::milli>(Clock::now() - began_).count();
    report->facts = std::move(facts);
    report->judgement = std::move(judgement);
    if (means_.trust) {
        report->server_trust = judge_servers(report->facts);
    }
    return report;
}

std::vector<report::ServerTrust> Probe::judge_servers(const verdict::Facts& facts) const
{
    std::vector<report::ServerTrust> all;
    for (std::size_t i = 0; i < facts.observations.size(); ++i) {
        const Observation& seen = facts.observations[i];
        if (!seen.server_certificates.empty()) {
            const std::string host = seen.variant.sni.value_or(facts.target.host);
            all.push_back({i, host, means_.trust->judge(seen.server_certificates, host)});
        }
    }
    return all;
}

Written Probe::not_resolved(const std::string& name, const net::NotResolved& failure) const
{
    verdict::Inputs inputs;
    inputs.target = facts_;
    inputs.sni = sni_;
    inputs.now = started_;
    inputs.expectation = inputs_.expectation;
    inputs.candidates = inputs_.candidates;
    inputs.issuer_certificates = inputs_.issuer_certificates;
    verdict::Judgement judgement;
    judgement.summary = "cannot resolve " + name + ": " + failure.why;
    return finish(verdict::establish(std::move(inputs)), std::move(judgement));
}

asio::awaitable<Written> Probe::run()
{
    const std::string& destination = manner_->connect ? manner_->connect->address : target_.host;
    const std::string& name = manner_->proxy ? manner_->proxy->host : destination;
    const auto addresses = co_await means_.resolver.resolve(name, manner_->family, began_ + manner_->timeout);
    if (!addresses) {
        co_return not_resolved(name, addresses.error());
    }
    if (manner_->proxy) {
        // The proxy resolves the target's name, so there is one way to it as far as we can tell.
        proxy_ = handshake::Detour{manner_->proxy->kind, addresses->front(), manner_->proxy->port};
        std::vector<std::string> only(1, destination);
        co_await ask_variants(std::move(only));
    } else {
        co_await ask_variants(*addresses);
    }
    co_await ask_candidates();
    co_return conclude();
}

/// No coroutine: what it needs for a moment must not lie in the frame of every connection in flight.
Written Probe::conclude()
{
    verdict::Inputs inputs;
    inputs.target = target_facts();
    inputs.sni = sni_;
    inputs.now = started_;
    inputs.observations = std::move(observations_);
    inputs.expectation = inputs_.expectation;
    inputs.candidates = inputs_.candidates;
    inputs.issuer_certificates = inputs_.issuer_certificates;
    inputs.clients = manner_->clients;
    inputs.iis_bindings = inputs_.iis_bindings;
    inputs.expect_outcome = manner_->expect_outcome;
    inputs.limits = manner_->limits;
    inputs.baseline = inputs_.baselines.about(facts_, sni_, manner_->connect);
    inputs.took = gone();
    auto facts = verdict::establish(std::move(inputs));
    auto judgement = verdict::judge(facts);
    return finish(std::move(facts), std::move(judgement));
}

} // namespace

asio::awaitable<std::unique_ptr<report::Report>> probe_target(const Means& means, std::shared_ptr<const Manner> manner,
                                                              net::Target target, std::size_t connections)
{
    Probe probe{means, std::move(manner), std::move(target), connections};
    co_return co_await probe.run();
}

} // namespace mtls::fleet
