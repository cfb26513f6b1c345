#include "probe/cli/monitoring_words.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

#include "certs/x509/config_error.hpp"

namespace mtls::cli {

namespace {

constexpr double most_days = 36500;
constexpr double most_seconds = 3600;

struct Number {
    double value = 0;
    std::string_view unit;
};

std::optional<Number> number_of(std::string_view word)
{
    Number number;
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), number.value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number.value) || number.value < 0) {
        return std::nullopt;
    }
    number.unit = word.substr(static_cast<std::size_t>(end - word.data()));
    return number;
}

/// Takes one word of the list: days (`30`, `30d`) or seconds (`5s`); false if it is neither.
bool take_word(std::string_view word, verdict::Limit& limit)
{
    const auto number = number_of(word);
    if (!number) {
        return false;
    }
    if (number->unit == "s" && !limit.duration && number->value > 0 && number->value <= most_seconds) {
        limit.duration = std::chrono::milliseconds{static_cast<long>(std::ceil(number->value * 1000))};
        return true;
    }
    const bool days = number->unit.empty() || number->unit == "d";
    if (days && !limit.days_left && number->value <= most_days && number->value == std::floor(number->value)) {
        limit.days_left = std::chrono::days{static_cast<int>(number->value)};
        return true;
    }
    return false;
}

std::optional<verdict::Limit> limit_of(std::string_view text)
{
    verdict::Limit limit;
    for (;;) {
        const auto comma = text.find(',');
        if (!take_word(text.substr(0, comma), limit)) {
            return std::nullopt;
        }
        if (comma == std::string_view::npos) {
            return limit;
        }
        text.remove_prefix(comma + 1);
    }
}

std::string check_limit(const std::string& text)
{
    return limit_of(text) ? std::string{}
                          : "'" + text + "' is no limit: write days left (30), seconds (5s), or both (30,5s)";
}

} // namespace

MonitoringWords::MonitoringWords(CLI::App& app)
{
    const std::string group = "Monitoring";
    app.add_option("--baseline", baseline_, "an earlier report (JSON): say what has changed since")
        ->group(group)
        ->option_text("FILE");
    app.add_option("--save-baseline", save_baseline_, "write this run's report there, for --baseline")
        ->group(group)
        ->option_text("FILE");
    app.add_option("-w,--warning", warning_,
                   "warn if certificates, the server's too, have fewer days left, or it takes longer (30,5s)")
        ->group(group)
        ->option_text("LIMIT")
        ->check(check_limit, "");
    app.add_option("-c,--critical", critical_, "the same, critical (7,10s)")
        ->group(group)
        ->option_text("LIMIT")
        ->check(check_limit, "");
}

void MonitoringWords::take(Options& options) const
{
    if (!baseline_.empty()) {
        options.baseline = baseline_;
    }
    if (!save_baseline_.empty()) {
        options.save_baseline = save_baseline_;
    }
    options.limits.warning = warning_.empty() ? verdict::Limit{} : *limit_of(warning_);
    options.limits.critical = critical_.empty() ? verdict::Limit{} : *limit_of(critical_);
    const auto& [warning, critical] = options.limits;
    if (warning.days_left && critical.days_left && *warning.days_left < *critical.days_left) {
        throw x509::ConfigError{"-w warns of fewer days left than -c calls critical: it would never be heard"};
    }
    if (warning.duration && critical.duration && *warning.duration > *critical.duration) {
        throw x509::ConfigError{"-w warns of a longer time than -c calls critical: it would never be heard"};
    }
}

} // namespace mtls::cli
