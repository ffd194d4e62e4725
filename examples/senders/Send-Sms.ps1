# PowerShell: a mail to the gateway. usage: .\Send-Sms.ps1 14155551212 "Disk full on SQL1"
# With a login: port 587, -UseSsl and -Credential (Get-Credential).
param([Parameter(Mandatory)][string] $Number, [Parameter(Mandatory)][string] $Text)

Send-MailMessage -SmtpServer 'sms-gateway.corp.example' -Port 8025 -From 'alerts@corp.example' `
    -To "$Number@sms.example" -Subject $env:COMPUTERNAME -Body $Text -Encoding UTF8 `
    -ErrorAction Stop
