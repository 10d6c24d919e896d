using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Features.Notifications;
using Tiffin.Features.Notifications.Senders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>After which failures a message may have been sent, tested with a scripted server.</summary>
public sealed class SmtpSenderTests : IDisposable
{
    const string HangUp = "";

    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SmtpSenderTests() => listener.Start();

    public void Dispose() => listener.Dispose();

    [Theory]
    [InlineData("MAIL", HangUp, null)]
    [InlineData("RCPT", HangUp, null)]
    [InlineData("DATA", HangUp, null)]
    [InlineData("RCPT", "550 unknown", "PermanentFailure")]
    [InlineData("DATA", "451 later", "TransientFailure")]
    [InlineData(".", "452 full", "TransientFailure")]
    [InlineData(".", "554 spam", "PermanentFailure")]
    [InlineData(".", "530 sign in", "PermanentFailure")]
    [InlineData(".", "no SMTP", "Unknown")]
    [InlineData(".", HangUp, "Unknown")]
    [InlineData(".", "250 OK", "Sent")]
    public async Task Only_a_message_without_an_answer_to_its_end_may_have_been_sent(
        string command, string reply, string? outcome)
    {
        var serving = Serve(command, reply);

        if (outcome is null) (await Record.ExceptionAsync(Send)).ShouldNotBeNull();
        else (await Send()).Outcome.ToString().ShouldBe(outcome);

        (await serving).ShouldNotContain("BDAT");
    }

    async Task<SendResult> Send()
    {
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var options = new NotificationOptions
        {
            Smtp = { Host = "127.0.0.1", Port = port, Security = SmtpSecurity.None },
        };
        using var limit = new CancellationTokenSource(Eventually.Patience);
        return await new SmtpSender(Options.Create(options), TimeProvider.System)
            .Send(new Message(Guid.NewGuid(), "asha@example.com", "Your order", "It is on its way."), limit.Token);
    }

    /// <summary>Answers the command with the reply, and all others with success; returns the commands.</summary>
    async Task<List<string>> Serve(string command, string reply)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(socket.GetStream());
        await using var writer = new StreamWriter(socket.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var (commands, isBody) = (new List<string>(), false);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (isBody && line != ".") continue;
            commands.Add(line.Split(' ')[0]);
            isBody = commands[^1] == "DATA";
            var answer = commands[^1] == command ? reply : commands[^1] switch
            {
                "EHLO" => "250-test\r\n250-CHUNKING\r\n250 BINARYMIME",
                "DATA" => "354 go on",
                _ => "250 OK",
            };
            if (answer == HangUp) return commands;
            if (!answer.StartsWith("354")) isBody = false;
            await writer.WriteLineAsync(answer);
        }
        return commands;
    }
}
