// Node.js. One line a connection on stdin: MODE NAME PORT CERTIFICATES KEY PKCS12.
'use strict';
const fs = require('fs');
const tls = require('tls');

function ask([, name, port, certificates, key]) {
    return new Promise((done) => {
        const fail = (error) => {
            console.log(name, error.message);
            done();
        };
        try {
            const options = {
                host: '127.0.0.1', port: Number(port), servername: name, rejectUnauthorized: false,
                cert: fs.readFileSync(certificates), key: fs.readFileSync(key),
            };
            const socket = tls.connect(options, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
            socket.setTimeout(30000, () => socket.destroy());
            socket.on('data', () => {});
            socket.on('error', fail);
            socket.on('close', done);
        } catch (error) { // a certificate that it does not load
            fail(error);
        }
    });
}

(async () => {
    for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
        await ask(line.split(' '));
    }
})();
