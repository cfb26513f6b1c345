#include "probe/cli/fleet_words.hpp"

#include <algorithm>
#include <array>

#include "certs/x509/config_error.hpp"

namespace mtls::cli {

namespace {

const std::map<std::string, fleet::ShowProgress> progress_words{{"auto", fleet::ShowProgress::automatic},
                                                                {"always", fleet::ShowProgress::always},
                                                                {"never", fleet::ShowProgress::never}};

std::string check_shard(const std::string& text)
{
    return fleet::parse_shard(text) ? std::string{} : "'" + text + "' is no part of a list: write 1/4, 2/4 ...";
}

std::string check_rate(const std::string& text)
{
    double value = 0;
    const bool number = CLI::detail::lexical_cast(text, value);
    return number && value >= 0.01 && value <= 1e6 ? std::string{} : "'" + text + "' is no number from 0.01 to 1000000";
}

} // namespace

FleetWords::FleetWords(CLI::App& app) : app_{app}
{
    const std::string group = "Fleets";
    auto* targets = app.add_option("--targets", orders_.list,
                                   "one a line (- is stdin), with sni=NAME path=/P connect=ADDR[:PORT] if wished");
    targets->group(group)->option_text("FILE");
    const auto with_targets = [&](CLI::Option* option, const std::string& value) {
        return option->group(group)->option_text(value)->needs(targets);
    };
    with_targets(app.add_option("--concurrency", orders_.limits.connections, "connections at once (default 256)"), "N")
        ->check(CLI::Range(1U, 100'000U).description(""));
    with_targets(app.add_option("--per-host", orders_.limits.per_host, "targets of one host at once (default 8)"), "N")
        ->check(CLI::Range(1U, 100'000U).description(""));
    with_targets(app.add_option("--rate", rate_, "targets started in a second, at most"), "N")->check(check_rate, "");
    with_targets(app.add_option("--retries", orders_.retries, "ask targets that time out again, later (default 0)"),
                 "N")
        ->check(CLI::Range(0U, 10U).description(""));
    with_targets(app.add_option("--shard", shard_, "only part I of N, the same in every run"), "I/N")
        ->check(check_shard, "");
    with_targets(app.add_option("--resume", journal_, "note what is done; after an interruption go on from there"),
                 "FILE");
    choice(app.add_option("--progress", progress_, "on stderr (default auto: if that is a terminal)"), progress_words)
        ->group(group)
        ->needs(targets);
    app.add_flag("--handshakes", handshakes_, "finish handshakes also without candidates")
        ->group(group)
        ->needs(targets)
        ->excludes(app.get_option("--list-only"));
}

bool FleetWords::lists_only() const
{
    constexpr std::array takes_a_handshake{"--cert",   "--expect-outcome", "--keylog",  "--path",
                                           "--method", "--header",         "--no-http", "--handshakes"};
    return app_.count("--targets") > 0 && std::none_of(takes_a_handshake.begin(), takes_a_handshake.end(),
                                                       [&](const char* name) { return app_.count(name) > 0; });
}

void FleetWords::take(Options& options) const
{
    if (app_.count("--targets") == 0) {
        return;
    }
    if (app_.count("--format") == 0) {
        options.format = Format::jsonl;
    }
    if (options.format != Format::jsonl && options.format != Format::text) {
        throw x509::ConfigError{"--targets writes each result as it comes, as jsonl or text: another --format would "
                                "need all of them at once"};
    }
    if (options.save_baseline) {
        throw x509::ConfigError{
            "--save-baseline would need all of --targets at once; its jsonl report is a --baseline"};
    }
    fleet::Orders orders = orders_;
    orders.format = options.format == Format::text ? fleet::LineFormat::text : fleet::LineFormat::jsonl;
    orders.output = options.output;
    orders.progress = progress_words.at(progress_);
    orders.paths_want_handshakes = app_.count("--list-only") == 0;
    if (!journal_.empty()) {
        orders.journal = journal_;
    }
    if (!shard_.empty()) {
        orders.shard = *fleet::parse_shard(shard_);
    }
    if (rate_ > 0) {
        orders.limits.rate = rate_;
    }
    options.fleet = std::move(orders);
}

} // namespace mtls::cli
