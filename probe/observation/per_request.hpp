#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

#include "probe/observation/request_seen.hpp"

namespace mtls::observation {

/// What was made of the requests that were seen last, so that it is made once of a request that thousands of servers
/// send alike (remembered_request). By identity: nobody changes a request, and comparing the bytes of a long list would
/// cost more than much of what is made of it.
template <class Value> class PerRequest {
  public:
    /// `make(request)` is called the first time. Valid until the next call.
    template <class Make> const Value& of(const std::shared_ptr<const RequestSeen>& request, Make make)
    {
        constexpr std::size_t most = 64; // requests of at most 64 KiB
        const RequestSeen* const key = request.get();
        const auto found = known_.find(key);
        if (found != known_.end() && !found->second.request.expired()) { // else another one lies there now
            return found->second.value;
        }
        if (known_.size() >= most) {
            known_.clear();
        }
        Entry entry{request, make(*request)};
        return known_.insert_or_assign(key, std::move(entry)).first->second.value;
    }

  private:
    struct Entry {
        std::weak_ptr<const RequestSeen> request;
        Value value;
    };

    std::unordered_map<const RequestSeen*, Entry> known_;
};

} // namespace mtls::observation
