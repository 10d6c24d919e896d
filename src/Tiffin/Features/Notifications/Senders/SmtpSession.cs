using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Tiffin.Features.Notifications.Senders;

/// <summary>A server's reply; the last line of a multi-line one.</summary>
readonly record struct SmtpReply(int Code, string Text)
{
    /// <summary>2xx, or 3xx (continue).</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    public override string ToString() => $"{Code} {Text}";
}

/// <summary>The session could not be set up or the server broke the protocol.</summary>
sealed class SmtpProtocolException(string reason) : Exception(reason);

/// <summary>An authenticated connection to a mail server, encrypted unless configured otherwise.</summary>
sealed class SmtpSession : IAsyncDisposable
{
    // RFC 5321 limits a reply line to 512 bytes; this bounds memory against endless replies.
    const int ReplyCharsMax = 16 * 1024;

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

    /// <summary>Sends a line and waits for the reply.</summary>
    public async Task<SmtpReply> Send(string line, CancellationToken cancel)
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
                throw new SmtpProtocolException("the mail server does not offer STARTTLS");
            Expect(await Send("STARTTLS", cancel));
            await Encrypt(options.Host!, cancel);
            await Hello(cancel);
        }
        if (options.User is { Length: > 0 } user)
            Expect(await Send($"AUTH PLAIN {Base64($"\0{user}\0{options.Password}")}", cancel));
    }

    async Task Hello(CancellationToken cancel)
    {
        extensions.Clear();
        Expect(await Send($"EHLO [{((System.Net.IPEndPoint)socket.Client.LocalEndPoint!).Address}]", cancel));
    }

    async Task Encrypt(string host, CancellationToken cancel)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancel);
        // A new reader drops plaintext that an attacker may have injected after the STARTTLS reply.
        (stream, reader) = (encrypted, new(encrypted, Encoding.UTF8, leaveOpen: true));
    }

    async Task<SmtpReply> Read(CancellationToken cancel)
    {
        for (var length = 0; length < ReplyCharsMax;)
        {
            var line = await reader.ReadLineAsync(cancel)
                ?? throw new IOException("the mail server closed the connection");
            length += line.Length + 1;
            if (line.Length < 3
                || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new SmtpProtocolException("the mail server sent an invalid reply");
            var text = line.Length > 4 ? line[4..] : "";
            if (line.Length > 3 && line[3] == '-') extensions.Add(text);
            else
            {
                extensions.Add(text);
                return new(code, text);
            }
        }
        throw new SmtpProtocolException($"the mail server's reply is longer than {ReplyCharsMax} characters");
    }

    static void Expect(SmtpReply reply)
    {
        if (!reply.IsPositive) throw new SmtpProtocolException($"the mail server replied: {reply}");
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
