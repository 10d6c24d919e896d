using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>
/// Sends e-mail over SMTP (RFC 5321). Not with System.Net.Mail's client, because it does not report whether a failed
/// message was handed over: before the final dot nothing is sent, after it the outcome is unknown without a reply.
/// </summary>
sealed class SmtpSender(IOptions<NotificationOptions> settings, TimeProvider clock) : ISender
{
    readonly SmtpOptions options = settings.Value.Smtp;

    public MessageChannel Channel => MessageChannel.Email;

    public async Task<SendResult> Send(Message message, CancellationToken cancel)
    {
        if (!IsAddress(message.To)) return new(SendOutcome.Refused, "the e-mail address is invalid");
        await using var session = await SmtpSession.Open(options, cancel);
        SmtpReply? refusal =
            await session.Send($"MAIL FROM:<{options.From}>", cancel) is { IsPositive: false } sender ? sender
            : await session.Send($"RCPT TO:<{message.To}>", cancel) is { IsPositive: false } recipient ? recipient
            : await session.Send("DATA", cancel) is { IsPositive: false } data ? data
            : null;
        return refusal is { } answer ? Refused(answer) : await HandOver(session, Mail(message), cancel);
    }

    static async Task<SendResult> HandOver(SmtpSession session, byte[] mail, CancellationToken cancel)
    {
        // A failure before the final dot sends nothing.
        await session.Write(mail, cancel);
        try
        {
            var reply = await session.Send(".", cancel);
            return reply.IsPositive ? SendResult.Sent : Refused(reply);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or SmtpProtocolException)
        {
            return new(SendOutcome.Unknown, "no reply from the mail server after the message");
        }
    }

    static SendResult Refused(SmtpReply reply) =>
        new(reply.Code is >= 400 and < 500 ? SendOutcome.RefusedForNow : SendOutcome.Refused, reply.ToString());

    // Prevents command injection: no character that ends the command's line or the address.
    static bool IsAddress(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny('<', '>') < 0
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    // RFC 5322. Base64 avoids long lines, non-ASCII bytes and a line with a single dot.
    byte[] Mail(Message message)
    {
        var text = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(message.Text.ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks);
        var domain = options.From[(options.From.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return Encoding.ASCII.GetBytes($"""
            From: <{options.From}>
            To: <{message.To}>
            Subject: {EncodedWords(message.Subject)}
            Date: {clock.GetUtcNow():ddd, dd MMM yyyy HH:mm:ss} +0000
            Message-ID: <{message.Id}@{domain}>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            {text}

            """.ReplaceLineEndings("\r\n"));
    }

    // RFC 2047: encoded words of at most 75 characters that do not split a character.
    static string EncodedWords(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.ReplaceLineEndings(" ").EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > 45)
            {
                words.Add(Encoded(word));
                word.Clear();
            }
            word.Append(rune);
        }
        words.Add(Encoded(word));
        return string.Join("\r\n ", words);
    }

    static string Encoded(StringBuilder word) =>
        $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(word.ToString()))}?=";
}
