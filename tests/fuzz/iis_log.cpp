// A W3C extended log, an access log or an error log.
#include "certs/x509/text_encoding.hpp"
#include "probe/explain/error_summary.hpp"
#include "probe/explain/explain.hpp"
#include "probe/explain/log_summary.hpp"
#include "probe/iis/text.hpp"

#include "tests/fuzz/invariant.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = x509::text_of({data, size});
    if (!text) {
        return 0;
    }
    iis::LogReader reader;
    explain::LogSummary summary;
    explain::ErrorSummary errors;
    std::size_t lines = 0;
    for (const auto line : iis::lines_of(*text)) {
        ++lines;
        if (const auto error = iis::read_error_line(line)) {
            errors.add(*error);
        }
        if (lines == 1) {
            (void)explain::explain({std::string{line} + " "});
        }
        if (const auto entry = reader.read(line)) {
            summary.add(*entry);
        }
    }
    (void)iis::looks_like_log(*text);
    fuzz::invariant(summary.requests() + reader.unreadable() <= lines, "a line is counted once");
    fuzz::invariant(summary.failures() <= summary.requests(), "a failure is a request");

    fuzz::invariant(errors.lines() <= lines, "a line of an error log is one");
    std::size_t told = errors.about(explain::Concerns::nothing);
    for (const explain::ErrorCause& cause : errors.causes()) {
        fuzz::invariant(!cause.pages.empty(), "a cause is explained");
        told += cause.count;
    }
    fuzz::invariant(told == errors.lines(), "each line of an error log is told of once");

    std::size_t failures = 0;
    for (const explain::Cause& cause : summary.causes()) {
        fuzz::invariant(cause.status >= 400, "a cause is of failures");
        std::size_t sufferers = cause.more;
        for (const explain::Sufferer& each : cause.sufferers) {
            sufferers += each.count;
        }
        fuzz::invariant(sufferers == cause.count, "each failure has a sufferer");
        failures += cause.count;
    }
    fuzz::invariant(failures == summary.failures(), "each failure has a cause");
    return 0;
}
