#include "probe/report/earlier_report.hpp"

#include <algorithm>

#include "probe/verdict/reading.hpp"

namespace mtls::report {

using observation::Observation;

std::optional<EarlierRequest> request_in(const EarlierReport& report)
{
    std::vector<Observation> all = report.baseline.observations;
    all.insert(all.end(), report.attempts.begin(), report.attempts.end());
    const auto alone = [&](const Observation& seen, std::size_t index) {
        Observation made;
        made.id = seen.id;
        made.variant = seen.variant;
        made.negotiated = seen.negotiated;
        made.certificate_requests.push_back(seen.certificate_requests[index]);
        return made;
    };
    const auto of_id = [&](int id) {
        return std::find_if(all.begin(), all.end(), [&](const Observation& seen) { return seen.id == id; });
    };
    if (report.request) {
        const auto seen = of_id(report.request->observation);
        return seen == all.end() || report.request->index >= seen->certificate_requests.size()
                   ? std::nullopt
                   : std::optional{EarlierRequest{alone(*seen, report.request->index), true}};
    }
    const auto normal = report.normal ? of_id(*report.normal) : all.end();
    const auto place = verdict::request_elsewhere(
        all, normal == all.end() ? std::nullopt : std::optional{static_cast<std::size_t>(normal - all.begin())});
    return place ? std::optional{EarlierRequest{alone(all[place->observation], place->index), false}} : std::nullopt;
}

} // namespace mtls::report
