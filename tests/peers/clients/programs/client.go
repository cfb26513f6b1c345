// Go's crypto/tls. One line a connection on stdin: MODE NAME PORT CERTIFICATES KEY PKCS12.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

func ask(mode, name, port, certificates, key string) error {
	certificate, err := tls.LoadX509KeyPair(certificates, key)
	if err != nil {
		return err
	}
	config := &tls.Config{ServerName: name, InsecureSkipVerify: true}
	if mode == "callback" {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &certificate, nil
		}
	} else {
		config.Certificates = []tls.Certificate{certificate}
	}
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	connection, err := tls.DialWithDialer(dialer, "tcp", "127.0.0.1:"+port, config)
	if err != nil {
		return err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err = io.WriteString(connection, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, connection)
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		job := strings.Fields(lines.Text())
		if err := ask(job[0], job[1], job[2], job[3], job[4]); err != nil {
			fmt.Println(job[1], err)
		}
	}
}
