// A report that somebody gives as a baseline.
#include "probe/report/read_reports.hpp"

#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = report::read_reports({reinterpret_cast<const char*>(data), size});
    fuzz::invariant(read.reports.empty() == read.problem.has_value(), "without reports there is a reason");
    fuzz::invariant(!read.problem || fuzz::is_safe_text(*read.problem), "in safe text");
    return 0;
}
