// bench_list WAY PORT COUNT AT_ONCE VERSION
//
// Asks the server on 127.0.0.1:PORT for its list COUNT times, and prints one line of JSON: processor time of this
// process per target in microseconds, time per target by the clock, names seen.
//   connect   TCP connect and close: what no client can do without
//   libssl    a plain loop over libssl: one context, blocking, handshake completed, names counted
//   list      ListAsker, then verdict and JSON line, as for a fleet
//   read      ListAsker alone
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "certs/ossl/error.hpp"
#include "certs/ossl/handles.hpp"
#include "probe/handshake/list_asker.hpp"
#include "probe/report/report.hpp"
#include "probe/verdict/judge.hpp"

namespace {

using namespace mtls;
using Clock = std::chrono::steady_clock;

struct Job {
    std::string way;
    std::uint16_t port = 0;
    std::size_t count = 0;
    std::size_t at_once = 1;
    wire::ProtocolVersion version{};
};

struct Tally {
    std::size_t answers = 0;
    std::size_t names = 0;   ///< of the last answer
    std::size_t written = 0; ///< bytes of JSON
};

class Socket {
  public:
    explicit Socket(std::uint16_t port) : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw ossl::Error{"connect", std::strerror(errno)};
        }
    }

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    ~Socket() { ::close(descriptor_); }

    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

Tally connect_only(const Job& job)
{
    Tally tally;
    for (; tally.answers < job.count; ++tally.answers) {
        const Socket socket{job.port};
    }
    return tally;
}

Tally through_libssl(const Job& job)
{
    const ossl::SslCtxPtr context{ossl::must(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")};
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_min_proto_version(context.get(), static_cast<int>(job.version));
    SSL_CTX_set_max_proto_version(context.get(), static_cast<int>(job.version));
    Tally tally;
    for (; tally.answers < job.count; ++tally.answers) {
        const Socket socket{job.port};
        const ossl::SslPtr ssl{ossl::must(SSL_new(context.get()), "SSL_new")};
        SSL_set_fd(ssl.get(), socket.get());
        ossl::must_succeed(SSL_connect(ssl.get()), "handshake");
        const STACK_OF(X509_NAME)* names = SSL_get0_peer_CA_list(ssl.get());
        tally.names = names == nullptr ? 0 : static_cast<std::size_t>(sk_X509_NAME_num(names));
    }
    return tally;
}

/// What a fleet does with each answer.
std::string judged(observation::Observation seen)
{
    verdict::Inputs inputs;
    inputs.target.input = "127.0.0.1";
    inputs.target.host = "127.0.0.1";
    inputs.target.port = seen.variant.port;
    inputs.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    inputs.observations.push_back(std::move(seen));
    report::Report report;
    report.started = x509::rfc3339(inputs.now);
    report.facts = verdict::establish(std::move(inputs));
    report.judgement = verdict::judge(report.facts);
    return report::render_jsonl(report) + "\n";
}

Tally through_list_asker(const Job& job, bool judge)
{
    boost::asio::io_context io{1};
    handshake::ListAsker asker{io};
    std::ofstream sink{"/dev/null"};
    Tally tally;
    std::size_t asked = 0;
    const std::function<void()> ask = [&] {
        if (asked == job.count) {
            return;
        }
        ++asked;
        handshake::Question question;
        question.variant = {"127.0.0.1", job.port, std::nullopt, {job.version}};
        asker.ask(std::move(question), [&](observation::Observation seen) {
            ++tally.answers;
            if (!seen.certificate_requests.empty()) {
                tally.names = seen.certificate_requests.front().authorities.size();
            }
            if (judge) {
                const std::string line = judged(std::move(seen));
                tally.written += line.size();
                sink << line;
            }
            ask();
        });
    };
    const std::size_t at_once = std::min(job.at_once, job.count);
    for (std::size_t i = 0; i < at_once; ++i) {
        ask();
    }
    io.run();
    return tally;
}

Tally run(const Job& job)
{
    if (job.way == "connect") {
        return connect_only(job);
    }
    if (job.way == "libssl") {
        return through_libssl(job);
    }
    return through_list_asker(job, job.way == "list");
}

struct Processor {
    double user = 0;   ///< microseconds
    double system = 0; ///< microseconds
};

Processor processor_time()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto microseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return {microseconds(used.ru_utime), microseconds(used.ru_stime)};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::cerr << "usage: bench_list connect|libssl|list|read PORT COUNT AT_ONCE 1.2|1.3\n";
        return 3;
    }
    ossl::start_without_configuration();
    const auto version =
        std::string_view{argv[5]} == "1.3" ? wire::ProtocolVersion::tls13 : wire::ProtocolVersion::tls12;
    Job job{argv[1], static_cast<std::uint16_t>(std::atoi(argv[2])), std::strtoul(argv[3], nullptr, 10),
            std::strtoul(argv[4], nullptr, 10), version};
    Job first = job; // what a process does once
    first.count = std::min<std::size_t>(job.count, 20);
    run(first);

    const Processor before = processor_time();
    const auto began = Clock::now();
    const Tally tally = run(job);
    const std::chrono::duration<double, std::micro> wall = Clock::now() - began;
    const auto each = [&](double all) { return all / static_cast<double>(job.count); };
    const Processor after = processor_time();
    const double user = each(after.user - before.user);
    const double system = each(after.system - before.system);
    std::printf("{\"cpu_us\": %.1f, \"user_us\": %.1f, \"system_us\": %.1f, \"wall_us\": %.1f, \"answers\": %zu, "
                "\"names\": %zu, \"json_bytes\": %zu}\n",
                user + system, user, system, each(wall.count()), tally.answers, tally.names,
                tally.written / std::max<std::size_t>(tally.answers, 1));
    return 0;
}
