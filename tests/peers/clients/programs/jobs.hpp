#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>

/// What the clients in C++ have in common.

/// One line a connection on stdin.
struct Job {
    std::string mode;
    std::string name; ///< the server name to ask for
    int port = 0;
    std::string certificates; ///< PEM, leaf first
    std::string key;
    std::string pkcs12;
};

inline std::istream& operator>>(std::istream& in, Job& job)
{
    return in >> job.mode >> job.name >> job.port >> job.certificates >> job.key >> job.pkcs12;
}

inline constexpr char request[] = "GET / HTTP/1.0\r\n\r\n";

/// A connection to loopback, closed with it. No read waits longer than 30 seconds.
class Connection {
  public:
    explicit Connection(int port) : socket_{socket(AF_INET, SOCK_STREAM, 0)}
    {
        timeval patience{30, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            close(socket_);
            throw std::runtime_error{"connect"};
        }
    }

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    ~Connection() { close(socket_); }

    [[nodiscard]] int descriptor() const { return socket_; }

  private:
    int socket_;
};

/// Throws unless `result` is `good`: what a C library returned.
inline void expect(long result, long good, const char* what)
{
    if (result != good) {
        throw std::runtime_error{what + (" returned " + std::to_string(result))};
    }
}

/// Does the jobs on stdin, and says on stdout which of them failed and why.
inline int do_jobs(void (*ask)(const Job&))
{
    std::signal(SIGPIPE, SIG_IGN);
    for (Job job; std::cin >> job;) {
        try {
            ask(job);
        } catch (const std::runtime_error& error) {
            std::cout << job.name << ' ' << error.what() << '\n';
        }
    }
    return 0;
}
