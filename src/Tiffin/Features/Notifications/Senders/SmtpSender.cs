using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>
/// E-mail over SMTP (RFC 5321). Our own dialogue instead of System.Net.Mail's client, because that one does not tell
/// whether a message that failed had been handed over: until the final dot nothing is sent, after it only an answer
/// tells.
/// </summary>
sealed class SmtpSender(IOptions<NotificationOptions> settings, TimeProvider clock) : ISender
{
    readonly SmtpOptions options = settings.Value.Smtp;

    public MessageChannel Channel => MessageChannel.Email;

    public async Task<SendResult> Send(Message message, CancellationToken cancel)
    {
        if (!IsAddress(message.To)) return new(SendOutcome.Refused, "this is no e-mail address");
        await using var session = await SmtpSession.Open(options, cancel);
        SmtpReply? refusal =
            await session.Ask($"MAIL FROM:<{options.From}>", cancel) is { IsPositive: false } sender ? sender
            : await session.Ask($"RCPT TO:<{message.To}>", cancel) is { IsPositive: false } recipient ? recipient
            : await session.Ask("DATA", cancel) is { IsPositive: false } data ? data
            : null;
        return refusal is { } answer ? Refused(answer) : await HandOver(session, Mail(message), cancel);
    }

    static async Task<SendResult> HandOver(SmtpSession session, byte[] mail, CancellationToken cancel)
    {
        // Without the final dot the server has no message, so that a failure here sends nothing.
        await session.Write(mail, cancel);
        try
        {
            return await session.Ask(".", cancel) is { IsPositive: false } refusal ? Refused(refusal) : SendResult.Sent;
        }
        catch (Exception noAnswer) when (noAnswer is IOException or OperationCanceledException or SmtpDialogueException)
        {
            return new(SendOutcome.Unknown, "the server took the message and did not answer");
        }
    }

    static SendResult Refused(SmtpReply reply) =>
        new(reply.Code is >= 400 and < 500 ? SendOutcome.RefusedForNow : SendOutcome.Refused, reply.ToString());

    /// <summary>Nothing that could end the line of a command, or the address in it.</summary>
    static bool IsAddress(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny('<', '>') < 0
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <summary>RFC 5322, the text in base64 so that no line of it is too long, not ASCII, or a lone dot.</summary>
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

    /// <summary>RFC 2047: words of at most 75 characters, none of which cuts a character in two.</summary>
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
