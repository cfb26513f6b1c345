#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "probe/explain/messages.hpp"
#include "probe/explain/page.hpp"
#include "probe/explain/sufferers.hpp"
#include "probe/iis/error_log.hpp"

namespace mtls::explain {

/// One thing that a server wrote into its error log, with everything that is known of it.
struct ErrorCause {
    Concerns concerns = Concerns::certificate; ///< certificate or connection
    std::vector<Page> pages;                   ///< at least one
    std::string note;                          ///< what the place says besides; "" if nothing
    std::size_t count = 0;
    std::string first; ///< times by the server's clock
    std::string last;
    std::vector<Sufferer> sufferers; ///< most often first; the URL is what ErrorLine::where is
    std::size_t more = 0;            ///< lines of clients and places beyond those kept
};

/// Groups the lines of an error log by what they say, client and place. Memory is bounded, whatever the log holds.
class ErrorSummary {
  public:
    void add(const iis::ErrorLine& line);

    [[nodiscard]] std::size_t lines() const { return lines_; }

    [[nodiscard]] std::size_t about(Concerns what) const; ///< lines; of nothing: those that are explained nowhere

    [[nodiscard]] const std::vector<std::string>& servers() const
    {
        return servers_;
    } ///< that write so, in their order

    /// The causes: those that concern certificates first, then by count.
    [[nodiscard]] std::vector<ErrorCause> causes() const;

  private:
    struct Group {
        ErrorCause cause;
        Sufferers sufferers;
    };

    std::size_t lines_ = 0;
    std::size_t room_ = Sufferers::most;
    std::vector<std::string> servers_;
    std::map<std::string, Group> groups_; ///< by the titles of their pages: as many as there are messages
};

} // namespace mtls::explain
