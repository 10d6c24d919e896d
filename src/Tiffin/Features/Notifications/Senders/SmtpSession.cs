using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>A server's answer; of several lines the last.</summary>
readonly record struct SmtpReply(int Code, string Text)
{
    /// <summary>2xx, or 3xx: go on.</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    public override string ToString() => $"{Code} {Text}";
}

/// <summary>The server does not speak SMTP with us; nothing has been sent.</summary>
sealed class SmtpDialogueException(string reason) : Exception(reason);

/// <summary>A connection to a mail server, greeted, encrypted and signed in.</summary>
sealed class SmtpSession : IAsyncDisposable
{
    /// <summary>RFC 5321 allows 512 bytes; a server that goes on and on is none.</summary>
    const int ReplyMax = 16 * 1024;

    readonly TcpClient socket;
    readonly List<string> extensions = [];
    Stream stream;
    StreamReader reader;

    SmtpSession(TcpClient socket)
    {
        this.socket = socket;
        stream = socket.GetStream();
        reader = new(stream, Encoding.UTF8, leaveOpen: true);
    }

    public static async Task<SmtpSession> Open(SmtpOptions options, CancellationToken cancel)
    {
        var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(options.Host!, options.Port, cancel);
            var session = new SmtpSession(socket);
            await session.Greet(options, cancel);
            return session;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line and waits for the answer to it.</summary>
    public async Task<SmtpReply> Ask(string line, CancellationToken cancel)
    {
        await Write(Encoding.ASCII.GetBytes(line + "\r\n"), cancel);
        return await Read(cancel);
    }

    public async Task Write(byte[] bytes, CancellationToken cancel)
    {
        await stream.WriteAsync(bytes, cancel);
        await stream.FlushAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await stream.DisposeAsync();
        socket.Dispose();
    }

    async Task Greet(SmtpOptions options, CancellationToken cancel)
    {
        if (options.Security == SmtpSecurity.Tls) await Encrypt(options.Host!, cancel);
        Expect(await Read(cancel));
        await Hello(cancel);
        if (options.Security == SmtpSecurity.StartTls)
        {
            if (!extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
                throw new SmtpDialogueException("the server offers no STARTTLS");
            Expect(await Ask("STARTTLS", cancel));
            await Encrypt(options.Host!, cancel);
            await Hello(cancel);
        }
        if (options.User is { Length: > 0 } user)
            Expect(await Ask($"AUTH PLAIN {Base64($"\0{user}\0{options.Password}")}", cancel));
    }

    async Task Hello(CancellationToken cancel)
    {
        extensions.Clear();
        Expect(await Ask($"EHLO [{((System.Net.IPEndPoint)socket.Client.LocalEndPoint!).Address}]", cancel));
    }

    async Task Encrypt(string host, CancellationToken cancel)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancel);
        // A new reader: what came in the clear behind the answer to STARTTLS must not be taken for encrypted.
        (stream, reader) = (encrypted, new(encrypted, Encoding.UTF8, leaveOpen: true));
    }

    async Task<SmtpReply> Read(CancellationToken cancel)
    {
        for (var length = 0; length < ReplyMax;)
        {
            var line = await reader.ReadLineAsync(cancel) ?? throw new IOException("the server hung up");
            length += line.Length + 1;
            if (line.Length < 3
                || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new SmtpDialogueException("the server does not answer as SMTP servers do");
            var text = line.Length > 4 ? line[4..] : "";
            if (line.Length > 3 && line[3] == '-') extensions.Add(text);
            else
            {
                extensions.Add(text);
                return new(code, text);
            }
        }
        throw new SmtpDialogueException("the server's answer has no end");
    }

    static void Expect(SmtpReply reply)
    {
        if (!reply.IsPositive) throw new SmtpDialogueException($"the server answered: {reply}");
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
