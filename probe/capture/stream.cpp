#include "probe/capture/stream.hpp"

#include <algorithm>

namespace mtls::capture {

namespace {

constexpr std::size_t most_pieces = 1024;

std::int64_t end_of(const std::pair<const std::int64_t, std::vector<std::uint8_t>>& piece)
{
    return piece.first + static_cast<std::int64_t>(piece.second.size());
}

} // namespace

/// Sequence numbers wrap: the nearest place counts. RFC 9293 §3.4.
std::int64_t Stream::position(std::uint32_t sequence_number)
{
    if (!anchor_) {
        anchor_ = sequence_number;
    }
    return static_cast<std::int32_t>(sequence_number - *anchor_);
}

void Stream::begin(std::uint32_t sequence_number)
{
    begin_ = position(sequence_number + 1);
}

void Stream::end(std::uint32_t sequence_number)
{
    end_ = position(sequence_number);
    furthest_ = std::max(furthest_, *end_);
}

void Stream::add(std::uint32_t sequence_number, Bytes payload, std::size_t cut_off)
{
    if (payload.empty() && cut_off == 0) {
        return;
    }
    constexpr auto reach = static_cast<std::int64_t>(longest_stream);
    std::int64_t at = position(sequence_number);
    const std::int64_t start = begin_.value_or(-reach);
    if (at < start) { // a keep-alive, or data on a SYN
        const auto before = static_cast<std::size_t>(start - at);
        payload = before < payload.size() ? payload.subspan(before) : Bytes{};
        at = start;
    }
    if (at >= begin_.value_or(0) + reach) {
        return;
    }
    furthest_ = std::max(furthest_, at + static_cast<std::int64_t>(payload.size() + cut_off));
    fill(at, payload);
}

/// Puts what is new of `payload` between the pieces that are there.
void Stream::fill(std::int64_t at, Bytes payload)
{
    while (!payload.empty() && held_ < longest_stream) {
        auto next = pieces_.upper_bound(at);
        const auto before = next == pieces_.begin() ? pieces_.end() : std::prev(next);
        if (before != pieces_.end() && end_of(*before) > at) {
            const auto known = static_cast<std::size_t>(end_of(*before) - at);
            payload = known < payload.size() ? payload.subspan(known) : Bytes{};
            at = end_of(*before);
            continue;
        }
        const std::size_t room = next == pieces_.end() ? payload.size() : static_cast<std::size_t>(next->first - at);
        const Bytes fresh = payload.first(std::min({payload.size(), room, longest_stream - held_}));
        auto piece = before;
        if (before == pieces_.end() || end_of(*before) != at) {
            if (pieces_.size() == most_pieces) {
                return;
            }
            piece = pieces_.emplace(at, std::vector<std::uint8_t>{}).first;
        }
        piece->second.insert(piece->second.end(), fresh.begin(), fresh.end());
        held_ += fresh.size();
        at += static_cast<std::int64_t>(fresh.size());
        payload = payload.subspan(fresh.size());
    }
}

bool Stream::complete() const
{
    return begin_ && end_ && *end_ - *begin_ == static_cast<std::int64_t>(held_);
}

Assembled Stream::assemble() const
{
    Assembled whole;
    std::int64_t position = begin_ ? *begin_ : pieces_.empty() ? furthest_ : pieces_.begin()->first;
    auto piece = pieces_.upper_bound(position);
    if (piece != pieces_.begin() && end_of(*std::prev(piece)) > position) {
        --piece;
    }
    for (; piece != pieces_.end() && piece->first <= position; ++piece) {
        whole.bytes.insert(whole.bytes.end(), piece->second.begin() + (position - piece->first), piece->second.end());
        position = end_of(*piece);
    }
    const std::int64_t next = piece != pieces_.end() ? piece->first : furthest_;
    if (next > position && held_ < longest_stream) {
        whole.lost = static_cast<std::size_t>(next - position);
    }
    return whole;
}

} // namespace mtls::capture
