#include "probe/fleet/fleet.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "certs/x509/config_error.hpp"
#include "certs/x509/name.hpp"
#include "probe/fleet/descriptors.hpp"
#include "probe/fleet/end_signals.hpp"
#include "probe/fleet/intake.hpp"
#include "probe/fleet/output.hpp"
#include "probe/fleet/questions.hpp"
#include "probe/fleet/tally.hpp"
#include "probe/fleet/target_probe.hpp"
#include "probe/report/figures.hpp"

namespace mtls::fleet {

namespace asio = boost::asio;
using boost::system::error_code;
using verdict::Verdict;
using x509::printable;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t most_resolving_threads = 16;
constexpr std::chrono::seconds grace{1}; ///< for what is in flight at Ctrl-C

Places places_of(const Orders& orders, const Manner& manner, const Inputs& inputs)
{
    const bool file = orders.output && *orders.output != "-";
    const std::string kind =
        std::string{orders.format == LineFormat::jsonl ? "jsonl" : "text"} + (file ? " file" : " stream");
    return {orders.output, orders.journal,
            orders.journal ? journal_head(kind, questions_of(manner, inputs, orders.paths_want_handshakes))
                           : std::string{}};
}

/// One run over a list. Everything happens in the thread of the event loop, but reading the list, writing the report
/// and resolving names.
class Fleet {
  public:
    Fleet(const Orders& orders, const Manner& manner, const Inputs& inputs, const handshake::ClientContext& context);

    int run();

  private:
    void take_earlier(const Result& result);
    void count_targets();
    void stop_soon();
    void show_progress();
    void pump();
    void read_more();
    void take_line(const ListLine& line);
    void start(Job job);
    void finish(Job job, const report::Report& report);
    void note_without_baseline(const report::Report& report);
    [[nodiscard]] std::string rendered(const report::Report& report) const;
    void end_if_done();
    int close();

    const Orders& orders_;
    Console console_;
    Schedule::Limits limits_;
    Schedule schedule_;
    Intake intake_;
    Tally tally_;
    Standing standing_;
    Clock::time_point began_ = Clock::now();
    std::size_t in_flight_ = 0;
    bool doubtful_ = false; ///< something was wrong with the list
    bool stopping_ = false;
    bool over_ = false;
    // Each may have a file or two open: with few connections there are few to spare.
    net::Resolver resolver_{std::clamp(limits_.connections / 4, std::size_t{1}, most_resolving_threads),
                            net::WithoutThreads::give_up};
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    std::optional<EndSignals> signals_; ///< while the loop runs: what comes before it may take long
    asio::steady_timer wake_{io_};
    asio::steady_timer tick_{io_};
    asio::steady_timer grace_{io_};
    handshake::ListAsker asker_{io_};
    Means means_;
    // Last: their threads speak to the event loop.
    TargetList list_;
    Output output_; // after the list: it empties an older report
};

Schedule::Limits limits_of(const Orders& orders, Console& console)
{
    Schedule::Limits limits = orders.limits;
    limits.connections = room_for_connections(limits.connections);
    if (limits.connections < orders.limits.connections) {
        console.say(fmt::format("--concurrency {} takes more files than this process may open; it is {}",
                                orders.limits.connections, limits.connections));
    }
    return limits;
}

Fleet::Fleet(const Orders& orders, const Manner& manner, const Inputs& inputs, const handshake::ClientContext& context)
    : orders_{orders}, console_{orders.progress}, limits_{limits_of(orders, console_)}, schedule_{limits_},
      intake_{orders, manner, inputs, limits_.connections}, means_{context,
                                                                   asker_,
                                                                   resolver_,
                                                                   inputs,
                                                                   [this](const std::string& sentence) {
                                                                       console_.say(sentence);
                                                                   },
                                                                   manner.verify_server
                                                                       ? std::make_shared<const x509::SystemTrust>()
                                                                       : nullptr},
      list_{orders.list, [this] { asio::post(io_, [this] { pump(); }); }},
      output_{places_of(orders, manner, inputs), [this](const Result& result) { take_earlier(result); },
              [this] { asio::post(io_, [this] { pump(); }); }}
{
    intake_.done_is_known();
    standing_.before = tally_.total();
    if (console_.shows_progress()) {
        count_targets();
    }
}

void Fleet::take_earlier(const Result& result)
{
    intake_.pass_over(result.key);
    tally_.add(result, "");
}

/// A file is read once more for it: that is quick, and says how long the rest will take.
void Fleet::count_targets()
{
    std::error_code error;
    if (orders_.list == "-" || !std::filesystem::is_regular_file(orders_.list, error)) {
        return;
    }
    std::ifstream in{orders_.list, std::ios::binary};
    std::string line;
    std::size_t targets = 0;
    while (std::getline(in, line)) {
        const auto words = words_of(line);
        targets += !words.empty() && orders_.shard.holds(key_of(words)) ? 1 : 0;
    }
    standing_.of = targets;
}

int Fleet::run()
{
    signals_.emplace(io_, [this] { stop_soon(); });
    show_progress();
    asio::post(io_, [this] { pump(); });
    io_.run();
    return close();
}

void Fleet::stop_soon()
{
    stopping_ = true;
    grace_.expires_after(grace);
    grace_.async_wait([this](const error_code& error) {
        if (!error) {
            io_.stop(); // what is in flight now has no result
        }
    });
    end_if_done();
}

void Fleet::show_progress()
{
    if (!console_.shows_progress()) {
        return;
    }
    standing_.elapsed = Clock::now() - began_;
    console_.show(progress_line(tally_, standing_, console_.width()));
    tick_.expires_after(console_.interval());
    tick_.async_wait([this](const error_code& error) {
        if (!error) {
            show_progress();
        }
    });
}

/// Starts what may be started; called again whenever something has changed.
void Fleet::pump()
{
    while (!stopping_ && !output_.is_behind()) {
        read_more();
        auto job = schedule_.next(Clock::now());
        if (!job) {
            break;
        }
        start(std::move(*job));
    }
    if (output_.failure()) {
        stopping_ = true;
        io_.stop();
    }
    if (const auto when = schedule_.wakes(); when && !stopping_) {
        wake_.expires_at(*when);
        wake_.async_wait([this](const error_code& error) {
            if (!error) {
                pump();
            }
        });
    }
    end_if_done();
}

void Fleet::read_more()
{
    while (schedule_.wants_more()) {
        const auto line = list_.next();
        if (!line) {
            return;
        }
        take_line(*line);
    }
}

void Fleet::take_line(const ListLine& line)
{
    auto [job, complaint] = intake_.take(line);
    if (complaint) {
        doubtful_ = true;
        tally_.add_bad_line();
        console_.say(*complaint);
    } else if (job) {
        schedule_.add(std::move(*job));
    }
}

void Fleet::start(Job job)
{
    ++in_flight_;
    auto manner = job.manner;
    net::Target target = job.line.target;
    const std::size_t connections = job.connections;
    asio::co_spawn(io_, probe_target(means_, std::move(manner), std::move(target), connections),
                   [this, job = std::move(job)](const std::exception_ptr& thrown,
                                                const std::unique_ptr<report::Report>& report) mutable {
                       if (thrown) {
                           std::rethrow_exception(thrown);
                       }
                       finish(std::move(job), *report);
                   });
}

void Fleet::finish(Job job, const report::Report& report)
{
    --in_flight_;
    schedule_.finished(job);
    if (job.attempt < orders_.retries && only_timed_out(report)) {
        const auto when = Clock::now() + back_off(job.attempt++, job.line.key);
        schedule_.add_later(std::move(job), when);
    } else {
        note_without_baseline(report);
        Result result = result_of(report, job.line.key);
        tally_.add(result, job.line.target.input);
        output_.put(rendered(report), std::move(result));
    }
    pump();
}

/// A target that the baseline does not know would never be found changed; its verdict says so, too.
void Fleet::note_without_baseline(const report::Report& report)
{
    const auto& baseline = report.facts.baseline;
    if (baseline && baseline->started.empty() && !report.facts.observations.empty()) {
        console_.say("the baseline holds no report on " + printable(report.facts.target.input));
    }
}

std::string Fleet::rendered(const report::Report& report) const
{
    if (orders_.format == LineFormat::jsonl) {
        return report::render_jsonl(report) + "\n";
    }
    std::string verdict = to_string(report.judgement.verdict);
    std::transform(verdict.begin(), verdict.end(), verdict.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return fmt::format("{:<9} {}  {}\n", verdict, report::target_in_words(report.facts.target),
                       report.judgement.summary);
}

void Fleet::end_if_done()
{
    const bool nothing_left = stopping_ || (schedule_.empty() && list_.at_end());
    if (over_ || in_flight_ > 0 || !nothing_left) {
        return;
    }
    over_ = true;
    work_.reset();
    io_.stop();
}

int Fleet::close()
{
    signals_->leave_loop(); // nobody listens any more, and a reader of the report may be stuck
    const bool whole = over_ && schedule_.empty() && list_.at_end();
    if (const auto why = list_.failure()) {
        console_.say("read " + printable(orders_.list) + ": " + *why);
        doubtful_ = true;
    } else if (whole && !intake_.saw_targets()) {
        throw x509::ConfigError{"read " + orders_.list + ": no target in it"};
    }
    output_.finish();
    if (orders_.format == LineFormat::text && !output_.failure()) {
        output_.append(tally_.summary());
    }
    if (const auto why = output_.failure()) {
        throw x509::ConfigError{*why};
    }
    console_.clear();
    if (orders_.format == LineFormat::jsonl) {
        console_.print(tally_.summary());
    }
    if (stopping_ && !whole) {
        console_.say(orders_.journal ? "interrupted; the same command again goes on from here"
                                     : "interrupted; with --resume FILE a run can be gone on with");
        return static_cast<int>(Verdict::unknown);
    }
    return static_cast<int>(doubtful_ ? verdict::worse(tally_.worst(), Verdict::unknown) : tally_.worst());
}

} // namespace

int run_fleet(const Orders& orders, const Manner& manner, const Inputs& inputs, const handshake::ClientContext& context)
{
    return Fleet{orders, manner, inputs, context}.run();
}

} // namespace mtls::fleet
