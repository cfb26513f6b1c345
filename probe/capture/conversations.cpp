#include "probe/capture/conversations.hpp"

namespace mtls::capture {

namespace {

constexpr std::size_t most_open = 4096;
constexpr std::size_t most_held = std::size_t{64} << 20U;

std::pair<Endpoint, Endpoint> ends_of(const Endpoint& one, const Endpoint& other)
{
    return one < other ? std::pair{one, other} : std::pair{other, one};
}

} // namespace

/// The connection that the segment belongs to; a SYN with another number than before begins a new one between the same
/// two ports.
Conversations::Open& Conversations::open_for(const Segment& segment)
{
    const Ends ends = ends_of(segment.from, segment.to);
    const bool opening = segment.syn && !segment.ack;
    if (const auto found = numbers_.find(ends); found != numbers_.end()) {
        Open& open = open_.at(found->second);
        if (!opening || !open.syn_seen || open.first_number == segment.sequence_number) {
            return open;
        }
        hand_over(found->second);
    }
    if (open_.size() == most_open) {
        hand_over(open_.begin()->first);
    }
    numbers_[ends] = next_;
    Open& open = open_[next_++];
    const bool answering = segment.syn && segment.ack;
    open.opener = answering ? segment.to : segment.from;
    open.other = answering ? segment.from : segment.to;
    open.syn_seen = opening;
    open.first_number = segment.sequence_number;
    return open;
}

void Conversations::take(const Segment& segment)
{
    Open& open = open_for(segment);
    Stream& stream = segment.from == open.opener ? open.from_opener : open.from_other;
    const std::size_t before = stream.held();
    if (segment.syn) {
        stream.begin(segment.sequence_number);
    }
    const std::uint32_t first = segment.sequence_number + (segment.syn ? 1U : 0U);
    stream.add(first, segment.payload, segment.cut_off);
    if (segment.fin) {
        stream.end(first + static_cast<std::uint32_t>(segment.payload.size() + segment.cut_off));
    }
    held_ += stream.held() - before;
    if (open.from_opener.complete() && open.from_other.complete()) {
        hand_over(numbers_.at(ends_of(segment.from, segment.to)));
    }
    while (held_ > most_held) {
        hand_over(open_.begin()->first);
    }
}

void Conversations::finish()
{
    while (!open_.empty()) {
        hand_over(open_.begin()->first);
    }
}

void Conversations::hand_over(std::size_t number)
{
    const auto found = open_.find(number);
    const Open& open = found->second;
    Conversation conversation{number, open.opener, open.other, open.from_opener.assemble(), open.from_other.assemble()};
    held_ -= open.from_opener.held() + open.from_other.held();
    numbers_.erase(ends_of(open.opener, open.other));
    open_.erase(found);
    done_(std::move(conversation));
}

} // namespace mtls::capture
