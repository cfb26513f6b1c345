#include "probe/fleet/intake.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "certs/x509/name.hpp"

namespace mtls::fleet {

namespace {

constexpr std::size_t most_connections_of_one = 16;

/// How many connections a target's first round has: two kinds of targets, with a server name and without.
std::size_t width(const Manner& manner, const Inputs& inputs, bool named)
{
    handshake::Plan plan;
    plan.addresses.resize(1);
    if (named) {
        plan.sni = "name";
    }
    plan.versions = manner.versions;
    plan.breadth = manner.breadth;
    const std::size_t variants = handshake::plan_variants(plan).size() * manner.repeat;
    return std::clamp(std::max(variants, inputs.candidates.size()), std::size_t{1}, most_connections_of_one);
}

bool wants_a_path(const TargetLine& line)
{
    return line.path || line.target.path.value_or("/") != "/";
}

} // namespace

Intake::Intake(const Orders& orders, const Manner& manner, const Inputs& inputs, std::size_t most_connections)
    : orders_{orders}, manner_{std::make_shared<const Manner>(manner)},
      named_width_{std::min(width(manner, inputs, true), most_connections)},
      nameless_width_{std::min(width(manner, inputs, false), most_connections)}
{
}

Intake::Taken Intake::take(const ListLine& line)
{
    if (line.too_long) {
        return complain(line.number, fmt::format("longer than {} bytes", LineSplitter::longest));
    }
    const auto words = words_of(line.text);
    if (words.empty()) {
        return {};
    }
    saw_targets_ = true;
    const std::uint64_t key = key_of(words);
    if (!orders_.shard.holds(key) || done_before_.take(key)) {
        return {};
    }
    auto target = parse_target_line(words);
    if (!target) {
        return complain(line.number, target.error().why);
    }
    Job job;
    job.line = std::move(*target);
    job.manner = manner_for(job.line);
    if (wants_a_path(job.line) && !job.manner->http) {
        return complain(line.number, "names a path, but without HTTP nothing is requested");
    }
    const bool named = !job.manner->no_sni && (job.manner->sni || !job.line.target.is_address);
    job.connections = named ? named_width_ : nameless_width_;
    const auto& connect = job.manner->connect;
    job.host = net::comparable_host(connect ? connect->address : job.line.target.host);
    return {std::move(job), std::nullopt};
}

Intake::Taken Intake::complain(std::size_t line, const std::string& why) const
{
    return {std::nullopt,
            fmt::format("{}:{}: {}", orders_.list == "-" ? "stdin" : x509::printable(orders_.list), line, why)};
}

std::shared_ptr<const Manner> Intake::manner_for(const TargetLine& line) const
{
    if (!line.sni && !line.connect && !wants_a_path(line)) {
        return manner_;
    }
    Manner manner = *manner_;
    if (line.sni) {
        manner.no_sni = line.sni->empty();
        manner.sni = line.sni;
    }
    if (line.connect) {
        manner.connect = line.connect;
    }
    if (line.path) {
        manner.path = line.path;
    }
    if (orders_.paths_want_handshakes && manner.list_only && wants_a_path(line)) {
        manner.list_only = false;
        manner.http = !manner.starttls;
    }
    return std::make_shared<const Manner>(std::move(manner));
}

} // namespace mtls::fleet
