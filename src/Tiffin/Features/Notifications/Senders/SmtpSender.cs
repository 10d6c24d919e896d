using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>
/// Sends e-mail over SMTP (RFC 5321), on one connection per message. Nothing is sent before the final dot; after it,
/// the outcome is unknown unless the server replies.
/// </summary>
sealed class SmtpSender(IOptions<NotificationOptions> settings, TimeProvider clock) : ISender
{
    readonly SmtpOptions options = settings.Value.Smtp;

    public MessageChannel Channel => MessageChannel.Email;

    public async Task<SendResult> Send(Message message, CancellationToken cancel)
    {
        if (!IsAddress(message.To)) return new(SendOutcome.PermanentFailure, "the e-mail address is invalid");
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        if (await Connect(client, cancel) is { } refusal) return refusal;
        var body = new BodyProgress();
        try
        {
            await client.SendAsync(Mail(message), cancel, body);
            return SendResult.Sent;
        }
        catch (SmtpCommandException refused)
        {
            var code = (int)refused.StatusCode;
            var outcome = code is >= 400 and < 500 ? SendOutcome.TransientFailure : SendOutcome.PermanentFailure;
            return new(outcome, $"{code} {refused.Message}");
        }
        catch (ServiceNotAuthenticatedException refused)
        {
            return new(SendOutcome.PermanentFailure, refused.Message);
        }
        catch (Exception) when (body.HasStarted)
        {
            return new(SendOutcome.Unknown, "no reply from the mail server after the message");
        }
    }

    async Task<SendResult?> Connect(SmtpClient client, CancellationToken cancel)
    {
        var security = options.Security switch
        {
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        try
        {
            await client.ConnectAsync(options.Host!, options.Port, security, cancel);
        }
        catch (NotSupportedException)
        {
            return new(SendOutcome.TransientFailure, "the mail server does not offer STARTTLS");
        }
        if (options.User is { Length: > 0 } user) await client.AuthenticateAsync(user, options.Password ?? "", cancel);
        // BDAT ends a message by its length. Only with DATA does the server wait for the final dot, which follows the
        // first progress report: if sending fails before that report, nothing was sent.
        client.Capabilities &= ~(SmtpCapabilities.BinaryMime | SmtpCapabilities.Chunking);
        return null;
    }

    // Prevents command injection: rejects characters that end the command line or the address.
    static bool IsAddress(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny('<', '>') < 0
        && System.Net.Mail.MailAddress.TryCreate(text, out var address) && address.Address == text;

    MimeMessage Mail(Message message)
    {
        var from = MailboxAddress.Parse(options.From);
        var mail = new MimeMessage([from], [new MailboxAddress(null, message.To)],
            message.Subject.ReplaceLineEndings(" "), new TextPart("plain") { Text = message.Text })
        {
            Date = clock.GetUtcNow(),
            // Derived from the notification, so that a mail server recognizes a message that is sent again.
            MessageId = $"{message.Id}@{from.Domain}",
        };
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    // MailKit reports to it as it writes the body, before it writes the final dot.
    sealed class BodyProgress : ITransferProgress
    {
        public bool HasStarted { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasStarted = true;

        public void Report(long bytesTransferred) => HasStarted = true;
    }
}
