@echo off
rem Collects what decides about client certificates on an IIS server, for mtls-probe to read.
rem
rem Read it before you run it: it only reads settings and public certificates (no private key, no password), changes
rem nothing, and sends nothing anywhere. What it writes names your hosts, CAs and bindings: treat it as confidential.
rem
rem Run it in an elevated command prompt, with a directory to write into:
rem     collect-iis.cmd C:\Temp\mtls
rem Then, on any machine:
rem     mtls-probe --iis-bindings sslcert.txt --cert alice.p12 www.example.com
rem     mtls-probe audit-store root
rem     mtls-probe explain u_exYYMMDD.log          (the site's log, from %SystemDrive%\inetpub\logs\LogFiles\W3SVC*)

setlocal
set "OUT=%~1"
if "%OUT%"=="" (
    echo usage: collect-iis.cmd DIRECTORY
    exit /b 3
)
if not exist "%OUT%" mkdir "%OUT%" || exit /b 3

rem The bindings: which certificate, which CTL store, asked for in the first handshake or not.
netsh http show sslcert > "%OUT%\sslcert.txt"

rem SendTrustedIssuerList, ClientAuthTrustMode, EventLogging, and which protocols are switched on.
reg query "HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL" /s > "%OUT%\schannel.txt" 2>&1

rem Limits and defaults of http.sys (missing values are the defaults).
reg query "HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters" /s > "%OUT%\http-parameters.txt" 2>&1

rem The certificates of the stores that names can come from, one .cer file each. They are public.
rem For a CTL store of another name, add it here.
powershell -NoProfile -Command "foreach ($s in 'Root','CA','ClientAuthIssuer') { $d = Join-Path $env:OUT $s.ToLower(); New-Item -ItemType Directory -Force $d | Out-Null; if (Test-Path Cert:\LocalMachine\$s) { Get-ChildItem Cert:\LocalMachine\$s | ForEach-Object { [IO.File]::WriteAllBytes((Join-Path $d ($_.Thumbprint + '.cer')), $_.RawData) } } }"

rem The same stores in words, with what Windows says of each certificate.
certutil -store Root > "%OUT%\root.txt"
certutil -store CA > "%OUT%\ca.txt"
certutil -store ClientAuthIssuer > "%OUT%\clientauthissuer.txt" 2>&1

rem The machine's proxy: revocation is checked through it, not through that of the user.
netsh winhttp show proxy > "%OUT%\winhttp-proxy.txt"

rem What each site demands (SslNegotiateCert, SslRequireCert).
if exist "%windir%\system32\inetsrv\appcmd.exe" "%windir%\system32\inetsrv\appcmd.exe" list config /section:access > "%OUT%\access.txt"

rem The last Schannel events: 36870, 36874, 36875, 36877, 36885, 36887, 36888 (mtls-probe explain NUMBER).
wevtutil qe System /q:"*[System[Provider[@Name='Schannel']]]" /c:200 /rd:true /f:text > "%OUT%\schannel-events.txt"

rem Windows version and clock, since both decide.
ver > "%OUT%\version.txt"
w32tm /query /status >> "%OUT%\version.txt" 2>&1

echo Written to %OUT%
endlocal
