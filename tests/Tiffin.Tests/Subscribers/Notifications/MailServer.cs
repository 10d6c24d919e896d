using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>A real mail server in a separate process; the recipient's name determines how it behaves.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<Mail> mails = [];

    MailServer(Process process) => this.process = process;

    public int Port { get; private set; }

    /// <summary>Every message that was received completely, acknowledged or not.</summary>
    public IReadOnlyList<Mail> Mails => [.. mails];

    public static async Task<MailServer> Start(params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Subscribers", "Notifications", "mail_server.py");
        // Debian's own Python, for which the server's package is installed.
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var server = new MailServer(process);
        server.Port = int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        _ = server.Listen();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    async Task Listen()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            mails.Enqueue(JsonSerializer.Deserialize<Mail>(line, JsonSerializerOptions.Web)!);
    }
}

sealed record Mail(
    string From, string To, string Subject, string Text, string Id, DateTimeOffset Date, bool IsEncrypted);
